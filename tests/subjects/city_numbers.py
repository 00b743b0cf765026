"""What each key number of city operations is, worked out with pandas from cases, steps and sensors: shares, counts and times.

Working time is counted day by day and neighbours by looking at each pair: nothing that is kept beside the facts is read.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from data.seed import catalogue
from data.subjects.city_operations import component_group, lamp_night, road_work
from data.subjects.sensors import sensor, sensor_day
from tests.subjects.frames import EPOCH, Frames, Share, frame_of, local_day, share

TABLES = (component_group, lamp_night, road_work, sensor, sensor_day)
KINDS = {"": ["event", "component"], "events": ["event"], "components": ["component"]}
CLOCKS = {row["key"]: (row["clock"], row["limit_value"]) for row in catalogue.case_types()}
HOURS = ((8, 12), (14, 18))
NEAR_M, NEAR_S, BURST_S = 50.0, 30 * 86400, 86400


@dataclass(frozen=True)
class City:
    """The rows of a scope: city cases with what their moments and steps say, and the other tables."""

    cases: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    now: pd.Timestamp
    today: int

    @classmethod
    def read(cls, connection: Connection, now: datetime, workday: Callable[[int], bool]) -> "City":
        """From the database."""
        frames = Frames.read(connection, now)
        cases = frames.cases[frames.cases.kind.isin(["event", "component"]) & (frames.cases.level != "grid")].copy()
        filed = set(frames.steps[frames.steps.action == "file"].case_id)
        cases["s_filed"] = cases.id.isin(filed) | cases.s_dispatched
        cases["filed"] = cases.ok & cases.s_filed
        cases["decided"] = cases.filed | cases.ended.isin(["rejected", "redirected"])
        cases["in_time"] = cases.handled_at.fillna(cases.closed_at) <= cases.due_at
        stopped = set(frames.steps[frames.steps.action.isin(["suspend", "reopen"])].case_id)
        cases["clocked"] = [clocked(case, stopped, workday) for case in cases.itertuples()]
        neighbours(cases)
        return cls(cases, {table.name: frame_of(connection, table) for table in TABLES}, frames.now, frames.today)

    def within(self, level: str, code: str) -> "City":
        """Only what lies in an area."""
        if level == "district":
            return self
        tables = {name: frame[frame[level] == code] if level in frame else frame[:0] for name, frame in self.tables.items()}
        return replace(self, cases=self.cases[self.cases[level] == code], tables=tables)

    def of(self, kind: str) -> pd.DataFrame:
        """City cases of a kind."""
        return self.cases[self.cases.kind.isin(KINDS[kind])]

    def reported(self, kind: str, days: int) -> pd.DataFrame:
        """Those reported in the last days."""
        cases = self.of(kind)
        return cases[cases.day.between(self.today - days + 1, self.today)]

    def closed(self, kind: str = "", days: int = 30) -> pd.DataFrame:
        """Those closed in the last days."""
        cases = self.of(kind)
        return cases[cases.ok & local_day(cases.closed_at).between(self.today - days + 1, self.today)]

    def due(self, kind: str, days: int = 30) -> pd.DataFrame:
        """Those due in the last days."""
        cases = self.of(kind)
        return cases[cases.due_day.between(self.today - days + 1, self.today)]


def worked(start: pd.Timestamp, end: pd.Timestamp, workday: Callable[[int], bool]) -> float:
    """Seconds of work between two moments, day by day."""
    total, first, last = 0.0, *(moment.tz_convert("Asia/Shanghai") for moment in (start, end))
    for day in range((first.normalize() - EPOCH).days, (last.normalize() - EPOCH).days + 1):
        if workday(day):
            for opens, shuts in HOURS:
                midnight = EPOCH + timedelta(days=day)
                span = min(last, midnight + timedelta(hours=shuts)) - max(first, midnight + timedelta(hours=opens))
                total += max(0.0, span.total_seconds())
    return total


def clocked(case, stopped: set[int], workday: Callable[[int], bool]) -> float:
    """Seconds from dispatch to handled on the clock of the case's type; NaN where there is none."""
    if case.id in stopped or pd.isna(case.dispatched_at) or pd.isna(case.handled_at):
        return np.nan
    if CLOCKS[case.type][0] in ("work_hours", "work_days"):
        return worked(case.dispatched_at, case.handled_at, workday)
    return (case.handled_at - case.dispatched_at).total_seconds()


