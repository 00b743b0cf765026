"""Upkeep and use of public video told: sites and their signs, inspections by plan, look-ups of recordings, feeds opened to residents."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from random import Random

from sqlalchemy import Table

from data.periods import period
from data.seed.demo.hours import DAY_S, at_hour, day_at, moment_of
from data.seed.demo.stories import Fact, Row, Story
from data.seed.demo.tallied import Choice
from data.seed.demo.video_register import Register, Site, register_of, signed
from data.subjects.video_access import open_feed, video_lookup
from data.subjects.video_upkeep import video_inspection, video_site

LOOKUPS = 21.0  # a workday
UNITS = {"dept_police": 58.0, "dept_urban": 11.0, "dept_emergency": 8.0, "centre": 6.0, "street": 17.0}
PURPOSES = {"case": 36.0, "accident": 22.0, "emergency": 12.0, "request": 16.0, "order": 9.0, "repair": 5.0}
NO_PURPOSE, NO_AUTHORITY, NO_APPROVAL = 0.004, 0.003, 0.008
LAX = {"street": 2.5, "dept_urban": 1.6}  # how much oftener something is missing
EXPORTED = {"case": 0.45, "accident": 0.4, "request": 0.1}
ROUND_H = 18.0  # when a day's inspections are entered
DONE = {"lot_1": 1.0, "lot_2": 0.985, "lot_3": 0.93, "lot_4": 0.99}  # of the devices due
FEEDS, FEED_DAYS = 16, (60, 240)
UNREVIEWED, OVERDUE_CLOSED_D = 0.03, (1, 9)


class VideoAccess(Story):
    """What is done with the channels, beside keeping them running."""

    name = "video_access"
    tables = (video_lookup, video_inspection)
    standing_tables = (video_site, open_feed)
    past_days = 70
    every_s = DAY_S // 4

    @cached_property
    def register(self) -> Register:
        """Sites and channels."""
        return register_of(self.planner)

    @cached_property
    def counts(self) -> Counter[int]:
        """Channels by the number of their site."""
        return Counter(one.site.number for one in self.register.channels if one.row["retired_on"] is None)

    def day(self, number: int) -> Iterable[Fact]:
        """The look-ups and inspections of a day."""
        yield from self._lookups(number)
        yield from self._inspections(number)

    def standing(self, now: int) -> Mapping[Table, Sequence[Row]]:
        """Sites as the round of the quarter found them, opened feeds as they stand."""
        at = now - now % self.every_s
        quarter = period(day_at(at), "quarter")[1]
        return {
            video_site: [self._site(site, quarter) for site in self.register.sites],
            open_feed: [self._feed(number, at) for number in range(1, FEEDS + 1)],
        }

    def _site(self, site: Site, quarter: int) -> Row:
        return {
            "number": site.number,
            "site_kind": site.kind,
            "name_zh": site.name_zh,
            "name_en": site.name_en,
            "subdistrict": site.ground.subdistrict,
            "community": site.ground.community,
            "grid": site.ground.code,
            "lon": site.at[0],
            "lat": site.at[1],
            "video_class": site.video_class,
            "unit": site.unit,
            "contractor": site.contractor,
            "key_site": site.key,
            "connected": site.connected,
            "channels_n": self.counts[site.number],
            "sign_ok": signed(self.seed, site.number, quarter),
            "checked_on": period(quarter, "quarter")[0] + site.number % 28,
        }

    def _feed(self, number: int, at: int) -> Row:
        """An opened junction in its present turn: each is opened for a while, closed, and opened again later."""
        base = self.stream("feed", number)
        site = base.choice([site for site in self.register.sites if site.kind == "junction" and site.connected])
        length = base.randint(*FEED_DAYS)
        turn, into = divmod(day_at(at) + base.randrange(length + 30), length + 30)
        rng = self.stream("turn", number, turn)
        opened = day_at(at) - into
        late = rng.randint(*OVERDUE_CLOSED_D) if rng.random() < 0.3 else 0
        return {
            "number": number,
            "name_zh": site.name_zh,
            "name_en": site.name_en,
            "subdistrict": site.ground.subdistrict,
            "community": site.ground.community,
            "opened_at": moment_of(at_hour(opened, 9)),
            "expires_at": moment_of(at_hour(opened + length, 18)),
            "reviewed": rng.random() >= UNREVIEWED,
            "reduced": rng.random() >= UNREVIEWED / 2,
            "open": into <= length + late,
        }

    def _lookups(self, number: int) -> Iterator[Fact]:
        rng, day = self.stream("lookups", number), self.almanac(number)
        busy = (1.0 if self.planner.rules.calendar.is_workday(number) else 0.45) * (1.5 if day.typhoon or day.firecrackers else 1.0)
        count = max(0, int(rng.gauss(LOOKUPS * busy, (LOOKUPS * busy) ** 0.5) + 0.5))
        moments = sorted(at_hour(number, rng.triangular(0, 24, 11)) for _ in range(count))
        for place, at in enumerate(moments):
            yield Fact(video_lookup, self._lookup(number * 10_000 + place, at, rng), (at,))

    def _lookup(self, number: int, at: int, rng: Random) -> Row:
        choices = self._choices
        who, purpose, street = choices["unit"](rng), choices["purpose"](rng), choices["street"](rng)
        lax = LAX.get(who, 1.0)
        given, authorised, approved = (rng.random() >= share * lax for share in (NO_PURPOSE, NO_AUTHORITY, NO_APPROVAL))
        return {
            "number": number,
            "looked_at": moment_of(at),
            "looked_on": day_at(at),
            "unit": self.town.offices[street] if who == "street" else who,
            "subdistrict": street,
            "lookup_purpose": purpose if given else None,
            "authorised": authorised,
            "approved": approved,
            "channels_n": min(40, 1 + int(rng.expovariate(1 / 4.2))),
            "exported": rng.random() < EXPORTED.get(purpose, 0.02),
            "compliant": given and authorised and approved,
        }

    @cached_property
    def _choices(self) -> dict[str, Choice]:
        return {"unit": Choice(UNITS), "purpose": Choice(PURPOSES), "street": Choice(self.town.residents)}

    def _inspections(self, number: int) -> Iterator[Fact]:
        """Every device once a month, shared out over its workdays; a storm puts the round off, and not all of it is made up for."""
        workdays = self._workdays(period(number, "month"))
        if number not in workdays:
            return
        place, rng = workdays.index(number), self.stream("round", number)
        missed = 0.35 if self.almanac(number).typhoon else 0.04 if self.almanac(number).rain == 3 else 0.0
        for (street, contractor), count in self._devices.items():
            planned = count * (place + 1) // len(workdays) - count * place // len(workdays)
            done = planned - sum(rng.random() > DONE[contractor] * (1 - missed) for _ in range(planned))
            row = {"day": number, "subdistrict": street, "contractor": contractor, "planned_n": planned, "done_n": done}
            yield Fact(video_inspection, row, (at_hour(number, ROUND_H),))

    @cached_property
    def _devices(self) -> dict[tuple[str, str], int]:
        return dict(sorted(Counter((one.row["subdistrict"], one.row["contractor"]) for one in self.register.used).items()))

    @cached_property
    def _workdays(self) -> Callable[[tuple[int, int]], list[int]]:
        is_workday = self.planner.rules.calendar.is_workday
        return lru_cache(maxsize=32)(lambda month: [day for day in range(month[0], month[1] + 1) if is_workday(day)])


STORY = VideoAccess
