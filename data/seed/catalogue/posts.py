"""Shares the established grid staff posts out over a place's areas: whole posts, repeatable, the total always exact."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = dict[str, Any]
AreaRow = Mapping[str, Any]


def _shares(total: int, weights: Sequence[int]) -> list[int]:
    """Whole numbers adding up to total, in proportion to the weights (largest remainder, ties to the earlier)."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda n: (-(total * weights[n] % whole), n))
    for n in order[: total - sum(parts)]:
        parts[n] += 1
    return parts


def _ancestor(code: str, level: str, known: Mapping[str, AreaRow]) -> str | None:
    """The area of that kind which holds the area, or None."""
    at: str | None = code
    while at is not None and at in known:
        row = known[at]
        if row["kind"] == level:
            return at
        at = row["parent"] or None
    return None


def _vacant(total: int, groups: Sequence[int]) -> list[int]:
    """Vacancies per group: one here and there at even steps through the posts, never more than a group holds."""
    posts = sum(groups)
    places = {(2 * n + 1) * posts // (2 * total) for n in range(total)} if total else set()
    vacancies, first = [], 0
    for size in groups:
        vacancies.append(sum(first <= place < first + size for place in places))
        first += size
    return vacancies


def shared_posts(posts: Iterable[Mapping[str, Any]], areas: Iterable[AreaRow]) -> list[Row]:
    """Rows of table post_group for the areas now in force.

    A post kind goes to the areas of its level, in proportion to the grids (`by`) inside each; without `by`, evenly.
    A level the place does not have, or that holds no such grid, falls back to the district itself.
    """
    known = {row["code"]: row for row in areas if not row["valid_to"]}
    root = min(code for code, row in known.items() if row["kind"] == "district")
    rows = []
    for post in posts:
        weights = Counter(
            _ancestor(code, post["level"], known) for code, row in known.items() if row["kind"] == post.get("by", post["level"])
        )
        weights.pop(None, None)
        holders = sorted(code for code in weights if code) or [root]
        sizes = _shares(post["established"], [weights[code] or 1 for code in holders])
        for code, size, vacant in zip(holders, sizes, _vacant(post["vacant"], sizes), strict=True):
            within = _ancestor(code, "subdistrict", known)
            rows.append({"area": code, "kind": post["kind"], "subdistrict": within, "established_n": size, "filled_n": size - vacant})
    return rows
