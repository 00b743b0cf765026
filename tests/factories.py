"""Small factories: a case and the steps that take it through the loop."""

from datetime import UTC, datetime, timedelta

from data.calendars import Calendar
from data.cases import Intake, Rules, Step

REGION = 440512
NOW = datetime(2026, 6, 18, 6, 0, tzinfo=UTC)
LIMITS = {"E0102": ("work_hours", 4.0), "E0206": ("work_days", 2.0)}


def rules() -> Rules:
    """Rules with two case types."""
    return Rules.load(Calendar.load(), LIMITS)  # type: ignore[arg-type]


def intake(number: int, *, level: str = "district", unit: str = "dept_urban", type: str = "E0102", sub: int = 1) -> Intake:
    """A case in grid 1 of community 1 of a sub-district."""
    subdistrict = f"440512{sub:03d}"
    return Intake(
        id=number, number=f"N{number}", source="grid_platform", source_id=str(number), channel="collector", kind="event",
        type=type, item=number % 296 + 1, level=level, unit=unit, subdistrict=subdistrict, community=f"{subdistrict}001",
        grid=f"{subdistrict}001-G01", dedicated=None, lon=116.7, lat=23.28, urgent=False, discovered_at=None,
    )  # fmt: skip


def walk(number: int, start: datetime, hours: float = 1.0) -> list[Step]:
    """Report to close, the handling taking that many hours."""

    def at(minutes: float) -> datetime:
        return start + timedelta(minutes=minutes)

    done = 60 * hours
    return [
        Step(number, "report", start, post="P1"),
        Step(number, "accept", at(5), post="A1"),
        Step(number, "file", at(6), post="A1"),
        Step(number, "dispatch", at(10), post="D1", unit="dept_urban"),
        Step(number, "sign", at(20), unit="dept_urban"),
        Step(number, "arrive", at(30), unit="dept_urban"),
        Step(number, "feedback", at(30 + done), post="H1", evidence_n=1),
        Step(number, "check", at(60 + done), post="C1"),
        Step(number, "close", at(70 + done), post="L1"),
    ]
