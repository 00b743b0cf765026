"""The running place: its areas, lists and history brought into the database, once."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine

from dashboard.fill import FILLED, fill, fill_aside, is_new, marked
from dashboard.locality import Locality
from dashboard.settings import Settings
from dashboard.told import tell, untold
from data import ledger
from data.calendars import Calendar
from data.db import reading, writing
from data.migrations import bring_up
from data.rollups import redefined, renew
from data.seed.places import Place, load_place
from data.solitude import alone


def locality_of(place: Place) -> Locality:
    """How the rest of the application knows the place."""
    names = {
        "key": place.key,
        "name_zh": place.name_zh,
        "name_en": place.name_en,
        "centre_zh": place.centre_zh,
        "centre_en": place.centre_en,
        "root": place.root,
        "timezone": place.timezone,
        "bounds": place.bounds,
        "layers": place.layers(),
        "note_zh": place.map_note_zh,
        "note_en": place.map_note_en,
        "as_of": place.as_of,
    }
    workday = Calendar.load(place.calendar, place.zone).is_workday if place.calendar else None
    return Locality(place.key, place.region, place.root, place.zone, place.demo, names, place.as_of, workday)


def shown_locality(place: Place, settings: Settings) -> Locality:
    """The place as its screens and papers show it: with whether its desks get exact points, as set, else where it is a demonstration."""
    here = locality_of(place)
    exact = here.demo if settings.exact_points is None else settings.exact_points
    return replace(here, names={**here.names, "exact": exact})


def prepared(engine: Engine, settings: Settings, now: datetime, say: Callable[[str], None]) -> Place:
    """The place with its tables, lists and, for a demo place, its history. Does nothing that is done already.

    One start at a time: another one waits. Raises DatabaseUnavailable when the database cannot be used."""
    place = load_place(settings.place)
    with alone(engine, say):
        if is_new(engine):
            fill_aside(engine, place, settings, now, say)
        else:
            _bring_up_to_date(engine, place, settings, now, say)
    return place


def _bring_up_to_date(engine: Engine, place: Place, settings: Settings, now: datetime, say: Callable[[str], None]) -> None:
    bring_up(engine, now, say)
    with reading(engine) as connection:
        full = marked(connection, place.region, FILLED) is not None
        outdated = full and redefined(connection, ledger.all_cubes())
        new = untold(connection, place) if full else []
    if full and not outdated and not new:
        return
    with writing(engine) as connection:
        if not full:
            fill(connection, place, settings, now, say)
            return
        if new:
            say(f"writing the past of {', '.join(new)} …\n")
            tell(connection, place, new)
        if outdated:
            say("counting anew …\n")
            renew(connection, redefined(connection, ledger.all_cubes()))


def say_on_terminal(text: str) -> None:
    """Write progress where a person sees it."""
    sys.stderr.write(text)
    sys.stderr.flush()
