"""What a reader takes away: the cases of a desk's address, filtered and sorted as shown, as CSV or XLSX."""

from datetime import datetime
from typing import Any

from flask import Flask, Response, request

from dashboard.casework import every_case
from dashboard.exports import CSV_TYPE, XLSX_TYPE, Column, csv_bytes, file_name, xlsx_bytes
from dashboard.live import Live
from dashboard.pages import Address
from layouts.errors import error_document
from layouts.text import Words, words_for

MOST = 20_000
ENDINGS = ("csv", "xlsx")
# Key of the row, word of the heading.
_COLUMNS = (
    ("number", "cases.number"), ("type", "cases.type"), ("kind", "cases.kind"), ("state", "cases.state"), ("unit", "cases.unit"),
    ("place", "cases.place"), ("reported_at", "cases.reported_at"), ("due_at", "cases.due_at"), ("hours_left", "cases.hours_left"),
    ("status", "cases.status"),
)  # fmt: skip


def register(server: Flask, live: Live) -> None:
    """The address `/desk/<module>/export.<ending>`; it takes the query of the desk and is refused as the desk is."""

    @server.get("/desk/<module>/export.<ending>")
    def export(module: str, ending: str) -> Response:
        address = Address.of(module, request.args, live, "desk")
        fault = address.fault if ending in ENDINGS else 404
        if fault:
            return Response(error_document(fault, request.path, address.lang), status=fault, mimetype="text/html")
        snapshot = live.snapshot(module, address.area, address.span, address.as_of)
        words = words_for(address.lang)
        rows = [_row(row, words) for row in every_case(address, live, MOST)]
        columns = [Column(key, words(word)) for key, word in _COLUMNS]
        name = file_name(module, snapshot.area, snapshot.as_of, snapshot.demo, ending, live.locality.zone)
        if ending == "csv":
            return _file(csv_bytes(columns, rows, live.locality.zone), CSV_TYPE, name)
        notes = [
            (words("desk.modules"), words.module(module)),
            (words("desk.area"), snapshot.area),
            (words("desk.asof"), snapshot.as_of),
            (words("cases.title"), len(rows)),
            *([(words("desk.data"), words("desk.demo"))] if snapshot.demo else []),
        ]
        return _file(xlsx_bytes(columns, rows, words("cases.title"), notes, live.locality.zone), XLSX_TYPE, name)


def _row(row: dict[str, Any], words: Words) -> dict[str, Any]:
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
        "status": words(f"cases.due_{row['status']}"),
    }


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _file(body: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, content_type=kind, headers=headers)
