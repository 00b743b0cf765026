"""How long an answer may take: the clocks of each grade, as the code list `opinion_clock` sets them, in hours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

LIST = "opinion_clock"
HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds since a topic was found: until the first answer is due, until that is near, and until a press conference is due."""

    answer_s: int
    soon_s: int
    conference_s: int | None = None


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clock of each grade, and in how many days the message board is answered."""

    general: Clock
    major: Clock
    board_days: int

    @classmethod
    def of(cls, codes: Iterable[Mapping[str, Any]]) -> Self:
        """The clocks of rows of the code table. KeyError when one is missing."""
        hours = {str(row["key"]): float(row["weight"]) for row in codes if row["list"] == LIST}
        general, major = (
            int(hours[f"{grade}_{what}"] * HOUR_S)
            for grade, what in (("general", "response"), ("major", "release"))
        )  # fmt: skip
        return cls(
            Clock(general, general - int(hours["general_warning"] * HOUR_S)),
            Clock(major, major - int(hours["major_warning"] * HOUR_S), int(hours["major_conference"] * HOUR_S)),
            int(hours["board_reply"]) // 24,
        )

    def of_grade(self, major: bool) -> Clock:
        """The clock of a topic."""
        return self.major if major else self.general
