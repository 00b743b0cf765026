"""How it looks and where it stands: pages, panels and the words and numbers on them. Reads snapshots, never a database."""
