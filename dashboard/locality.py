"""What the running place is known by."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any


@dataclass(frozen=True)
class Locality:
    """What the running place needs to be known by."""

    key: str
    region: int
    root: str
    zone: tzinfo
    demo: bool
    names: dict[str, Any]
    as_of: str = "now"
    workday: Callable[[int], bool] | None = None  # the work calendar; None: the place keeps none
