"""A snapshot as it is kept: compressed JSON that gives back the same numbers, moments and digest."""

import zlib
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import orjson

from modules.spec import Better, Comparison, Level, PanelData, Quality, Reading, Rounding, Snapshot

_AT, _ON = "$at", "$on"  # a moment and a day: JSON has neither
_PLAIN = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS
_NAMED = {"quality": Quality, "level": Level, "better": Better, "rounding": Rounding}


def packed(snapshot: Snapshot) -> bytes:
    """The snapshot as bytes. TypeError for a value that is no number, text, moment, day or list of such."""
    return zlib.compress(orjson.dumps(asdict(snapshot), default=_marked, option=_PLAIN))


def unpacked(body: bytes) -> Snapshot:
    """The snapshot of these bytes; what was a tuple inside a panel is a list."""
    told = _restored(orjson.loads(zlib.decompress(body)))
    readings = {key: _reading(held) for key, held in told.pop("readings").items()}
    panels = tuple(PanelData(**panel) for panel in told.pop("panels"))
    return Snapshot(**told, readings=readings, panels=panels)


def _marked(value: Any) -> dict[str, str]:
    if isinstance(value, datetime):
        return {_AT: value.isoformat()}
    if isinstance(value, date):
        return {_ON: value.isoformat()}
    raise TypeError(f"a snapshot cannot hold {type(value).__name__}")


def _restored(value: Any) -> Any:
    if isinstance(value, list):
        return [_restored(part) for part in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        if _AT in value:
            return datetime.fromisoformat(value[_AT])
        if _ON in value:
            return date.fromisoformat(value[_ON])
    return {key: _restored(part) for key, part in value.items()}


def _reading(held: dict[str, Any]) -> Reading:
    named = {name: kind(held[name]) for name, kind in _NAMED.items()}
    comparison = held["comparison"] and Comparison(**held["comparison"])
    return Reading(**{**held, **named, "comparison": comparison, "spark": tuple(held["spark"])})
