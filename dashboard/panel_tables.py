"""The numbers of a panel as a table a spreadsheet holds: one row per thing shown, values unrounded, words in one language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dashboard.exports import Column
from layouts.components.bars import part_word
from layouts.components.bullets import share_done
from layouts.components.pareto import folded
from layouts.components.plot import below_least
from layouts.components.scatter import axis_name
from layouts.view import View
from modules.spec import PanelData

Row = dict[str, Any]
Data = Mapping[str, Any]
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
    """A panel's rows; none where it has nothing to show. A number kept back is written as what it is below."""
    made = _MADE.get(panel.kind, _listed)
    rows = [_kept(row, panel) for row in made(panel.data, view)]
    unit = str(panel.data.get("unit") or "")
    rows = [{**row, "unit": unit} for row in rows] if unit else rows
    names = {axis: axis_name(axis, panel, view) for axis in ("x", "y")} if panel.kind == "scatter" else {}
    return Table(panel.key, view.title(panel), _columns(rows, view, names), rows)


def marked(table: Table, demo: str) -> Table:
    """The table with a last column that says on every row that the data is made up: rows travel without their file."""
    return replace(table, columns=(*table.columns, Column("_demo", demo)), rows=[{**row, "_demo": demo} for row in table.rows])


def _kept(row: Row, panel: PanelData) -> Row:
    told = {key: value for key, value in row.items() if key != "withheld"}
    return {**told, "value": below_least(panel)} if row.get("withheld") else told


def _listed(data: Data, view: View) -> list[Row]:
    found: list[Any] = next((data[name] for name in _ROWS if isinstance(data.get(name), list)), [])
    return [_plain(row, view) for row in found if isinstance(row, Mapping)]


def _trend(data: Data, view: View) -> list[Row]:
    return _series(data, ("x", "y", "low", "median", "high"))


def _heat(data: Data, view: View) -> list[Row]:
    return [{"y": y, "x": x, "value": value} for y, line in _zip(data.get("y"), data.get("z")) for x, value in _zip(data.get("x"), line)]


def _curves(data: Data, view: View) -> list[Row]:
    return [{**_plain(group, view), **point} for group in data.get("groups") or [] for point in _series(group, ("x", "y"))]


def _modules(data: Data, view: View) -> list[Row]:
    return [{"key": row["module"], **_plain(row.get("reading") or {}, view)} for row in data.get("rows") or []]


def _pareto(data: Data, view: View) -> list[Row]:
    return [_plain(row, view) for row in folded(data, len(data.get("rows") or []) + 1, view)]


def _slope(data: Data, view: View) -> list[Row]:
    """One row per line and period; the change stands at the last."""
    rows = []
    for line in data.get("rows") or []:
        last = len(line["values"]) - 1
        counts = line.get("n") or [None] * len(line["values"])
        for index, (period, value) in enumerate(_zip(data.get("columns"), line["values"])):
            change = line.get("delta") if index == last else None
            told = {key: text for key, text in line.items() if key != "delta"}
            rows.append({**_plain(told, view), "period": period, "value": value, "n": counts[index], "delta": change})
    return rows


def _matrix(data: Data, view: View) -> list[Row]:
    named = [(view.words.label(row), line) for row, line in _zip(data.get("rows"), data.get("cells"))]
    return [
        {"row": name, "column": view.words.label(column), **cell} for name, line in named for column, cell in _zip(data["columns"], line)
    ]


def _flows(data: Data, view: View) -> list[Row]:
    names = {node["key"]: view.words.label(node) for node in data.get("nodes") or []}
    return [{**link, "from": names[link["from"]], "to": names[link["to"]]} for link in data.get("links") or []]


def _scatter(data: Data, view: View) -> list[Row]:
    return [_plain(point, view) for point in data.get("points") or []]


def _dots(data: Data, view: View) -> list[Row]:
    groups = [(view.words.label(group), group["rows"]) for group in data.get("groups") or []]
    return [{"group": name, **_plain(row, view)} for name, rows in groups for row in rows]


def _bullets(data: Data, view: View) -> list[Row]:
    return [{**_plain(row, view), "done": share_done(row)} for row in data.get("rows") or []]


def _stacks(data: Data, view: View) -> list[Row]:
    """One row per part; a whole that is kept back stands alone."""
    return [
        {**_plain(row, view), "part": part and part_word(str(part["key"]), view), "value": part["value"] if part else row.get("value")}
        for row in data.get("rows") or []
        for part in row.get("parts") or [None]
    ]


def _lanes(data: Data, view: View) -> list[Row]:
    """One row per mark made; what was counted of the thing in the time shown stands in each."""
    return [
        {**_plain(row, view), "value": sum(row["values"]), "part": made and part_word(made["key"], view), "as_of": made and made["at"]}
        for row in data.get("rows") or []
        for made in row["marks"] or [None]
    ]


_MADE: dict[str, Callable[[Data, View], list[Row]]] = {
    "bullets": _bullets, "dots": _dots, "ecdf": _curves, "flows": _flows, "heat": _heat, "lanes": _lanes, "matrix": _matrix,
    "modules": _modules, "pareto": _pareto, "scatter": _scatter, "slope": _slope, "stacks": _stacks, "survival": _curves, "trend": _trend,
}  # fmt: skip


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


def _columns(rows: Sequence[Mapping[str, Any]], view: View, names: Mapping[str, str] | None = None) -> tuple[Column, ...]:
    """The columns of the rows in the order they first appear; those that are empty throughout are left out.

    `names` gives the headings of columns that have names of their own.
    """
    keys = dict.fromkeys(key for row in rows for key, value in row.items() if value is not None)
    return tuple(Column(key, (names or {}).get(key) or view.words.known(f"file.{key}", key)) for key in keys)