def neighbours(cases: pd.DataFrame) -> None:
    """Adds how many others of a case's type lie near it, whether it is the newest of them, and of three within a day."""
    counted = cases[cases.ended.isna() & cases.lon.notna()]
    cases["near"], cases["newest"], cases["bursting"], cases["located"] = 0, False, False, cases.id.isin(counted.id)
    for _, alike in counted.groupby("type"):
        at = (alike.reported_at - pd.Timestamp(0, tz="UTC")).dt.total_seconds().to_numpy()
        lon, lat = np.radians(alike.lon.to_numpy()), np.radians(alike.lat.to_numpy())
        inner = np.sin((lat[:, None] - lat) / 2) ** 2 + np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
        metres = 2 * 6_371_008.8 * np.arcsin(np.sqrt(inner))
        since = at[:, None] - at
        near = (metres <= NEAR_M) & (np.abs(since) <= NEAR_S) & ~np.eye(len(alike), dtype=bool)
        third = (near & (since > 0) & (since <= BURST_S)).sum(axis=1) >= 2
        followed = (near & (since < 0) & (since >= -BURST_S) & third[None, :]).any(axis=1)
        cases.loc[alike.index, "near"] = near.sum(axis=1)
        cases.loc[alike.index, "newest"] = ~(near & (since < 0)).any(axis=1)
        cases.loc[alike.index, "bursting"] = third & ~followed


def by_kind(name: str, count: Callable[[City, str], object]) -> dict[str, Callable[[City], object]]:
    """A number of all city cases, of events and of components; `name` holds the place of the kind."""
    return {name.format(kind or "all"): lambda city, kind=kind: count(city, kind) for kind in KINDS}


def everything(frame: pd.DataFrame) -> pd.Series:
    return frame.id.notna()


def filing(city: City, kind: str) -> Share:
    frame = city.reported(kind, 30)
    return share(frame.filed, frame.decided)


def of_due(column: str, net: bool = True) -> Callable[[City, str], Share]:
    def counted(city: City, kind: str) -> Share:
        frame = city.due(kind)
        return share(frame[column], frame.judged & ~(frame.put_off & net))

    return counted


def failed(city: City, kind: str) -> Share:
    frame = city.closed(kind)
    return share(frame.n_rework > 0, (frame.n_check > 0) | (frame.n_rework > 0))


def recurring(city: City, kind: str) -> Share:
    frame = city.reported(kind, 30)
    return share(frame.near >= 2, frame.located)


def in_order(major: str = "C"):
    def counted(city: City) -> Share:
        ledger = city.tables["component_group"]
        total = float(ledger[ledger.type.str.startswith(major)].total_n.sum())
        broken = city.of("components")
        return total - float((broken.is_open & broken.type.str.startswith(major)).sum()), total

    return counted


def lit(circuit: str = ""):
    def counted(city: City) -> Share:
        nights = city.tables["lamp_night"]
        frame = nights[(nights.night_on == city.today - 1) & nights.circuit.str.contains(circuit)]
        return float(frame.lit_n.sum()), float(frame.due_n.sum())

    return counted


def arrived(city: City) -> Share:
    frame = city.reported("", 7)
    frame = frame[frame.urgent.astype(bool) & frame.ok & frame.accepted_at.notna()]
    return share((frame.arrived_at - frame.reported_at).dt.total_seconds() <= 1800, everything(frame))


def pumps(city: City) -> Share:
    frame = city.tables["sensor"]
    frame = frame[frame.sensor_kind == "pump"]
    return float(frame.on_n.sum()), float(frame.due_n.sum())


