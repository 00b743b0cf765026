"""The ground of a map on paper: the limits of a place from its own files, cropped to a frame and laid flat."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import cos, radians
from pathlib import Path
from typing import Any

import orjson
import shapely
from shapely.geometry import shape

from layouts.figures.canvas import Point

PLACES = Path(__file__).parents[2] / "data" / "seed" / "places"
LAYERS = ("land", "district", "subdistricts", "grids")
KILOMETRES = 111.195  # in a degree of latitude
_PAD = 9.0  # points between the place and the frame's edge
Shapes = Mapping[str, Any]  # geometries in degrees by code
Bounds = tuple[float, float, float, float]  # west, south, east, north


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies where, in degrees. Each is empty where the place has no such file."""

    land: Any
    district: Shapes
    subdistricts: Shapes
    communities: Shapes
    grids: Shapes
    anchors: Mapping[str, Point]  # where the name of an area stands best

    def limits(self, codes: Iterable[str]) -> Shapes:
        """The areas of those codes that have limits, of any level."""
        every = {**self.district, **self.subdistricts, **self.communities, **self.grids}
        return {code: every[code] for code in codes if code in every}


@cache
def ground(place: str) -> Ground:
    """The ground of a place; the files are those a browser reads under /geo."""
    layers = {name: {code: shape(one["geometry"]) for code, one in _features(place, name)} for name in LAYERS[1:]}
    families: dict[str, list[Any]] = {}
    for code, geometry in layers["grids"].items():
        families.setdefault(code.partition("-")[0], []).append(geometry)
    communities = {code: shapely.unary_union(parts) for code, parts in families.items()}
    land = shapely.unary_union([shape(one["geometry"]) for _, one in _features(place, "land")])
    anchors = {code: tuple(one["geometry"]["coordinates"]) for code, one in _features(place, "labels")}
    return Ground(land, layers["district"], layers["subdistricts"], communities, layers["grids"], anchors)


def _features(place: str, layer: str) -> Iterator[tuple[str, dict[str, Any]]]:
    path = PLACES / place / "geo" / f"{layer}.json"
    if path.is_relative_to(PLACES) and path.is_file():
        for one in orjson.loads(path.read_bytes())["features"]:
            yield str(one["properties"]["code"]), one


def bounds_of(shapes: Shapes) -> Bounds | None:
    """The box round some areas; None without any."""
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(list(shapes.values()))
    return (float(west), float(south), float(east), float(north))


class Frame:
    """A window on the ground, equirectangular at its middle latitude: degrees become points, y down."""

    def __init__(self, bounds: Bounds, width: float, height: float) -> None:
        west, south, east, north = bounds
        self.width, self.height = width, height
        self._lon, self._lat = (west + east) / 2, (south + north) / 2
        self._narrow = max(0.05, cos(radians(self._lat)))
        across, up = max(1e-6, (east - west) * self._narrow), max(1e-6, north - south)
        self._scale = min((width - 2 * _PAD) / across, (height - 2 * _PAD) / up)

    @property
    def per_km(self) -> float:
        """Points to a kilometre."""
        return self._scale / KILOMETRES

    def at(self, lon: float, lat: float) -> Point:
        """Where a position stands."""
        return ((lon - self._lon) * self._narrow * self._scale + self.width / 2, (self._lat - lat) * self._scale + self.height / 2)

    def flat(self, geometry: Any) -> Any:
        """A geometry in points, cropped to the frame."""
        placed = shapely.transform(geometry, self._all)
        return shapely.clip_by_rect(placed, 0, 0, self.width, self.height)

    def _all(self, every: Any) -> Any:
        moved = every.copy()
        moved[:, 0] = (every[:, 0] - self._lon) * self._narrow * self._scale + self.width / 2
        moved[:, 1] = (self._lat - every[:, 1]) * self._scale + self.height / 2
        return moved


def rings(flat: Any) -> list[list[Point]]:
    """The rings of a flat geometry, holes among them."""
    found: list[list[Point]] = []
    for part in getattr(flat, "geoms", [flat]):
        if part.geom_type == "Polygon" and not part.is_empty:
            found += [[(float(x), float(y)) for x, y in ring.coords] for ring in (part.exterior, *part.interiors)]
    return found


def lines(flat: Any) -> list[list[Point]]:
    """The lines of a flat boundary; nothing along the frame, where it was cut."""
    parts = [part for part in getattr(flat, "geoms", [flat]) if part.geom_type == "LineString"]
    return [[(float(x), float(y)) for x, y in part.coords] for part in parts]
