"""How many keys of a list have a ratio above a limit: units that need help, counted, not named."""

from dataclasses import dataclass

from sqlalchemy import Connection

from data.measures import Part, Ratio, Scope, Span


@dataclass(frozen=True, slots=True, eq=False)
class Exceeding:
    """Keys whose ratio lies above `limit`, of those whose denominator is `least` or more."""

    ratio: Ratio
    by: str
    limit: float
    least: float

    def carries(self, level: str) -> bool:
        """Whether the ratio can be read by key for a scope of this level."""
        return self.ratio.keeps(self.by, level)

    def total(self, connection: Connection, scope: Scope, span: Span) -> Part:
        """Their number, with the number of keys judged as denominator; None where none can be judged."""
        parts = self.ratio.by_key(connection, scope, self.by, span).values()
        judged = [part.value for part in parts if part.value is not None and (part.denominator or 0.0) >= self.least]
        above = sum(value > self.limit for value in judged)
        return Part(float(above) if judged else None, None, float(len(judged)))
