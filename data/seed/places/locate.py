"""Which community grid a coordinate lies in: for reports and files that carry a position but no grid code."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import Point, shape

from data.seed.places import Place

NEAR_DEGREES = 0.003  # about 300 m: a quay or a bridge just off the drawn coast still belongs to its grid


def grid_at(place: Place, lon: float, lat: float) -> str | None:
    """The code of the grid that holds the WGS 84 point, or of the nearest within 300 m; None elsewhere.

    A point on a shared border goes to the grid with the smaller code, so that it is never counted twice.
    """
    if "grids" not in place.layers():
        return None
    codes, tree = _index(place.geo("grids"))
    point = Point(lon, lat)
    inside = tree.query(point, predicate="intersects").tolist()
    near = inside or tree.query_nearest(point, max_distance=NEAR_DEGREES).tolist()
    return min((codes[index] for index in near), default=None)


@lru_cache
def _index(path: Path) -> tuple[list[str], Any]:
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    codes = [str(feature["properties"]["code"]) for feature in features]
    return codes, shapely.STRtree([shape(feature["geometry"]) for feature in features])
