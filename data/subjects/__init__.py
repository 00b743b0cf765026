"""One file per module: its tables, measures and lists."""
