"""Which community lies where inside its sub-district, and what areas are called in both languages."""

from collections.abc import Mapping, Sequence
from typing import Any

Spot = tuple[float, float]


def settled(codes: Sequence[str], centres: Sequence[Spot], anchors: Mapping[str, Any], seat: Spot) -> dict[str, int]:
    """Community code → index of its cell: the anchored ones first, the others row by row from the north-west."""
    free = sorted(range(len(centres)), key=lambda n: (-round(centres[n][1] / 1500), centres[n][0]))
    cells: dict[str, int] = {}
    for code in sorted(codes, key=lambda code: anchors.get(code) != "seat"):
        if code in anchors:
            cells[code] = max(free, key=lambda n: _fit(centres[n], anchors[code], seat))
            free.remove(cells[code])
    for code in codes:
        if code not in cells:
            cells[code] = free.pop(0)
    return cells


def _fit(centre: Spot, anchor: Any, seat: Spot) -> float:
    east, north = centre[0] - seat[0], centre[1] - seat[1]
    if anchor == "seat":
        return -(east**2 + north**2)
    return float(east * anchor[0] + north * anchor[1])


def english(name: str, words: Mapping[str, str]) -> str:
    """The pinyin of a community's name without 社区. Refuses a name that is not in the table."""
    short = name.removesuffix("社区")
    if short not in words:
        raise KeyError(f"no pinyin for {name}: add it to [communities] in schematic.toml")
    return words[short]
