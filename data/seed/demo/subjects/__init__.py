"""One file per field of work: its story as `STORY`, found by its name."""
