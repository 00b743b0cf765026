"""One file per module: its tables, measures and lists. Every file here that has `CUBES` or `FOLLOWERS` takes part in what is written."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from sqlalchemy import Table

from data.cubes import Cube
from data.followers import Follower


@cache
def _subjects() -> tuple[ModuleType, ...]:
    names = sorted(found.name for found in iter_modules(__path__))
    return tuple(import_module(f"{__name__}.{name}") for name in names)


@cache
def cubes_of(fact: Table | None) -> tuple[Cube, ...]:
    """The cubes over one table, or over all."""
    cubes = (cube for subject in _subjects() for cube in getattr(subject, "CUBES", ()))
    return tuple(cube for cube in cubes if fact is None or cube.fact is fact)


@cache
def followers_of(leader: Table | None) -> tuple[Follower, ...]:
    """What follows one table, or any."""
    followers = (follower for subject in _subjects() for follower in getattr(subject, "FOLLOWERS", ()))
    return tuple(follower for follower in followers if leader is None or follower.leader is leader)
