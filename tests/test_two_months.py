"""Two months of requests of another city: every figure by department equals pandas on the same file, and the screens tell its last day.

The committed sample is invented. Set BOSTON311 to a folder with the city's own files to hold the whole of them to the same laws.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Connection, Engine, select

from data.calendars import Calendar
from data.cases import Rules
from data.db import reading, writing
from data.ingest.file import Receipt, load_file
from data.ingest.mapping import load_mapping
from data.ledger import all_cubes, turn_overdue
from data.measures import Measure, Scope, Span, quantile
from data.rollups import differences
from data.schema import area, case_file, source
from data.subjects import cases

SAMPLE = Path(__file__).parent / "data" / "two_months_sample.csv"
MAPPING = load_mapping("boston311")
PLACE = MAPPING.place
RULES = Rules.load(Calendar(PLACE.zone), {})
NOW = datetime(2026, 6, 18, 6, 0, tzinfo=UTC)
EVER = Span(0, 40_000)
WHOLE = Scope(PLACE.region)
LAST = datetime(2015, 2, 28, 23, 59, 59, tzinfo=PLACE.zone)
MOMENTS = {"opened": "open_dt", "target": "target_dt", "closed": "closed_dt"}


@dataclass
class Loaded:
    """A loaded file, and the same file as pandas reads it."""

    engine: Engine
    frame: pd.DataFrame
    receipts: list[Receipt]
    places: list[Path]


def frame_of(path: Path) -> pd.DataFrame:
    """The rows of a file with aware moments; an hour the clocks repeat is its first passing."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    for name, column in MOMENTS.items():
        naive = pd.to_datetime(frame[column].replace("", None))
        frame[name] = naive.dt.tz_localize(PLACE.timezone, ambiguous=np.ones(len(frame), dtype=bool))
    return frame


def files() -> list[list[Path]]:
    """The sample, and the city's own files if there are any."""
    folder = os.environ.get("BOSTON311")
    real = sorted(Path(folder).glob("boston311*.csv*")) if folder else []
    return [[SAMPLE], *([[*real]] if real else [])]


@pytest.fixture(params=files(), ids=lambda paths: paths[0].name)
def loaded(request: pytest.FixtureRequest, engine: Engine) -> Iterator[Loaded]:
    """Every file loaded, one transaction each."""
    receipts = []
    for path in request.param:
        with writing(engine) as connection:
            receipts.append(load_file(connection, path, MAPPING, RULES, NOW))
    frames = [frame_of(path) for path in request.param]
    yield Loaded(engine, pd.concat(frames, ignore_index=True), receipts, request.param)


def by_unit(connection: Connection, measure: Any, span: Span = EVER) -> dict[str, Any]:
    """The measure for each department where it is not zero."""
    return {key: part for key, part in measure.by_key(connection, WHOLE, "unit", span).items() if part.value or part.denominator}


def counts(frame: pd.DataFrame) -> dict[str, float]:
    """Rows by department."""
    return {str(key): float(count) for key, count in frame.groupby("department").size().items()}


def test_every_row_is_accounted_for_and_figures_by_department_equal_pandas(loaded: Loaded) -> None:
    assert sum(receipt.accepted + receipt.duplicate + receipt.quarantined for receipt in loaded.receipts) == len(loaded.frame)
    assert sum(receipt.accepted for receipt in loaded.receipts) == len(loaded.frame), "this file has no bad row"
    frame = loaded.frame
    closed, due = frame[frame["closed"].notna()], frame[frame["target"].notna()]
    with reading(loaded.engine) as connection:
        assert {key: part.value for key, part in by_unit(connection, cases.reported).items()} == counts(frame)
        assert {key: part.value for key, part in by_unit(connection, cases.closed).items()} == counts(closed)
        rates = by_unit(connection, cases.on_time_net)
        times = {key: quantile(found, 0.5) for key, found in cases.handling_time.grouped(connection, WHOLE, "unit", EVER).items()}
    kept = due["closed"] <= due["target"]
    assert {key: part.denominator for key, part in rates.items()} == counts(due)
    assert {key: part.numerator for key, part in rates.items() if part.numerator} == counts(due[kept])
    for key, share in kept.groupby(due["department"]).mean().items():
        assert rates[str(key)].value == pytest.approx(100 * share, rel=1e-12)
    seconds = (closed["closed"] - closed["opened"]).dt.total_seconds()
    assert times == {str(key): value for key, value in seconds.groupby(closed["department"]).median().items()}


