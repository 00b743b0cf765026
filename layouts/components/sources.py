"""Where the data come from: the age of each source beside the age it promised."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.components.mark import mark
from layouts.components.no_data import no_data
from layouts.view import View
from modules.spec.snapshot import PanelData

_FACE = {"ok": "ok", "late": "watch", "stale": "stale", "error": "error", "missing": "missing"}
_WORSE = ("ok", "watch", "missing", "stale", "error")


def face(row: dict[str, Any]) -> str:
    """The mark of a source's state; an unknown state is no report."""
    return _FACE.get(str(row.get("state")), "missing")


def _word(row: dict[str, Any], view: View) -> str:
    state = str(row.get("state"))
    return view.words.known(f"status.{state}", state)


def _source(row: dict[str, Any], view: View) -> Component:
    words, shape = view.words, face(row)
    age = words("status.missing") if row.get("age_s") is None else words.age(row["age_s"])
    promise = words.age(row["cadence_s"]) if row.get("cadence_s") and row.get("age_s") is not None else ""
    name = words.label(row)
    return html.Li(
        [
            html.Span(name, className="source-name"),
            html.Span(
                [mark(shape), html.B(age, className="source-age"), html.Span(f"/ {promise}" if promise else "", className="soft")],
                className="source-line",
            ),
            html.Span(_word(row, view), className="unseen"),
        ],
        className=f"source is-{shape}",
        title=f"{name} · {_word(row, view)}",
    )


def oldest(panel: PanelData | None) -> dict[str, Any] | None:
    """The source in the worst state, among those the one furthest behind its promise; None without sources."""
    rows = panel.data.get("rows") or [] if panel else []
    return max(rows, key=lambda row: (_WORSE.index(face(row)), (row.get("age_s") or 0) / (row.get("cadence_s") or 1)), default=None)


def draw(panel: PanelData, view: View) -> Component:
    """The strip of all sources."""
    rows = panel.data.get("rows") or []
    if not rows:
        return no_data("missing", view)
    return html.Ul([_source(row, view) for row in rows], className="sources", style={"--sources": str(len(rows))})
