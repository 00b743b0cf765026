"""The stages of the loop on paper: how many reached each, what share went on, how many wait and how long against the limit."""

from math import ceil
from typing import Any

from layouts.components.funnel import bounds, dwell_level, left_text, reach_of, waiting_text
from layouts.figures.canvas import Canvas, text_width
from layouts.figures.legend import Key, close_with, filled
from layouts.figures.theme import ACCENT_2, BAND, FAINT, LEVELS, LINE, SIZE, SMALL, SOFT, TEXT, WASH
from layouts.text import duration, percent
from layouts.view import View
from modules.spec.snapshot import PanelData

_NAME, _COUNT, _FLOW, _LINE = 9.0, 12.0, 44.0, 9.5
_LARGE = 11.0
_BLOCK, _TRACK = 0.58, 0.84  # of a stage's width: the block, the track of the dwell
_GAP, _BETWEEN, _TICK = 4.0, 12.0, 1.2
Stage = dict[str, Any]


def draw(panel: PanelData, view: View, width: float) -> Canvas:
    """The stages side by side, on as many lines as their words need."""
    stages: list[Stage] = panel.data["stages"]
    rows = ceil(len(stages) / max(1, int(width // _need(stages, view))))
    across = ceil(len(stages) / rows)
    high = _height(stages)
    canvas = Canvas(width, 0.0)
    most = max([float(stage.get("count") or 0) for stage in stages] + [1.0])
    for number, stage in enumerate(stages):
        x, y = number % across * width / across, number // across * (high + _BETWEEN)
        following = stages[number + 1] if number + 1 < len(stages) else None
        _flow(canvas, stage, following, (x, y), width / across, most)
        _texts(canvas, stage, (x, y), view)
        _dwell(canvas, stage, (x, y + high), width / across * _TRACK)
    return close_with(canvas, _keys(stages, view), rows * (high + _BETWEEN) - _BETWEEN)


def _height(stages: list[Stage]) -> float:
    lines = 1 + any(stage.get("left") for stage in stages) + 2 * any(stage.get("p90_s") is not None for stage in stages)
    return _NAME + _COUNT + _FLOW + _LINE * lines + 4


def _need(stages: list[Stage], view: View) -> float:
    """The width of a stage that cuts none of its words."""
    texts = [text for stage in stages for text in (waiting_text(stage, view), left_text(stage, view), _dwell_text(stage))]
    names = [text_width(view.words(f"stage.{stage['key']}")) for stage in stages]
    through = text_width("100%", SMALL) / (1 - _BLOCK)
    return max([through, *(wide + _GAP for wide in (*names, *(text_width(text, SMALL) for text in texts)))])


def _flow(canvas: Canvas, stage: Stage, following: Stage | None, at: tuple[float, float], wide: float, most: float) -> None:
    """The block as high as the count, the slope down to the next with the share that went on."""
    x, foot = at[0], at[1] + _NAME + _COUNT + _FLOW
    count, block = float(stage.get("count") or 0), wide * _BLOCK
    if following is not None:
        then = float(following.get("count") or 0)
        slope = [(x + block, foot - _FLOW * count / most), (x + wide, foot - _FLOW * then / most), (x + wide, foot), (x + block, foot)]
        canvas.area([slope], WASH)
        if following.get("through") is not None:
            canvas.text(x + (block + wide) / 2, foot - 3, f"{percent(following['through'], 0)}%", SMALL, SOFT, "middle")
    canvas.rect(x, foot - _FLOW * count / most, block, _FLOW * count / most, ACCENT_2)
    canvas.line([(x, foot), (x + (wide if following is not None else block), foot)], LINE)


def _texts(canvas: Canvas, stage: Stage, at: tuple[float, float], view: View) -> None:
    x, y = at
    canvas.text(x, y + 7.5, view.words(f"stage.{stage['key']}"), SIZE, SOFT)
    canvas.text(x, y + _NAME + 9.5, view.words.number(float(stage.get("count") or 0)), _LARGE, TEXT, bold=True)
    foot = y + _NAME + _COUNT + _FLOW
    canvas.text(x, foot + _LINE, waiting_text(stage, view), SMALL, TEXT if stage.get("waiting") else SOFT)
    canvas.text(x, foot + 2 * _LINE, left_text(stage, view), SMALL, SOFT)


def _dwell_text(stage: Stage) -> str:
    p50, p90, _ = bounds(stage)
    return "" if p50 is None or p90 is None else f"{duration(p50)} / {duration(p90)}"


def _dwell(canvas: Canvas, stage: Stage, at: tuple[float, float], wide: float) -> None:
    """From the half to nine tenths of the waiting times on their track, the limit as a tick; a level has its shape behind the times."""
    (x, foot), (p50, p90, limit) = at, bounds(stage)
    if p50 is None or p90 is None:
        return
    level, reach, y = dwell_level(stage), reach_of(stage), foot - _LINE - 4
    canvas.rect(x, y - 2, wide, 4, BAND)
    fill = LEVELS[level] if level != "ok" else FAINT
    canvas.rect(x + wide * p50 / reach, y - 2, wide * max(0.02, (p90 - p50) / reach), 4, fill)
    if limit is not None:
        tick = x + wide * limit / reach
        canvas.line([(tick, y - 4), (tick, y + 4)], TEXT, _TICK)
    canvas.text(x, foot - 1.5, _dwell_text(stage), SMALL, SOFT if level == "ok" else TEXT)
    if level != "ok":
        canvas.mark(level, x + wide + 5, y)


def _keys(stages: list[Stage], view: View) -> list[Key]:
    keys = [filled(FAINT, view.words("funnel.times"))] if any(stage.get("p90_s") is not None for stage in stages) else []
    if keys and any(stage.get("limit_s") is not None for stage in stages):
        keys.append(Key(lambda on, x, y: on.line([(x + 4, y - 4), (x + 4, y + 4)], TEXT, _TICK), view.words("funnel.limit")))
    return keys