def test_days_are_the_days_of_the_city(loaded: Loaded) -> None:
    days = loaded.frame["opened"].dt.tz_localize(None).dt.normalize()
    epoch = pd.Timestamp(1970, 1, 1)
    expected = {(day - epoch).days: float(count) for day, count in days.value_counts().items()}
    with reading(loaded.engine) as connection:
        series = cases.reported.series(connection, WHOLE, Span(min(expected), max(expected)))
    assert {day: part.value for day, part in series.items() if part.value} == expected


def standing(frame: pd.DataFrame, moment: datetime) -> pd.DataFrame:
    """The rows that were known and open at a moment."""
    return frame[(frame["opened"] <= moment) & ~(frame["closed"] <= moment)]


@pytest.mark.parametrize("back", [timedelta(0), timedelta(days=17, hours=5)], ids=["last day", "earlier"])
def test_what_stood_open_and_late_at_an_earlier_moment_equals_pandas(loaded: Loaded, back: timedelta) -> None:
    moment = LAST - back
    then = Span(0, 40_000, moment)
    still = standing(loaded.frame, moment)
    late = still[still["target"] < moment]
    with reading(loaded.engine) as connection:
        for measure, rows in ((cases.open_now, still), (cases.overdue_now, late)):
            assert measure.total(connection, WHOLE, then).value == len(rows)
            assert {key: part.value for key, part in by_unit(connection, measure, then).items()} == counts(rows)
            assert measure.keyed("unit", "PWDx").total(connection, WHOLE, then).value == counts(rows)["PWDx"]
        names = dict(map(tuple, connection.execute(select(area.c.name_en, area.c.code)).all()))
        here = names["Dorchester"]
        dorchester = float((still["neighborhood"] == "Dorchester").sum())
        assert cases.open_now.by_area(connection, PLACE.region, [here, "25025-none"], then)[here].value == dorchester
        assert cases.open_now.total(connection, Scope(PLACE.region, here, "subdistrict"), then).value == dorchester
        closed = Measure(cases.reported_cube, "closed").total(connection, WHOLE, then).value
        ages = cases.overdue_age.grouped(connection, WHOLE, "unit", moment, back=True)
        assert {key: float(len(found)) for key, found in ages.items()} == counts(late)
        oldest = (moment - late["target"].min()).total_seconds()
        assert max(found[-1] for found in ages.values()) == oldest
    assert closed == (loaded.frame["closed"] <= moment).sum()


def test_loading_twice_changes_nothing(loaded: Loaded) -> None:
    def facts(connection: Connection) -> list[Any]:
        rows = [repr(row) for row in connection.execute(select(case_file).order_by(case_file.c.id))]
        return rows + [repr(row) for cube in all_cubes() for row in sorted(connection.execute(select(cube.table)).all(), key=repr)]

    with reading(loaded.engine) as connection:
        before = facts(connection)
    for path in loaded.places:
        with writing(loaded.engine) as connection:
            again = load_file(connection, path, MAPPING, RULES, NOW)
            turn_overdue(connection, PLACE.region, NOW)
            assert (again.accepted, again.quarantined, again.duplicate) == (0, 0, again.rows)
    with reading(loaded.engine) as connection:
        assert facts(connection) == before
        assert differences(connection, PLACE.region, all_cubes()) == []


def test_source_covers_the_last_report_not_the_last_close(loaded: Loaded) -> None:
    with reading(loaded.engine) as connection:
        covered = connection.execute(select(source.c.covers_to)).scalar_one()
    assert covered == loaded.frame["opened"].max()
    assert covered < loaded.frame["closed"].max()
