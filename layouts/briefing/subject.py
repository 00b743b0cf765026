"""One field of work as a chapter tells it: its snapshot, its declaration, its dictionary, in one language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from typing import Any

from layouts.briefing.edition import Edition, Kind
from layouts.components.kpi import ground_text
from layouts.components.mark import state_of
from layouts.text import Words
from layouts.view import View
from modules.spec import Module, Quality, Reading, Window

OWN_WINDOWS = (Kind.DAILY, Kind.SPECIAL)  # kinds whose metrics keep their own windows


@dataclass(frozen=True, slots=True)
class Subject:
    """What every part of a chapter needs."""

    edition: Edition
    view: View
    module: Module
    entries: Mapping[str, Mapping[str, Any]]  # of this module, by metric
    standing: bool  # what stood at the as-of moment is known

    @property
    def key(self) -> str:
        """The module's key."""
        return self.module.key

    @property
    def words(self) -> Words:
        """The words of the language."""
        return self.view.words

    @property
    def readings(self) -> list[Reading]:
        """The readings of its key numbers, in order."""
        known = self.view.snapshot.readings
        return [known[metric.key] for metric in self.module.metrics if metric.key in known]

    def name(self, reading: Reading) -> str:
        """The metric's name."""
        return self.view.metric(reading.metric)

    def unkept(self, reading: Reading) -> bool:
        """Whether it tells of what stood then, and nobody kept that."""
        return not self.standing and reading.quality == Quality.MISSING and self.entries[reading.metric]["window"] == Window.NOW

    def state(self, reading: Reading) -> str:
        """The word of its level or state."""
        return self.words("briefing.unkept" if self.unkept(reading) else f"status.{state_of(reading)}")

    def value(self, reading: Reading) -> str:
        """The value with its unit; the word of its state where there is none."""
        if not reading.known:
            return self.state(reading)
        return self.quantity(reading.value, reading)

    def quantity(self, value: float | None, reading: Reading) -> str:
        """A value in the metric's unit."""
        digits, unit = self.words.number(value, reading.unit, reading.decimals, reading.rounding), self.view.unit(reading)
        return f"{digits}{'' if unit == '%' else ' '}{unit}".rstrip()

    def ground(self, reading: Reading) -> str:
        """What the value rests on; empty where nothing is told."""
        return ground_text(reading, self.view) if reading.known else ""

    def window(self, reading: Reading) -> str:
        """The stretch of time the value covers."""
        over = str(self.entries[reading.metric]["window"])
        own = self.edition.kind in OWN_WINDOWS or over in (Window.NOW, Window.TODAY) or Window(over).published
        return self.words(f"window_short.{over}") if own else self.words("briefing.this_period")


def subject_of(edition: Edition, key: str, words: Words) -> Subject:
    """A module of an edition. Raises KeyError for one the edition does not hold."""
    module = import_module(f"modules.{key}").MODULE
    entries = {entry["key"]: entry for entry in edition.entries[words.lang] if entry["module"] == key}
    return Subject(edition, View(edition.snapshots[key], words, "desk"), module, entries, edition.standing)


def day_text(day: date, words: Words) -> str:
    """2026年11月21日 or 21 Nov 2026."""
    name = words("date.months").split()[day.month - 1]
    return words("date.long", year=day.year, month=day.month, day=day.day, name=name)


def moment_text(moment: datetime, words: Words) -> str:
    """A day with its time of day, of a moment already in local time."""
    name = words("date.months").split()[moment.month - 1]
    return words("date.long_time", year=moment.year, month=moment.month, day=moment.day, name=name, time=words.time(moment))


def ordinal(number: int, words: Words) -> str:
    """The number of a chapter: 三、 or 3."""
    return f"{numeral(number)}、" if words.lang == "zh" else f"{number}  "


def sub_ordinal(chapter: int, number: int, words: Words) -> str:
    """The number of a section: （二） or 3.2."""
    return f"（{numeral(number)}）" if words.lang == "zh" else f"{chapter}.{number}  "


def numeral(number: int) -> str:
    """1 to 99 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    digits = "〇一二三四五六七八九"
    return (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones or not tens else "")
