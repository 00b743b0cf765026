"""Volunteers by sub-district and month: rising slowly, more in summer and at the Spring Festival, fewer where there are fewer residents."""

from collections.abc import Iterable
from datetime import date

from data.periods import date_of, period
from data.seed.demo.stories import Fact, Story, morning
from data.subjects.volunteers import volunteer_month

TEAMS = 78  # neighbourhood watch teams of a district of this size
REGISTERED_PER_RESIDENT = 0.031
HOURS_EACH = 3.6  # of those active, a month
ROUNDS_H = 22.0  # of a team that goes out, a month
SEASON = (0.92, 1.08, 1.04, 0.98, 1.02, 1.0, 1.12, 1.14, 1.02, 1.0, 0.97, 0.95)


class Volunteers(Story):
    """What each sub-district reports on the morning after a month."""

    name = "volunteers"
    tables = (volunteer_month,)
    longest_days = 2
    past_days = 820

    def day(self, number: int) -> Iterable[Fact]:
        """The month that ends with this day."""
        when = date_of(number)
        if number != period(number, "month")[1]:
            return
        years = (when - date(2026, 1, 1)).days / 365.25
        for subdistrict, residents in self.town.residents.items():
            row = self._row(number, when.month, years, subdistrict, residents)
            yield Fact(volunteer_month, row, (morning(number + 1),))

    def _row(self, number: int, month: int, years: float, subdistrict: str, residents: int) -> dict[str, object]:
        keen = self.stream("keen", subdistrict).uniform(0.8, 1.2)
        rng = self.stream(number, subdistrict)
        registered = round(residents * REGISTERED_PER_RESIDENT * keen * (1 + 0.09 * years))
        active = round(registered * min(0.31 * keen * SEASON[month - 1] * (1 + 0.06 * years) * rng.uniform(0.94, 1.06), 0.9))
        teams = max(round(TEAMS * residents / max(sum(self.town.residents.values()), 1)), 1)
        out = teams - sum(rng.random() > 0.93 for _ in range(teams))
        return {
            "subdistrict": subdistrict,
            "month_on": number,
            "registered_n": registered,
            "active_n": active,
            "service_h": round(active * HOURS_EACH * rng.uniform(0.9, 1.1)),
            "watch_teams_n": teams,
            "watch_active_n": out,
            "watch_h": round(out * ROUNDS_H * keen * SEASON[month - 1] * rng.uniform(0.9, 1.1)),
            "residents_n": residents,
        }


STORY = Volunteers
