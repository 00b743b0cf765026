"""Addresses of the desk and of the page of briefings: the address is the state, so opening it again shows the same page.

Every control is a link made here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from layouts.briefing.edition import DISTRICT

# What such an address may say, in the order it is written. Anything else is dropped, never repeated to the reader.
KEYS = (
    "area", "from", "to", "asof", "lang", "theme", "status", "state", "kind", "unit", "q", "sort", "dir", "page", "case",
    "find", "channel", "subject", "written",
)  # fmt: skip
BRIEFINGS = "/briefings"
_PAGE = ("page", "case", "channel")
# A change of the first makes the second meaningless.
_DROPS = {
    "area": _PAGE, "from": _PAGE, "to": _PAGE, "asof": _PAGE, "status": _PAGE, "state": _PAGE, "kind": _PAGE, "unit": _PAGE,
    "q": _PAGE, "sort": ("page",), "dir": ("page",), "page": ("case",),
    "subject": _PAGE, "written": _PAGE, "find": ("channel",), "case": ("channel",), "channel": ("case",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Address:
    """A path and what its query says; `to` gives the address of the same page with something changed."""

    path: str
    query: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = {key: str(self.query[key]) for key in KEYS if self.query.get(key)}
        object.__setattr__(self, "query", known)

    def to(self, path: str | None = None, **changes: str | int | None) -> str:
        """The address with these keys changed (None takes a key out); page and case go when they no longer fit.

        `from` is a word of Python, so it is passed as `from_`.
        """
        named = {key.rstrip("_"): value for key, value in changes.items()}
        dropped = {gone for key in named for gone in _DROPS.get(key, ()) if gone not in named}
        kept = {key: value for key, value in self.query.items() if key not in dropped}
        kept.update({key: str(value) for key, value in named.items() if value is not None})
        said = {key: kept[key] for key in KEYS if key in kept and named.get(key, "") is not None}
        start = self.path if path is None else path
        return f"{start}?{urlencode(said, quote_via=quote, safe=':,')}" if said else start

    def only(self, path: str, *keys: str) -> str:
        """Another path with only these keys of the query."""
        return Address(path, {key: self.query[key] for key in keys if key in self.query}).to()


def briefings_address(module: str, *, area: str | None, lang: str, theme: str | None = None) -> str:
    """The page of briefings, beginning with the subject that module is and an area, None for any."""
    said = {"area": area, "lang": lang, "theme": theme, "subject": DISTRICT if module == "overview" else module}
    return Address(BRIEFINGS, {key: value for key, value in said.items() if value}).to()


def desk_path(module: str) -> str:
    """The path of a module's desk."""
    return f"/desk/{quote(module)}"


def export_path(module: str, ending: str, panel: str = "") -> str:
    """The path a module's cases, or the numbers of one of its panels, are downloaded from, ending csv or xlsx."""
    return f"/desk/{quote(module)}/{quote(panel, safe='')}/export.{ending}" if panel else f"/desk/{quote(module)}/export.{ending}"
