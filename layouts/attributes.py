"""Attributes Python cannot spell: aria-label, data-scrolls."""

from typing import Any


def attributes(**named: str) -> dict[str, Any]:
    """The attributes with hyphens for underscores, to be unpacked into a component: `attributes(aria_label="…")`."""
    return {name.replace("_", "-"): value for name, value in named.items()}
