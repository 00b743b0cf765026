"""Days as a calendar of weeks: each day's value as a class and a number, days without a record left open."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.components.heat import class_edges, class_of
from layouts.components.no_data import no_data
from layouts.view import View
from modules.spec.snapshot import PanelData

_FIXED = (60.0, 80.0, 90.0, 95.0)  # shares are classed by meaning, so a good month does not look bad


def days_of(panel: PanelData) -> dict[date, dict[str, Any]]:
    """The rows by their day."""
    return {date.fromisoformat(str(row["day"])[:10]): row for row in panel.data.get("days") or []}


def edges_of(panel: PanelData) -> list[float]:
    """The lower edges of the classes: those of shares are fixed."""
    values = [float(row["value"]) for row in panel.data["days"] if row.get("value") is not None]
    return list(_FIXED) if unit_of(panel) == "percent" else class_edges(values)


def weeks_of(days: Collection[date]) -> list[list[date | None]]:
    """The weeks from the first day to the last, Monday first; days before and after are None."""
    first, last = min(days), max(days)
    monday, weeks = first - timedelta(days=first.weekday()), []
    while monday <= last:
        week = [monday + timedelta(days=n) for n in range(7)]
        weeks.append([day if first <= day <= last else None for day in week])
        monday += timedelta(days=7)
    return weeks


def is_today(day: date, panel: PanelData) -> bool:
    """Whether that is the day the panel calls today."""
    return day.isoformat() == panel.data.get("today")


def unit_of(panel: PanelData) -> str:
    """The unit of the days' values."""
    return str(panel.data.get("unit") or "percent")


def _cell(day: date, row: dict[str, Any] | None, edges: list[float], panel: PanelData, view: View) -> Component:
    words, unit = view.words, unit_of(panel)
    value = None if row is None else row.get("value")
    title = f"{words.date(view.local(day.isoformat()))} · "
    title += words("calendar.none") if value is None else words.quantity(value, unit)
    if row is not None and row.get("denominator") is not None:
        title += f" · {words.number(row.get('numerator'))} / {words.number(row['denominator'])}"
    number = "" if value is None else words.number(value, unit, 0)
    return html.Td(
        [html.Span(str(day.day), className="day-number"), html.Span(number, className="day-value")],
        className=f"day {class_of(value, edges)}{' is-today' if is_today(day, panel) else ''}",
        title=title,
    )


def _told(known: list[float], days: int, unit: str, view: View) -> str:
    """The calendar in one sentence: its worst day, which of shares is the lowest and of counts the highest."""
    words = view.words
    if unit == "count":
        return words("calendar.busiest", n=days, high=words.quantity(max(known, default=0), unit))
    return words("calendar.summary", n=days, low=words.quantity(min(known), unit) if known else words("calendar.none"))


def draw(panel: PanelData, view: View) -> Component:
    """A table of weeks, Monday first, from the week of the first day to that of the last."""
    by_day = days_of(panel)
    if not by_day:
        return no_data("missing", view)
    edges = edges_of(panel)
    known = [float(row["value"]) for row in by_day.values() if row.get("value") is not None]
    weeks = [
        html.Tr([_cell(day, by_day.get(day), edges, panel, view) if day else html.Td(className="day is-out") for day in week])
        for week in weeks_of(by_day)
    ]
    heads = [html.Th(name, scope="col") for name in view.words("date.weekdays").split()]
    told = attributes(aria_label=_told(known, len(by_day), unit_of(panel), view))
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(weeks)], className="calendar-weeks", **told)
    return html.Div(table, className="calendar")
