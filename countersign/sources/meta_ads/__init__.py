"""Meta ads (Facebook, Instagram): Marketing API insights by ad set, by ad and day."""
