"""What a figure says in words: the same summary the screen gives to a screen reader."""

from collections.abc import Iterator

from dash.development.base_component import Component

from layouts.components import DRAWERS
from layouts.components.map_words import summary
from layouts.view import View
from modules.spec.snapshot import PanelData


def spoken(panel: PanelData, view: View) -> str:
    """Title and summary of a panel; empty where the screen would show that there is nothing."""
    told = summary(panel, view) if panel.kind == "map" else next(_labels(DRAWERS[panel.kind](panel, view)), "")
    return f"{view.title(panel)}{view.words('briefing.colon')}{told}" if told else ""


def _labels(part: object) -> Iterator[str]:
    """Labels of a drawing, the outermost first."""
    if isinstance(part, list | tuple):
        for one in part:
            yield from _labels(one)
    elif isinstance(part, Component):
        label = vars(part).get("aria-label")
        if label:
            yield str(label)
        yield from _labels(vars(part).get("children"))
