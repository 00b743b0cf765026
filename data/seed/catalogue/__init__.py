"""The code lists of a district: case types, grid items, units, sources and staff posts, as rows without region.

Case type codes follow the order of GB/T 30428 (events) and CJ/T 214 (components); E06 and R01–R03 are local additions.
Handling limits are local settings, not law: `limit_status` tells a limit another city published from a mere proposal.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from data.seed.catalogue.posts import shared_posts
from data.seed.catalogue.reading import Catalogue, CatalogueError, Name, Row, read_catalogue

__all__ = [
    "CatalogueError",
    "case_types",
    "categories",
    "codes",
    "items",
    "limit_status",
    "majors",
    "post_groups",
    "sources",
    "units",
    "weights",
]


class HasAreas(Protocol):
    """Whatever knows its areas as rows of table area: a place."""

    def areas(self) -> Iterable[Mapping[str, Any]]:
        """Rows with code, kind, parent and valid_to."""


@cache
def _catalogue() -> Catalogue:
    return read_catalogue(Path(__file__).parent)


def _copies(rows: Iterable[Row]) -> list[Row]:
    return [dict(row) for row in rows]


def case_types() -> list[Row]:
    """Rows of table case_type: events E…, components C…, requests R…."""
    return _copies(_catalogue().case_types)


def items() -> list[Row]:
    """Rows of table grid_item, numbered 1 to 296."""
    return _copies(_catalogue().items)


def codes() -> list[Row]:
    """Rows of table code: the entries of every code list."""
    return _copies(_catalogue().codes)


def weights(name: str) -> dict[str, int]:
    """The weights of a code list by key, in its order: a limit in days, a number a year, years of a licence."""
    return {str(row["key"]): int(row["weight"]) for row in _catalogue().codes if row["list"] == name}


def units() -> list[Row]:
    """Rows of table unit: the centre, ten departments, seven sub-district offices."""
    return _copies(_catalogue().units)


def sources() -> list[Row]:
    """Rows of table source, with the promised cadence and the age at which each counts as stale, in seconds."""
    return _copies(_catalogue().sources)


def categories() -> dict[str, Name]:
    """Names (zh, en) of the grid item categories, by key."""
    return dict(_catalogue().categories)


def majors() -> dict[str, Name]:
    """Names (zh, en) of the case type majors, by key such as E01."""
    return dict(_catalogue().majors)


def limit_status() -> dict[str, str]:
    """Where each case type's limit comes from: 'example' (another city published it) or 'unverified'."""
    return dict(_catalogue().statuses)


def post_groups(place: HasAreas) -> list[Row]:
    """Rows of table post_group: the established posts shared out over the place's areas, with a few vacancies."""
    return shared_posts(_catalogue().posts, place.areas())
