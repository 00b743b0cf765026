"""Opens the view a snapshot is taken from: which moment a place tells, and whether what stands at it can be told."""

from datetime import datetime

from sqlalchemy import Connection

from dashboard.locality import Locality
from dashboard.taking.moment import Taking, covered_to
from dashboard.taking.register import Register
from data.measures import Span

COVERED = "covered"  # the place's screens tell the last day its files cover


class UnknownArea(KeyError):
    """No area of that code in force."""


def told_to(connection: Connection, here: Locality, present: datetime) -> datetime:
    """The moment the place's screens tell: the present, or the end of the last day its files cover."""
    return covered_to(connection, here.region, here.zone, present) if here.as_of == COVERED else present


def opened(
    connection: Connection, here: Locality, present: datetime, code: str | None = None, span: Span | None = None,
    as_of: datetime | None = None, standing: bool = False, register: Register | None = None,
) -> Taking:  # fmt: skip
    """A consistent view for an area, by default of the whole place and of now. Raises UnknownArea.

    `standing`: what stands is still as it was at `as_of`, and can be told."""
    told = here.as_of == COVERED
    moment, past = as_of or told_to(connection, here, present), as_of is not None and not told and not standing
    area = code or here.root
    taking = Taking(connection, here.region, here.root, area, moment, here.zone, span, past, present, told, here.workday, register)
    if area != here.root and area not in taking.areas:
        raise UnknownArea(area)
    return taking
