"""Single channels for the desk: found by name or code, and one in full: its file, its state, its last thirty days, its faults."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, or_, select

from dashboard.actions import PURPOSES
from dashboard.crowd import Crowds
from dashboard.live import Live
from dashboard.taking.moment import Taking
from data.columns import day_number
from data.cubes import ALL
from data.db import reading
from data.periods import date_of
from data.schema import REGION
from data.subjects.public_video import channel, channel_fault
from data.subjects.video_outages import channel_outage

if TYPE_CHECKING:
    from dashboard.pages import Address

Row = dict[str, Any]
LISTED, FAULTS, NEIGHBOURS = 25, 20, 10
LONGEST_TEXT, CODE_LENGTH, LEAST_DIGITS = 60, 20, 4
DAYS = 30  # of availability
DAY_S = 86400
MOST_OUTAGES = 500  # of one channel in DAYS
LISTS = ("channel_state", "picture_state", "contractor", "video_industry", "video_net", "video_class", "unit", "subdistrict", "community",
         "grid")  # fmt: skip
FILE = ("code", "lon", "video_industry", "video_net", "video_class", "unit", "contractor", "switch", "power", "installed_on", "grid")
_channel = channel.c


def channel_parts(address: "Address", live: Live, crowds: Crowds) -> Row | None:
    """What a desk shows of single channels: their list, the one asked for, what a picture may be for. None for a module without."""
    if crowds.of(address.module) is None:
        return None
    return {"list": channel_list(address, live, crowds), "one": one_channel(address, live, crowds.allowed), "purposes": PURPOSES}


def channel_list(address: "Address", live: Live, crowds: Crowds) -> Row:
    """The channels that match what is looked for, else the worst of the area; `past` instead of rows for an earlier moment."""
    find = address.query.get("find", "").strip()[:LONGEST_TEXT]
    listed: Row = {"find": find, "rows": [], "more": False, "urgent": 0, "past": address.as_of is not None, "exact": crowds.allowed}
    standing = crowds.of(address.module)
    if listed["past"] or standing is None:
        return listed
    with reading(live.engine) as connection:
        taking = live.taking(connection, address.area)
        if find:
            rows = _found(taking, find)
        else:
            numbers, listed["urgent"] = standing.worst(taking.scope, LISTED)
            rows = _worst(taking, numbers)
        return {**listed, "rows": [_row(row, taking) for row in rows[:LISTED]], "more": len(rows) > LISTED}


def _found(taking: Taking, find: str) -> Sequence[Mapping[Any, Any]]:
    """By the beginning of a code where digits are given, which an index answers; else by a part of a name."""
    row, query = _channel, _within(taking).order_by(_channel.number).limit(LISTED + 1)
    if find.isascii() and find.isdigit() and LEAST_DIGITS <= len(find) <= CODE_LENGTH:
        query = query.where(row.code.between(find.ljust(CODE_LENGTH, "0"), find.ljust(CODE_LENGTH, "9"))).order_by(None).order_by(row.code)
    else:
        query = query.where(or_(row.name_zh.contains(find, autoescape=True), row.name_en.icontains(find, autoescape=True)))
    return taking.connection.execute(query).mappings().all()


def _worst(taking: Taking, numbers: Sequence[int]) -> list[Mapping[Any, Any]]:
    rows = taking.connection.execute(_standing(taking).where(_channel.number.in_(numbers))).mappings()
    found = {row["number"]: row for row in rows}
    return [found[number] for number in numbers if number in found]


def _standing(taking: Taking) -> Select[Any]:
    return select(channel).where(_channel[REGION] == taking.region, _channel.retired_on.is_(None))


def _within(taking: Taking) -> Select[Any]:
    query = _standing(taking)
    return query if taking.scope.area == ALL else query.where(_channel[taking.scope.level] == taking.scope.area)


def _row(row: Mapping[Any, Any], taking: Taking) -> Row:
    """A channel as the list shows it; every key with its names in both languages. One that is not connected has no level."""
    told = {name: row[name] for name in ("number", "code", "name_zh", "name_en", "switch")}
    return {
        **told,
        "level": row["level"] if row["connected"] else "none",
        "names": _names(row, taking),
        "changed_at": row["changed_at"].isoformat(),
    }


def _names(row: Mapping[Any, Any], taking: Taking) -> Row:
    return {name: {"key": row[name], **taking.named(name, row[name])} for name in LISTS if name in row and row[name] is not None}


def one_channel(address: "Address", live: Live, exact: bool) -> Row | None:
    """The channel the address names, in full; its position only where exact points may be seen. None if there is no such channel."""
    number = address.query.get("channel", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    with reading(live.engine) as connection:
        taking = live.taking(connection, None)
        row = connection.execute(_standing(taking).where(_channel.number == int(number))).mappings().first()
        if row is None:
            return None
        kept = ("key_site", "connected", "archived", "sign_ok", "recording", "held_days", "clock_offset_s", "whole", "power")
        return {
            **_row(row, taking), **{name: row[name] for name in kept},
            "installed_on": date_of(row["installed_on"]).isoformat(),
            "position": [row["lat"], row["lon"]] if exact and row["lon"] is not None else None,
            "missing": [name for name in FILE if row[name] in (None, "")],
            "available": _available(row, taking), "faults": _faults(row, taking), "neighbours": _neighbours(row, taking),
        }  # fmt: skip


def _available(row: Mapping[Any, Any], taking: Taking) -> Row:
    """Seconds of the last thirty days the channel was expected and was down, and the seconds down of each of those days."""
    end, outage = int(taking.now.timestamp()), channel_outage.c
    begin = max(end - DAYS * DAY_S, _midnight(row["installed_on"], taking))
    query = select(outage.down_at, outage.seen_at, outage.up_at).where(
        outage[REGION] == taking.region, outage.channel == row["number"], outage.down_at < taking.now
    ).order_by(outage.down_at.desc()).limit(MOST_OUTAGES)  # fmt: skip
    today = day_number(taking.now)
    days = dict.fromkeys(range(today - DAYS + 1, today + 1), 0)
    down = 0
    for down_at, seen_at, up_at in taking.connection.execute(query):
        first, last = max(begin, int(down_at.timestamp())), min(end, int((up_at or seen_at).timestamp()))
        down += max(0, last - first)
        for day in days:
            start = _midnight(day, taking)
            days[day] += max(0, min(last, start + DAY_S) - max(first, start))
    told = [{"day": date_of(day).isoformat(), "down_s": down_s} for day, down_s in days.items()]
    return {"expected_s": max(0, end - begin), "down_s": down, "days": told}


def _midnight(day: int, taking: Taking) -> int:
    return int(datetime.combine(date_of(day), datetime.min.time(), taking.zone).timestamp())


def _faults(row: Mapping[Any, Any], taking: Taking) -> list[Row]:
    fault = channel_fault.c
    query = select(fault.fault_kind, fault.contractor, fault.found_at, fault.fixed_at, fault.due_at).where(
        fault[REGION] == taking.region, fault.channel == row["number"]
    ).order_by(fault.found_at.desc()).limit(FAULTS)  # fmt: skip
    return [_fault(found, taking) for found in taking.connection.execute(query).mappings()]


def _fault(found: Mapping[Any, Any], taking: Taking) -> Row:
    lasted: timedelta = (found["fixed_at"] or taking.now) - found["found_at"]
    return {
        "kind": {"key": found["fault_kind"], **taking.named("fault_kind", found["fault_kind"])},
        "contractor": {"key": found["contractor"], **taking.named("contractor", found["contractor"])},
        "found_at": found["found_at"].isoformat(), "fixed_at": found["fixed_at"].isoformat() if found["fixed_at"] else None,
        "lasted_s": lasted.total_seconds(), "late": (found["fixed_at"] or taking.now) > found["due_at"],
    }  # fmt: skip


def _neighbours(row: Mapping[Any, Any], taking: Taking) -> Row:
    """The channels of the same switch: how many there are, how many of them are down, and some of those."""
    others = _standing(taking).where(_channel.switch == row["switch"], _channel.number != row["number"])
    down = others.where(_channel.channel_state == "offline")

    def count(query: Select[Any]) -> int:
        return int(taking.connection.execute(query.with_only_columns(func.count())).scalar_one())

    shown = taking.connection.execute(down.order_by(_channel.number).limit(NEIGHBOURS)).mappings()
    return {"of": count(others), "down": count(down), "rows": [_row(found, taking) for found in shown]}
