"""The only renderer: tokens to text, HTML, Markdown and terminal."""
