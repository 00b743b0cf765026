"""Civilization: points inspected round by round, what fails there, and how it is fixed, rechecked and comes back."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, partial

from sqlalchemy import Table

from data.seed.demo.civilization_points import Point, points
from data.seed.demo.civilization_rounds import Linked, Rounds, Visit, days_in, month_of
from data.seed.demo.hours import day_at, moment_of
from data.seed.demo.stories import Fact, Row, Story
from data.subjects.civilization import civ_check, civ_fault, civ_point, civ_visit

PASSED_SHARE = 0.85  # of the items


def met(visit: Visit) -> bool:
    """Whether a point passes: no veto item and enough of the others passed."""
    items = len(visit.point.items)
    return not any(failing.veto for failing in visit.failings) and items - len(visit.failings) >= PASSED_SHARE * items


class Civilization(Story):
    """Points stand; a visit and its checks are known when it is made, a fault goes on until it has been fixed for a while."""

    name = "civilization"
    tables = (civ_visit, civ_check, civ_fault)
    standing_tables = (civ_point,)
    longest_days = 90
    past_days = 460

    @cached_property
    def rounds(self) -> Rounds:
        """The rounds of inspection."""
        found = points(self.town, self.planner.place.areas(), self.seed)
        return Rounds(found, self.almanac, self.planner.rules.calendar.is_workday, self.seed)

    def day(self, number: int) -> Iterable[Fact]:
        """Visits, checks and faults of a local day."""
        month = month_of(number)
        round_on = days_in(month)[-1]
        for visit in self.rounds.visits(month):
            if day_at(visit.at) == number:
                yield Fact(civ_visit, _visit(visit, round_on), (visit.at,))
                yield from (Fact(civ_check, row, (visit.at,)) for row in _checks(visit, round_on))
        for linked in self.rounds.linked(month).get(number, ()):
            yield _fault(linked, round_on)

    def standing(self, now: int) -> Mapping[Table, Sequence[Row]]:
        """Every point with how it stood at its newest visit."""
        at = now - now % self.every_s
        month = month_of(day_at(at))
        newest = {visit.point.number: visit for near in (month - 1, month) for visit in self.rounds.visits(near) if visit.at <= at}
        return {civ_point: [_point(point, newest.get(point.number)) for point in self.rounds.points]}


def _where(visit: Visit) -> Row:
    point = visit.point
    return {"point": point.number, "inspector": visit.inspector, "point_type": point.kind, "subdistrict": point.subdistrict}


def _visit(visit: Visit, round_on: int) -> Row:
    items, failed = len(visit.point.items), visit.failings
    return _where(visit) | {
        "round_on": round_on,
        "community": visit.point.community,
        "grid": visit.point.grid,
        "visited_at": moment_of(visit.at),
        "items_n": items,
        "passed_n": items - len(failed),
        "vetoes_n": sum(failing.veto for failing in failed),
        "lost_marks": sum(failing.item.marks for failing in failed),
        "met": met(visit),
    }


def _checks(visit: Visit, round_on: int) -> Iterable[Row]:
    failed = [failing.item.theme for failing in visit.failings]
    looked = [item.theme for item in visit.point.items]
    for theme in dict.fromkeys(looked):
        counts = {"items_n": looked.count(theme), "passed_n": looked.count(theme) - failed.count(theme)}
        yield _where(visit) | {"round_on": round_on, "theme": theme} | counts


def _fault(linked: Linked, round_on: int) -> Fact:
    failing = linked.failing
    point, item = failing.point, failing.item
    told = {
        "number": linked.number,
        "point": point.number,
        "point_type": point.kind,
        "indicator": item.key,
        "theme": item.theme,
        "inspector": failing.inspector,
        "unit": point.unit,
        "subdistrict": point.subdistrict,
        "community": point.community,
        "grid": point.grid,
        "marks": item.marks,
        "veto": failing.veto,
        "found_at": moment_of(failing.found),
        "found_on": day_at(failing.found),
        "round_on": round_on,
        "due_at": moment_of(failing.due),
        "due_on": day_at(failing.due),
        "times_n": linked.times,
        "again": linked.again,
        "photo_before_n": failing.photos[0],
    }
    later = {*failing.fixes, *failing.rechecks, failing.due + 1, *([linked.relapse] if linked.relapse else ())}
    return Fact(civ_fault, told, (failing.found, *sorted(later)), partial(_known, linked))


def _known(linked: Linked, told: Row, now: int) -> Row:
    """The fault as it stands: fixed once its last fix is done and no recheck after that has sent it back."""
    failing = linked.failing
    fixes, rechecks = ([at for at in moments if at <= now] for moments in (failing.fixes, failing.rechecks))
    sent_back = rechecks[: len(failing.fixes) - 1]
    fixed = fixes[-1] if len(fixes) > len(sent_back) else None
    relapsed = linked.relapse is not None and linked.relapse <= now
    return told | {
        "fixed_at": moment_of(fixed) if fixed else None,
        "fixed_on": day_at(fixed) if fixed else None,
        "rechecked_at": moment_of(rechecks[-1]) if rechecks else None,
        "sent_back_n": len(sent_back),
        "relapsed_on": day_at(linked.relapse) if linked.relapse and relapsed else None,
        "photo_after_n": failing.photos[1] if fixed else 0,
        "open": fixed is None,
        "late": fixed is None and now > failing.due,
        "on_time": fixed <= failing.due if fixed else (False if now > failing.due else None),
    }


def _point(point: Point, newest: Visit | None) -> Row:
    state = None if newest is None else "veto" if any(one.veto for one in newest.failings) else "passed" if met(newest) else "failed"
    return {
        "number": point.number,
        "point_type": point.kind,
        "name_zh": point.name_zh,
        "name_en": point.name_en,
        "subdistrict": point.subdistrict,
        "community": point.community,
        "grid": point.grid,
        "lon": point.lon,
        "lat": point.lat,
        "state": state,
        "visited_at": moment_of(newest.at) if newest else None,
    }


STORY = Civilization
