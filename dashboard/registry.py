"""The modules there are: every file in `modules/` that declares MODULE, in their order. Nothing is listed by hand."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import modules
from modules.spec import Module

OVERVIEW = "overview"


@cache
def declared() -> dict[str, Module]:
    """Every module by key, the overview first. A broken declaration raises at once with its file's name."""
    found: dict[str, Module] = {}
    for entry in iter_modules(modules.__path__):
        if entry.ispkg:
            continue
        try:
            module = import_module(f"modules.{entry.name}").MODULE
        except Exception as error:
            raise ImportError(f"modules/{entry.name}.py is refused: {error}") from error
        if module.key != entry.name:
            raise ImportError(f"modules/{entry.name}.py is refused: it declares the key {module.key!r}")
        found[module.key] = module
    return dict(sorted(found.items(), key=lambda item: (item[1].order, item[0])))


def watched() -> dict[str, Module]:
    """The modules without the overview."""
    return {key: module for key, module in declared().items() if key != OVERVIEW}
