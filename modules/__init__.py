"""What we watch: one file per module; `ls modules` is the list."""
