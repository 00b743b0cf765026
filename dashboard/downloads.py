"""What a reader takes away: the cases of a desk's address, filtered and sorted as shown, and the numbers of each panel."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Flask, Response, request

from dashboard.casework import FILTERS, every_case
from dashboard.exports import CSV_TYPE, XLSX_TYPE, Column, csv_bytes, file_name, xlsx_bytes
from dashboard.live import Live
from dashboard.pages import Address
from dashboard.panel_tables import Table, marked, reading_table, table_of
from dashboard.refusal import Refusal, refused_document
from layouts.desk_bars import KPIS
from layouts.text import Words, words_for
from layouts.view import View
from modules.spec import Snapshot

MOST = 20_000
ENDINGS = ("csv", "xlsx")
CASES = "cases"
# Key of the row, word of the heading.
_COLUMNS = (
    ("number", "cases.number"), ("type", "cases.type"), ("kind", "cases.kind"), ("state", "cases.state"), ("unit", "cases.unit"),
    ("place", "cases.place"), ("reported_at", "cases.reported_at"), ("due_at", "cases.due_at"), ("hours_left", "cases.hours_left"),
    ("status", "cases.status"),
)  # fmt: skip


def register(server: Flask, live: Live) -> None:
    """`/desk/<module>/export.<ending>` and `/desk/<module>/<panel>/export.<ending>`; refused as the desk is.

    They take the query of the desk. The panel `kpis` is all key numbers together.
    """

    @server.get("/desk/<module>/export.<ending>")
    def export_cases(module: str, ending: str) -> Response:
        address = Address.of(module, request.args, live, "desk")
        refusal = Refusal(f"asof={address.query['asof']}", rule="past_list") if not address.fault and address.as_of else None
        if refusal or address.fault or ending not in ENDINGS:
            return _refused(address, 400 if refusal else address.fault or 404, refusal)
        words = words_for(address.lang)
        snapshot = live.snapshot(module, address.area, address.span)
        rows = [_row(row, words) for row in every_case(address, live, MOST + 1)]
        columns = tuple(Column(key, words(word)) for key, word in _COLUMNS)
        return _file(Table(CASES, words("cases.title"), columns, rows[:MOST]), snapshot, address, live, ending, len(rows) > MOST)

    @server.get("/desk/<module>/<panel>/export.<ending>")
    def export_panel(module: str, panel: str, ending: str) -> Response:
        address = Address.of(module, request.args, live, "desk")
        if address.fault or ending not in ENDINGS:
            return _refused(address, address.fault or 404)
        snapshot = live.snapshot(module, address.area, address.span, address.as_of)
        view = View(snapshot, words_for(address.lang), "desk")
        found = next((one for one in snapshot.panels if one.key == panel), None)
        if panel != KPIS and found is None:
            return _refused(address, 404)
        table = reading_table(view) if found is None else table_of(found, view)
        return _file(table, snapshot, address, live, ending)


def _refused(address: Address, fault: int, refusal: Refusal | None = None) -> Response:
    document = refused_document(fault, request.path, address.lang, refusal or address.refusal)
    return Response(document, status=fault, mimetype="text/html")


def _row(row: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """The row in the reader's words; the time left in hours, so that it can be summed."""
    left = row["remaining_s"]
    return {
        "number": row["number"],
        "type": words.label(row, "type"),
        "kind": words.known(f"kind.{row['kind']}", str(row["kind"])),
        "state": words.known(f"case_state.{row['state']}", str(row["state"])),
        "unit": words.label(row, "unit"),
        "place": words.label(row, "place"),
        "reported_at": _moment(row["reported_at"]),
        "due_at": _moment(row["due_at"]),
        "hours_left": None if left is None else round(left / 3600, 2),
        "status": words(f"cases.due_{_limit_state(row)}"),
    }


def _limit_state(row: Mapping[str, Any]) -> str:
    """How a case stands to its deadline: how near it is, stopped while suspended, kept or missed once ended, none without one."""
    if row["due_at"] is None or row["status"] != "none":
        return str(row["status"])
    if row["open"]:
        return "stopped"
    return "kept" if row["on_time"] else "missed"


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _file(table: Table, snapshot: Snapshot, address: Address, live: Live, ending: str, cut: bool = False) -> Response:
    """The file, named after module, panel, area and as-of; its notes say the same and that it is demo data."""
    words, zone = words_for(address.lang), live.locality.zone
    named = snapshot.module if table.key == CASES else f"{snapshot.module}-{table.key}"
    name = file_name(named, snapshot.area, snapshot.as_of, snapshot.demo, ending, zone)
    period = " – ".join(address.query.get(key, "…") for key in ("from", "to")) if address.span else words("desk.period_metric")
    asked = "&".join(f"{key}={address.query[key]}" for key in (*FILTERS, "sort", "dir") if address.query.get(key))
    notes: list[tuple[str, Any]] = [
        *([(words("desk.data"), words("desk.demo"))] if snapshot.demo else []),
        (words("desk.modules"), f"{words.module(snapshot.module)} · {table.title}"),
        (words("desk.file_area"), snapshot.area),
        (words("desk.file_period"), period),
        (words("desk.asof"), snapshot.as_of),
        *([(words("desk.file_filters"), asked)] if asked and table.key == CASES else []),
        (words("desk.file_rows"), words("desk.file_cut", most=MOST) if cut else len(table.rows)),
    ]
    table = marked(table, words("desk.demo")) if snapshot.demo else table
    csv = ending == "csv"
    body = csv_bytes(table.columns, table.rows, zone) if csv else xlsx_bytes(table.columns, table.rows, table.title, notes, zone)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, content_type=CSV_TYPE if csv else XLSX_TYPE, headers=headers)
