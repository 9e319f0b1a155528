"""The performance agent: what needs attention now, day by day; nothing to tell is a result, too."""