def available(city: City) -> Share:
    frame = city.tables["sensor"]
    return float(frame.received_n.sum()), float(frame.expected_n.sum())


def water(centimetres: float):
    def counted(city: City) -> int:
        frame = city.tables["sensor"]
        return int(((frame.sensor_kind == "water_level") & (frame.sensor_state != "silent") & (frame.value >= centimetres)).sum())

    return counted


def waiting(city: City) -> int:
    frame = city.cases
    alone = frame.is_open & frame.urgent.astype(bool) & frame.arrived_at.isna() & frame.handled_at.isna()
    return int((alone & ((city.now - frame.accepted_at).dt.total_seconds() > 1800)).sum())


def roads(kind: str, overrun: bool = False):
    def counted(city: City) -> int:
        frame = city.tables["road_work"]
        frame = frame[frame.lifted_at.isna() & frame.road_work.str.contains(kind)]
        return int((frame.until_at < city.now).sum()) if overrun else len(frame)

    return counted


def overdue_ages(city: City) -> np.ndarray:
    frame = city.cases
    return np.sort((city.now - frame[frame.late].due_at).dt.total_seconds().to_numpy())


def handling(city: City, kind: str) -> np.ndarray:
    return np.sort(city.closed(kind, 7).clocked.dropna().to_numpy())


def renamed(numbers: dict[str, object], whole: str) -> dict[str, object]:
    """The number of all city cases under the name it is shown by."""
    return {whole if name.endswith("_all") else name: number for name, number in numbers.items()}


SHARES = {
    **renamed(by_kind("filing_{}", filing), "filing_rate"),
    **renamed(by_kind("handled_{}", of_due("in_time")), "handled_in_time"),
    **renamed(by_kind("closed_{}", of_due("met")), "closed_in_time"),
    **renamed(by_kind("rework_{}", failed), "rework_rate"),
    **renamed(by_kind("recurrence_{}", recurring), "recurrence_rate"),
    "components_in_order": in_order(),
    **{f"in_order_{major.lower()}": in_order(major) for major in ("C01", "C02", "C03", "C04", "C05")},
    "lamps_lit": lit(),
    "lamps_arterial": lit("arterial"),
    "lamps_other": lit("other"),
    "pumps_running": pumps,
    "sensor_availability": available,
    "urgent_arrival": arrived,
}
COUNTS = {
    **renamed(by_kind("filed_{}", lambda city, kind: city.reported(kind, 1).filed.sum()), "filed_today"),
    **renamed(by_kind("overdue_{}", lambda city, kind: city.of(kind).late.sum()), "overdue_open"),
    "city_open": lambda city: city.cases.is_open.sum(),
    "urgent_overdue": lambda city: (city.cases.late & city.cases.urgent.astype(bool)).sum(),
    "clusters_now": lambda city: (city.cases.bursting & ((city.now - city.cases.reported_at).dt.total_seconds() <= BURST_S)).sum(),
    "flooded": water(15),
    "impassable": water(27),
    "pumps_called": lambda city: pumps(city)[1],
    "roads_closed": roads("closure"),
    "roads_overrun": roads("", overrun=True),
    "sensors_silent": lambda city: ((city.now - city.tables["sensor"]["at"]).dt.total_seconds() > 1800).sum(),
    "urgent_late": waiting,
}
TIMES = {
    "overdue_median": (0.5, overdue_ages),
    "overdue_p90": (0.9, overdue_ages),
    **{
        name: (0.9, values)
        for name, values in renamed(by_kind("handling_{}", handling), "handling_time").items()
    },
}  # fmt: skip
UNTOLD = {  # what a grid has no figure for: ledger and lamps are kept by community, pumps by kind of sensor
    "components_in_order", *(f"in_order_c0{number}" for number in range(1, 6)), "lamps_lit", "lamps_arterial", "lamps_other",
    "pumps_running", "pumps_called",
}  # fmt: skip
