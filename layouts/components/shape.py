"""Lines and areas as SVG masks: the drawing is a stencil, CSS gives it the colour, so one drawing serves every theme and size."""

from collections.abc import Iterable, Sequence
from urllib.parse import quote

Point = tuple[float, float]
Band = tuple[Point, Point, Point, Point]
_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 1000" preserveAspectRatio="none">'


def _path(points: Iterable[Point]) -> str:
    return "L".join(f"{round(x * 1000)} {round((1 - y) * 1000)}" for x, y in points)


def _stencil(body: str) -> str:
    return f'url("data:image/svg+xml,{quote(_HEAD + body + "</svg>", safe="/:=")}")'


def runs(points: Sequence[tuple[float, float | None]]) -> list[list[Point]]:
    """The unbroken stretches of a series; a missing value is a gap, never a zero."""
    stretches: list[list[Point]] = [[]]
    for x, y in points:
        if y is None:
            stretches.append([])
        else:
            stretches[-1].append((x, y))
    return [stretch for stretch in stretches if stretch]


def line(points: Sequence[tuple[float, float | None]], width: float = 1.6, dash: str = "") -> str:
    """A mask of a line through points in 0…1 (y up); `width` and `dash` in hundredths of the drawing's shorter side."""
    d = "".join(f"M{_path(stretch)}" for stretch in runs(points) if len(stretch) > 1)
    dashes = ";stroke-dasharray:" + ",".join(f"{part}vmin" for part in dash.split()) if dash else ""
    style = f"stroke-width:{width}vmin;stroke-linejoin:round;stroke-linecap:{'butt' if dash else 'round'}{dashes}"
    return _stencil(f'<path d="{d}" fill="none" stroke="black" vector-effect="non-scaling-stroke" style="{style}"/>')


def area(low: Sequence[tuple[float, float | None]], high: Sequence[tuple[float, float | None]]) -> str:
    """A mask of the area between two series in 0…1 (y up); places where either is missing are left open."""
    pairs = [(x, None if a is None or b is None else 1.0) for (x, a), (_, b) in zip(low, high, strict=True)]
    lows, highs = dict(low), dict(high)
    d = ""
    for stretch in runs(pairs):
        xs = [x for x, _ in stretch]
        there, back = [(x, highs[x] or 0.0) for x in xs], [(x, lows[x] or 0.0) for x in reversed(xs)]
        d += f"M{_path([*there, *back])}Z"
    return _stencil(f'<path d="{d}" fill="black"/>')


def steps(points: Sequence[Point]) -> list[Point]:
    """Points as a staircase: each value holds until the next point."""
    made: list[Point] = []
    for x, y in points:
        if made:
            made.append((x, made[-1][1]))
        made.append((x, y))
    return made


def ribbons(bands: Iterable[Band]) -> str:
    """A mask of curved bands in 0…1 (y up); a hairline round each keeps the thinnest in sight."""
    d = "".join(ribbon([(x * 1000, (1 - y) * 1000) for x, y in band]) for band in bands)
    style = "stroke-width:.25vmin"
    return _stencil(f'<path d="{d}" fill="black" stroke="black" vector-effect="non-scaling-stroke" style="{style}"/>')


def ribbon(band: Sequence[Point]) -> str:
    """The path of a curved band between upright edges: left low, left high, right low, right high."""
    left_low, left_high, right_low, right_high = band
    middle = (left_low[0] + right_low[0]) / 2
    there = (left_high, (middle, left_high[1]), (middle, right_high[1]), right_high)
    back = (right_low, (middle, right_low[1]), (middle, left_low[1]), left_low)
    a, b, c, d, e, f, g, h = (f"{x:.1f} {y:.1f}" for x, y in (*there, *back))
    return f"M{a}C{b} {c} {d}L{e}C{f} {g} {h}Z"
