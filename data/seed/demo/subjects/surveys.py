"""Telephone surveys: half-yearly on safety, with questions added over time, and quarterly on the city; counts of answers by sub-district.

Calls are made in the weeks before a period ends, the statisticians hand the counts over on the morning after its last day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from data.periods import date_of, day_of, period
from data.seed.demo.stories import Fact, Story, morning
from data.subjects.surveys import THIN_N, survey

ANSWERED = 0.42  # of those called
THIN_SHARE = 0.7  # of the half-yearly waves


@dataclass(frozen=True, slots=True)
class Question:
    """What share says yes, how much that moves from wave to wave, from street to street and in a year, and since when it is asked."""

    key: str
    share: float
    swing: float
    spread: float
    drift: float
    since: date


SAFETY = (
    Question("safety_feeling", 0.957, 0.006, 0.012, 0.006, date(2015, 1, 1)),
    Question("safety_awareness", 0.885, 0.022, 0.025, 0.018, date(2015, 1, 1)),
    Question("law_enforcement", 0.936, 0.012, 0.016, 0.008, date(2015, 1, 1)),
    Question("dispute_mediation", 0.918, 0.012, 0.020, 0.010, date(2025, 7, 1)),
    Question("road_safety", 0.896, 0.014, 0.022, 0.008, date(2026, 1, 1)),
)
CIVIC = (
    Question("civic_satisfaction", 0.912, 0.010, 0.018, 0.008, date(2015, 1, 1)),
    Question("window_satisfaction", 0.941, 0.010, 0.014, 0.010, date(2015, 1, 1)),
)


class Surveys(Story):
    """A wave at the end of every quarter, and of every half-year."""

    name = "surveys"
    tables = (survey,)
    longest_days = 2
    past_days = 820  # four half-years at least, so that two waves can be compared with two a year before

    def day(self, number: int) -> Iterable[Fact]:
        """The waves that end with this day."""
        when = date_of(number)
        if number != period(number, "quarter")[1]:
            return
        yield from self._wave(f"{when.year}Q{when.month // 3}", CIVIC, number, thin=None)
        if when.month % 6 == 0:
            wave = f"{when.year}H{when.month // 6}"
            yield from self._wave(wave, SAFETY, number, self._thin(wave))

    def _thin(self, wave: str) -> str | None:
        """The sub-district where too few answered: in most waves there is one for which the callers run out of time."""
        rng = self.stream("thin", wave)
        return rng.choice(self.subdistricts) if rng.random() < THIN_SHARE else None

    def _wave(self, wave: str, questions: Iterable[Question], number: int, thin: str | None) -> Iterator[Fact]:
        years = number / 365.25 - day_of(date(2026, 1, 1)) / 365.25
        asked = [question for question in questions if question.since <= date_of(number)]
        swings = {question.key: self.stream(wave, question.key).gauss(0, question.swing) for question in asked}
        for subdistrict in self.subdistricts:
            rng = self.stream(wave, subdistrict)
            valid = rng.randrange(THIN_N * 6 // 10, THIN_N * 8 // 10) if subdistrict == thin else rng.randrange(112, 176)
            called = round(valid / ANSWERED * rng.uniform(0.9, 1.12))
            for question in asked:
                lean = self.stream("lean", question.key, subdistrict).gauss(0, question.spread)
                share = min(question.share + question.drift * years + swings[question.key] + lean, 0.992)
                answered = valid - (rng.randrange(5) if question is not asked[0] else 0)
                row = {
                    "wave": wave,
                    "question": question.key,
                    "subdistrict": subdistrict,
                    "period_on": number,
                    "called_n": called,
                    "valid_n": answered,
                    "positive_n": _drawn(rng, answered, share),
                }
                yield Fact(survey, row, (morning(number + 1),))


def _drawn(rng: Random, count: int, share: float) -> int:
    """How many of so many say yes."""
    return sum(rng.random() < share for _ in range(count))


STORY = Surveys
