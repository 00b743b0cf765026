"""The moment a snapshot is taken at: connection, place, scope, now. Everything a panel may ask for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, func, select

from dashboard.taking.register import Register
from dashboard.taking.windows import a_year_before, days_of
from data.cubes import ALL
from data.differences import Counted
from data.measures import Measure, Scope, Span, counted_within, first_bucket
from data.periods import date_of, day_of
from data.schema import REGION, source
from modules.spec import Window

YEAR_DAYS = 366
AREA_KINDS = ("subdistrict", "community", "grid", "dedicated")
TOLD_FROM = timedelta(hours=6)  # a whole period is told from this hour of the day after it: by then the daily sources have delivered


def covered_to(connection: Connection, region: int, zone: tzinfo, present: datetime) -> datetime:
    """The end of the last local day the sources' files cover; the present when they cover today, or nothing yet."""
    newest = connection.execute(select(func.max(source.c.covers_to)).where(source.c[REGION] == region)).scalar()
    if newest is None:
        return present
    return min(present, datetime.combine(newest.astimezone(zone).date(), time(23, 59, 59), zone).astimezone(UTC))


@dataclass(frozen=True)
class Taking:
    """One consistent view. `code` is the area code shown, the root for the whole district."""

    connection: Connection
    region: int
    root: str
    code: str
    now: datetime
    zone: tzinfo
    chosen: Span | None = None  # the reader's period; None: each metric's own window
    past: bool = False  # an earlier moment: what stands now cannot be told
    clock: datetime | None = None  # the present; None: it is `now`
    stood: bool = False  # every case is mirrored with all its moments: what stood at `now` can be told
    workday: Callable[[int], bool] | None = None  # the place's work calendar
    register: Register | None = None  # the lists, where they are known already

    @cached_property
    def today(self) -> int:
        """The local day number."""
        return day_of(self.now.astimezone(self.zone))

    @cached_property
    def told_on(self) -> int:
        """The local day whole periods are told of: they end before it."""
        return day_of(self.now.astimezone(self.zone) - TOLD_FROM)

    @cached_property
    def hour(self) -> int:
        """The local hour number."""
        return self.today * 24 + self.now.astimezone(self.zone).hour

    @property
    def present(self) -> datetime:
        """The moment the reader lives in, which ages of deliveries are counted to."""
        return self.clock or self.now

    def span(self, window: Window) -> Span:
        """The days a window covers at this moment."""
        span = self._days(window)
        return replace(span, at=self.now) if self.stood else span

    def _days(self, window: Window) -> Span:
        return self.chosen if self.chosen and self.replaces(window) else self.period(window)

    def replaces(self, window: Window) -> bool:
        """Whether a period the reader chose stands in for this window."""
        return self.chosen is not None and not window.published and window not in (Window.NOW, Window.TODAY)

    def period(self, window: Window, back: int = 0) -> Span:
        """The days of a window whatever period a reader chose, or of the same window `back` periods earlier."""
        return days_of(window, self.told_on if window.published else self.today, back)

    def period_a_year_before(self, window: Window) -> Span:
        """The days of the window as they were a year ago."""
        return a_year_before(window, self.told_on if window.published else self.today)

    @cached_property
    def lists(self) -> Register:
        """Areas, units, case types and code lists."""
        return self.register or Register.read(self.connection, self.region)

    @cached_property
    def areas(self) -> dict[str, Mapping[str, Any]]:
        """Every area in force, by code."""
        return self.lists.areas(self.now)

    @property
    def units(self) -> Mapping[str, Mapping[str, Any]]:
        """Every unit, by key."""
        return self.lists.units

    @property
    def types(self) -> Mapping[str, Mapping[str, Any]]:
        """Every case type, by key."""
        return self.lists.types

    def among(self, by: str) -> Mapping[str, Mapping[str, Any]]:
        """What keys of this name mean: units, areas, case types or the entries of the code list called so."""
        known = {"unit": "units", "type": "types", **dict.fromkeys(AREA_KINDS, "areas")}.get(by)
        found: Mapping[str, Mapping[str, Any]] = getattr(self, known) if known else self.lists.codes.get(by, {})
        return found

    def named(self, by: str, key: str) -> dict[str, str]:
        """Names of a key in both languages; the key itself where nobody named it."""
        return self.label(key, self.among(by))

    def place(self, by: str, key: str) -> tuple[int, str]:
        """Where a key stands in its list, to sort by; unknown keys come last."""
        row = self.among(by).get(key)
        return (int(row.get("position") or 0) if row else 10**6, key)

    @cached_property
    def scope(self) -> Scope:
        """The scope measures are read for."""
        if self.code == self.root:
            return Scope(self.region)
        return Scope(self.region, self.code, self.areas[self.code]["kind"])

    def children(self, code: str | None = None) -> list[str]:
        """The areas directly below, dedicated grids left out (they overlay and never add)."""
        parent = self.code if code is None else code
        return [key for key, row in self.areas.items() if row["parent"] == parent and row["kind"] != "dedicated"]

    def grids(self) -> list[str]:
        """Every community grid within the scope."""
        level = self.scope.level
        found = [key for key, row in self.areas.items() if row["kind"] == "grid"]
        if self.scope.area == ALL:
            return found
        if level == "grid":
            return [self.code]
        return [key for key in found if self.within(key, self.code)]

    def below(self, kind: str) -> list[str]:
        """Every area of a kind within the scope, the scope itself if it is one."""
        return [key for key, row in self.areas.items() if row["kind"] == kind and self.within(key, self.code)]

    def known_from(self, measure: Counted) -> int | None:
        """The first day its facts are known of in the region; 0 for what stands now, None where nothing was ever reported."""
        cube = measure.cube
        if cube.name not in self._first_days:
            self._first_days[cube.name] = first_bucket(self.connection, self.region, cube)
        return self._first_days[cube.name]

    @cached_property
    def _first_days(self) -> dict[str, int | None]:
        return {}

    def reports(self, evidence: Measure | None) -> bool:
        """Whether anything in the region told of this within a year; a true zero needs a source that would have told."""
        if evidence is None:
            return True
        name = f"{evidence.cube.name}.{evidence.counter}"
        if name not in self._reported:
            self._reported[name] = counted_within(self.connection, self.region, evidence, Span.ending(self.today, YEAR_DAYS))
        return self._reported[name]

    @cached_property
    def _reported(self) -> dict[str, bool]:
        return {}

    def is_workday(self, day: int, otherwise: bool) -> bool:
        """Whether people worked on a day, where the place keeps a work calendar; else as said."""
        return self.workday(day) if self.workday else otherwise

    def within(self, code: str, wider: str) -> bool:
        """Whether an area lies in another, or is it."""
        at: str | None = code
        while at is not None:
            if at == wider:
                return True
            at = self.areas[at]["parent"] if at in self.areas else None
        return False

    def local_day(self, number: int) -> str:
        """ISO date of a local day number."""
        return date_of(number).isoformat()

    def label(self, key: str, among: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
        """Names of a unit or an area in both languages; the key itself where nobody named it."""
        row = among.get(key)
        return {"label_zh": row["name_zh"] if row else key, "label_en": row["name_en"] if row else key}
