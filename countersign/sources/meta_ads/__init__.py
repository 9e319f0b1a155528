"""Meta ads (Facebook, Instagram): Marketing API insights by ad set and day."""
