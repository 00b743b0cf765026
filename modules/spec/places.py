"""The map a module may ask for: areas coloured by a measure, open cases by time left, further points in layers of their own."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

from data.crowds import Points
from data.measures import Measure, Ratio
from data.spots import Spots
from modules.spec.metric import Window

MOST_EDGES = 5  # the ramp has a colour for each, and one for what lies below


@dataclass(frozen=True, slots=True)
class Layer:
    """A further layer of points; the module's words name it `[map.<key>]`. On a desk `shown` says whether it is there from the start,
    on a wall whether it is there at all."""

    key: str
    spots: Spots
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Crowd:
    """Thousands of exact points, for the desks that may see them and for no wall; the module's words name it `[map.<key>]`."""

    key: str
    points: Points


@dataclass(frozen=True, slots=True)
class Map:
    """Plates by area and, with `cases`, the open cases by time left.

    Raises ValueError for edges that do not rise, or are too many, and for a layer named twice.
    """

    key: str
    plates: Measure | Ratio
    overdue: Measure | None = None
    over: Window = Window.NOW
    edges: tuple[float, ...] = (1, 2, 4, 6, 9)
    cases: bool = True
    among: Any = None  # which of the open cases, as a predicate over the case file; None: all of them
    layers: tuple[Layer, ...] = ()
    crowd: Crowd | None = None
    kind: ClassVar[str] = "map"

    def __post_init__(self) -> None:
        if not 1 <= len(self.edges) <= MOST_EDGES or any(low >= high for low, high in pairwise(self.edges)):
            raise ValueError(f"map {self.key!r} needs 1 to {MOST_EDGES} rising edges, not {self.edges}")
        keys = [layer.key for layer in self.layers] + ([self.crowd.key] if self.crowd else [])
        if len(set(keys)) < len(keys):
            raise ValueError(f"map {self.key!r} has a layer twice: {', '.join(keys)}")
