"""The numbers of a panel as a table a spreadsheet holds: one row per thing shown, values unrounded, words in one language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.exports import Column
from layouts.view import View
from modules.spec import PanelData

Row = dict[str, Any]
# Which list of a panel's data is its rows.
_ROWS = ("rows", "stages", "days", "items", "areas")
_WORDS = {"level": "status", "quality": "status", "state": "case_state", "kind": "areas", "reason": "reason"}
_HIDDEN = ("href", "reading", "parts", "spark", "stack")


@dataclass(frozen=True, slots=True)
class Table:
    """A key for the file's name, a title, the columns and the rows."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Mapping[str, Any]]


def reading_table(view: View) -> Table:
    """Every key number with what it is made of."""
    rows: list[Row] = []
    for key, reading in view.snapshot.readings.items():
        compared = reading.comparison
        rows.append(
            {
                "label": view.metric(key), "key": key, "value": reading.value, "unit": reading.unit,
                "numerator": reading.numerator, "denominator": reading.denominator, "target": reading.target,
                "gross": reading.gross, "delta": compared and compared.delta, "low": compared and compared.low,
                "median": compared and compared.median, "high": compared and compared.high,
                "level": view.words(f"status.{reading.level}"), "quality": view.words.known(f"status.{reading.quality}", reading.quality),
                "as_of": reading.as_of,
            }
        )  # fmt: skip
    return Table("kpis", view.words("desk.kpis"), _columns(rows, view), rows)


def table_of(panel: PanelData, view: View) -> Table:
    """A panel's rows; none where it has nothing to show."""
    data = panel.data
    if panel.kind == "trend":
        rows = _series(data, ("x", "y", "low", "median", "high"))
    elif panel.kind == "heat":
        rows = [
            {"y": y, "x": x, "value": value} for y, line in _zip(data.get("y"), data.get("z")) for x, value in _zip(data.get("x"), line)
        ]
    elif panel.kind == "ecdf":
        rows = [{**_plain(group, view), **point} for group in data.get("groups") or [] for point in _series(group, ("x", "y"))]
    elif panel.kind == "modules":
        rows = [{"key": row["module"], **_plain(row.get("reading") or {}, view)} for row in data.get("rows") or []]
    else:
        found: list[Any] = next((data[name] for name in _ROWS if isinstance(data.get(name), list)), [])
        rows = [_plain(row, view) for row in found if isinstance(row, Mapping)]
    unit = str(data.get("unit") or "")
    rows = [{**row, "unit": unit} for row in rows] if unit else rows
    return Table(panel.key, view.title(panel), _columns(rows, view), rows)


def _zip(first: Any, second: Any) -> list[tuple[Any, Any]]:
    return list(zip(first or [], second or [], strict=False))


def _series(data: Mapping[str, Any], names: Sequence[str]) -> list[Row]:
    """Lists of the same length turned into rows; a list that is not there gives no column."""
    there = [name for name in names if data.get(name)]
    return [dict(zip(there, values, strict=False)) for values in zip(*(data[name] for name in there), strict=False)]


def _plain(row: Mapping[str, Any], view: View) -> Row:
    """A row without what is only for drawing: names in one language, levels and states as words."""
    made: Row = {}
    for key, value in row.items():
        base = key.removesuffix("_zh").removesuffix("_en")
        if base != key:
            made[base] = view.words.label(row, base)
        elif key not in _HIDDEN and not isinstance(value, list | tuple | dict):
            made[key] = view.words.known(f"{_WORDS[key]}.{value}", str(value)) if key in _WORDS and value is not None else value
    return made


def _columns(rows: Sequence[Mapping[str, Any]], view: View) -> tuple[Column, ...]:
    """The columns of the rows in the order they first appear; those that are empty throughout are left out."""
    keys = dict.fromkeys(key for row in rows for key, value in row.items() if value is not None)
    return tuple(Column(key, view.words.known(f"file.{key}", key)) for key in keys)
