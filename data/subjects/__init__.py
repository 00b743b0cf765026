"""One file per module: its tables, measures and lists. Every file here that has `CUBES` takes part in the fold."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from sqlalchemy import Table

from data.cubes import Cube


@cache
def _registered() -> tuple[Cube, ...]:
    names = sorted(found.name for found in iter_modules(__path__))
    modules = [import_module(f"{__name__}.{name}") for name in names]
    return tuple(cube for module in modules for cube in getattr(module, "CUBES", ()))


def cubes_of(fact: Table | None) -> list[Cube]:
    """The cubes over one table, or over all."""
    return [cube for cube in _registered() if fact is None or cube.fact is fact]
