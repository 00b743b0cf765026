"""Whole numbers that add up: residents over areas, grids over communities, dedicated grids over sub-districts."""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush


def apportioned(total: int, weights: Sequence[float], least: int = 0) -> list[int]:
    """Integers in proportion to the weights that sum to exactly `total`, none below `least` (largest remainders)."""
    spare = total - least * len(weights)
    if spare < 0:
        raise ValueError(f"{total} cannot give {least} to each of {len(weights)}")
    exact = [spare * weight / sum(weights) for weight in weights]
    whole = [int(part) for part in exact]
    by_remainder = sorted(range(len(weights)), key=lambda n: (whole[n] - exact[n], n))
    for index in by_remainder[: spare - sum(whole)]:
        whole[index] += 1
    return [least + part for part in whole]


def seats(total: int, weights: Sequence[float], least: int, most: int) -> list[int]:
    """Integers that sum to `total`, each between `least` and `most`, the next one always where it is needed most."""
    given = [least] * len(weights)
    waiting = [(-weight / least, index) for index, weight in enumerate(weights)]
    heapify(waiting)
    for _ in range(total - sum(given)):
        _, index = heappop(waiting)
        given[index] += 1
        if given[index] < most:
            heappush(waiting, (-weights[index] / given[index], index))
    return given
