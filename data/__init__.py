"""The shared SQL layer: knows tables and numbers, knows nothing of screens."""
