"""Measurements: one file per question, each a `measure` that yields figures. `python -m bench --help`."""
