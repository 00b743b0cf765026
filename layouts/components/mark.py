"""Status as three things at once: colour, shape and word."""

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.view import View
from modules.spec.snapshot import Reading

_QUALITY_MARK = {"stale": "stale", "missing": "missing", "denied": "denied", "error": "error", "suppressed": "suppressed"}


def mark(level: str) -> Component:
    """The shape of a level or state; decoration only, the word stands beside it."""
    return html.Span(className=f"mark mark-{level}", **attributes(aria_hidden="true"))


def status(level: str, words_view: View, word: str = "") -> Component:
    """Shape and word of a level or state."""
    text = word or words_view.words(f"status.{level}")
    return html.Span([mark(level), html.Span(text, className="status-word")], className=f"status is-{level}")


def state_of(reading: Reading) -> str:
    """What a reading's mark says: its quality unless good, otherwise its level. Stale is never green."""
    return _QUALITY_MARK.get(str(reading.quality), str(reading.level))
