"""The place, the code lists, the demo history and its live feed."""
