"""Public video told: outages and faults as they come, the nightly diagnosis, the hourly poll, and every channel as it stands."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, partial

from sqlalchemy import Table

from data.periods import period
from data.seed.demo.hours import DAY_S, at_hour, day_at, moment_of
from data.seed.demo.plans import Planner
from data.seed.demo.stories import Fact, Row, Story
from data.seed.demo.video_register import CHANNELS, CLOCK_DAYS, Channel, Register, register_of, signed
from data.seed.demo.video_spells import CHECK_H, LONGEST_FLAW, Spell, Troubles, active
from data.subjects.public_video import CLOCK_S, PICTURES, channel, channel_fault, judged
from data.subjects.recurrence import cell_of
from data.subjects.video_outages import channel_outage, video_day, video_poll

FAULT_S = 2 * 3600  # an outage of so long is a fault to be mended
KNOWN_S = 600  # after it began
LIMIT_H = {True: 24, False: 48}  # to mend a fault, at a key site or not
BACKFILLED = 0.35  # of what an outage kept from the recorder comes later from the camera's own store
LOST = (0.001, 0.009)  # of what should be recorded, for no reason seen
Group = tuple[str, str, str]  # sub-district, community, contractor


class PublicVideo(Story):
    """All channels of a district; how many is a parameter, for the district it is CHANNELS."""

    name = "public_video"
    tables = (channel_outage, channel_fault, video_day, video_poll)
    standing_tables = (channel,)
    longest_days = LONGEST_FLAW + 1
    past_days = 70
    every_s = 60

    def __init__(self, planner: Planner, channels: int = CHANNELS) -> None:
        super().__init__(planner)
        self._channels = channels
        self._minutes = lru_cache(maxsize=64)(self._lost)
        self._down = lru_cache(maxsize=64)(lambda day, at: active(self.troubles.outages, day, at))
        self._checked = lru_cache(maxsize=8)(self._diagnosed)

    @cached_property
    def register(self) -> Register:
        """Sites and channels."""
        return register_of(self.planner, self._channels)

    @cached_property
    def troubles(self) -> Troubles:
        """What befalls them."""
        return Troubles(self.register, self.almanac, self.stream)

    @cached_property
    def groups(self) -> dict[Group, int]:
        """Channels in service by sub-district, community and contractor."""
        return dict(sorted(Counter(_group(one) for one in self.register.used).items()))

    def day(self, number: int) -> Iterable[Fact]:
        """Outages and faults that begin on a day, what each community owes and delivers, the polls of its hours."""
        for place, spell in enumerate(self.troubles.outages.of(number)):
            yield _outage(number * 100_000 + place, spell)
        broken = [spell for spell in self.troubles.outages.of(number) if _is_fault(spell)]
        for place, spell in enumerate((*broken, *self.troubles.flaws.of(number))):
            yield _fault(number * 100_000 + place, spell)
        yield from self._days(number)
        yield from self._polls(number)

    def standing(self, now: int) -> Mapping[Table, Sequence[Row]]:
        """Every channel as it is."""
        return {channel: self._rows(self.register.channels, now)}

    def moved(self, after: int, now: int) -> Mapping[Table, Sequence[Row]]:
        """The channels that went down or came back since, all of them after the nightly diagnosis."""
        if _check_before(after) != _check_before(now):
            return self.standing(now)
        around = self.troubles.outages.around(day_at(now))
        turned = {spell.channel.number for spell in around if after < spell.start <= now or after < spell.end <= now}
        return {channel: self._rows([self.register.channels[number - 1] for number in sorted(turned)], now)}

    def _rows(self, channels: Sequence[Channel], now: int) -> list[Row]:
        day, check = day_at(now), _check_before(now)
        down, flaws = active(self.troubles.outages, day, now), self._checked(day_at(check))
        back: dict[int, int] = {}
        for spell in self.troubles.outages.around(day):
            if check < spell.end <= now:
                back[spell.channel.number] = max(spell.end, back.get(spell.channel.number, 0))
        return [self._row(one, check, down.get(one.number), flaws.get(one.number), back.get(one.number, check)) for one in channels]

    def _row(self, one: Channel, check: int, outage: Spell | None, flaw: str | None, back: int) -> Row:
        used, quarter = one.row["connected"], period(day_at(check), "quarter")[1]
        state = "online" if used else "offline"
        if outage is not None:
            state = "maintenance" if outage.cause == "maintenance" else "offline"
        return judged(
            one.row
            | {
                "sign_ok": signed(self.seed, one.site.number, quarter),
                "channel_state": state,
                "down_at": moment_of(outage.start) if outage else None,
                "picture_state": "unknown" if not used else flaw if flaw in PICTURES else "ok",
                "clock_offset_s": _offset(one, day_at(check)) if used else None,
                "recording": used and flaw != "storage",
                "changed_at": moment_of(max(check, outage.start) if outage else back),
            }
        )

    def _diagnosed(self, day: int) -> dict[int, str]:
        """The flaw of each flawed channel at the diagnosis of a night."""
        return {number: spell.cause for number, spell in active(self.troubles.flaws, day, at_hour(day, CHECK_H)).items()}

    def _days(self, number: int) -> Iterator[Fact]:
        hours = tuple(at_hour(number, hour) for hour in range(1, 25))
        rng, flaws, check = self.stream("recorded", number), self._checked(number), at_hour(number, CHECK_H)
        by_number = self.register.channels
        blurred = Counter(_group(by_number[one - 1]) for one, flaw in flaws.items() if flaw in PICTURES)
        idle = Counter(_group(by_number[one - 1]) for one, flaw in flaws.items() if flaw == "storage")
        dark = Counter(_group(spell.channel) for spell in self._down(number, check).values())
        wrong = Counter(_group(one) for one in self.register.drifting if abs(_offset(one, number)) > CLOCK_S)
        for group, count in self.groups.items():
            street, community, contractor = group
            sampled = count - dark[group]
            checks = {
                "sampled_n": sampled,
                "sharp_n": sampled - min(sampled, blurred[group]),
                "clocked_n": count,
                "right_n": count - wrong[group],
            }
            row = {"day": number, "community": community, "contractor": contractor, "subdistrict": street, **checks}
            up_to = partial(self._up_to, group, count, (rng.uniform(*LOST), idle[group]))
            yield Fact(video_day, up_to(row, hours[-1]), hours, up_to)

    def _up_to(self, group: Group, count: int, losing: tuple[float, int], row: Row, now: int) -> Row:
        """A community's day up to the last whole hour."""
        start = at_hour(row["day"], 0)
        minutes = min(24, (now - start) // 3600) * 60
        expected = count * minutes
        lost = self._minutes(row["day"], start + minutes * 60).get(group, 0)
        recorded = (expected - lost * (1 - BACKFILLED) - losing[1] * minutes) * (1 - losing[0])
        told = row | {"expected_min": expected, "required_min": expected, "recorded_min": max(0, int(recorded))}
        if minutes < CHECK_H * 60:
            told |= dict.fromkeys(("sampled_n", "sharp_n", "clocked_n", "right_n"), 0)
        return told

    def _lost(self, day: int, until: int) -> Counter[Group]:
        """Minutes of outage on a day up to an epoch second."""
        start, found = at_hour(day, 0), Counter[Group]()
        for spell in self.troubles.outages.around(day):
            minutes = (min(spell.end, until) - max(spell.start, start)) // 60
            if minutes > 0:
                found[_group(spell.channel)] += minutes
        return found

    def _polls(self, number: int) -> Iterator[Fact]:
        due: Counter[str] = Counter()
        for (street, _, _), count in self.groups.items():
            due[street] += count
        down = [Counter[str]() for _ in range(24)]
        first = at_hour(number, 0)
        for spell in self.troubles.outages.around(number):
            street = spell.channel.row["subdistrict"]
            for hour in range(max(0, -(-(spell.start - first) // 3600)), min(24, -(-(spell.end - first) // 3600))):
                down[hour][street] += 1
        for hour in range(24):
            for street, count in due.items():
                row = {"polled_on": number, "subdistrict": street, "polled_hour": number * 24 + hour, "due_n": count}
                yield Fact(video_poll, row | {"online_n": count - down[hour][street]}, (first + hour * 3600,))


def _group(one: Channel) -> Group:
    return one.row["subdistrict"], one.row["community"], one.row["contractor"]


def _check_before(now: int) -> int:
    """The newest nightly diagnosis."""
    day = day_at(now)
    check = at_hour(day, CHECK_H)
    return check if check <= now else check - DAY_S


def _offset(one: Channel, day: int) -> float:
    """Seconds a clock is off at the diagnosis of a day."""
    return round(one.drift * ((day + one.phase) % CLOCK_DAYS), 2)


def _is_fault(spell: Spell) -> bool:
    return spell.cause != "maintenance" and spell.leads and spell.end - spell.start >= FAULT_S


def _outage(number: int, spell: Spell) -> Fact:
    row = spell.channel.row
    x, y = cell_of(row["lon"], row["lat"])
    told = {name: row[name] for name in ("switch", "power", "contractor", "subdistrict", "community", "lon", "lat")} | {
        "number": number,
        "channel": spell.channel.number,
        "outage_cause": spell.cause,
        "cell_x": x,
        "cell_y": y,
        "down_at": moment_of(spell.start),
        "down_on": day_at(spell.start),
        "seen_at": moment_of(spell.end),
        "up_at": moment_of(spell.end),
    }
    seen = range(spell.start - spell.start % 3600 + 3600, spell.end, 3600)
    return Fact(channel_outage, told, (spell.start, *seen, spell.end), partial(_seen, spell))


def _seen(spell: Spell, row: Row, now: int) -> Row:
    """The outage as known: seen each whole hour while it lasts."""
    if now >= spell.end:
        return row
    return row | {"seen_at": moment_of(max(spell.start, now - now % 3600)), "up_at": None}


def _fault(number: int, spell: Spell) -> Fact:
    row, flaw = spell.channel.row, spell.start == at_hour(day_at(spell.start), CHECK_H)
    found = spell.start if flaw else spell.start + KNOWN_S
    due = found + LIMIT_H[row["key_site"]] * 3600
    told = {name: row[name] for name in ("contractor", "switch", "subdistrict", "community", "grid")} | {
        "number": number,
        "channel": spell.channel.number,
        "fault_kind": spell.cause,
        "key": row["key_site"],
        "found_at": moment_of(found),
        "found_on": day_at(found),
        "due_at": moment_of(due),
        "due_on": day_at(due),
    }
    turns = sorted({found, spell.end, *((due + 1,) if due < spell.end else ())})
    return Fact(channel_fault, told, tuple(turns), partial(_mended, found, due, spell.end))


def _mended(found: int, due: int, end: int, told: Row, now: int) -> Row:
    fixed = end if end <= now else None
    minutes = None if fixed is None else (fixed - found) // 60
    return told | {
        "fixed_at": None if fixed is None else moment_of(fixed),
        "fixed_on": None if fixed is None else day_at(fixed),
        "repair_min": minutes,
        "repair_min2": None if minutes is None else minutes**2,
        "in_time": fixed <= due if fixed is not None else False if now > due else None,
    }


STORY = PublicVideo
