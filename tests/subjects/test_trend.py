"""The hours of a trend beside the band of the same hours of the same weekdays, against the rows themselves."""

import pandas as pd
import pytest
from sqlalchemy import select

from dashboard.taking.panels import trend
from data.schema import case_file
from data.subjects import cases
from modules.spec import Trend
from tests.subjects.conftest import NOW

ZONE = "Asia/Shanghai"
HOUR = pd.Timestamp(NOW).tz_convert(ZONE).floor("h")
WEEKS = range(1, 6)  # no holiday among these weekdays


@pytest.fixture
def reported(history):
    """How many cases were reported in each hour of the history, in local time."""
    with history.connect() as connection:
        moments = pd.Series(connection.execute(select(case_file.c.reported_at)).scalars().all())
    return pd.to_datetime(moments, utc=True).dt.tz_convert(ZONE).dt.floor("h").value_counts().sort_index()


@pytest.mark.parametrize(("rolling", "first"), [(False, HOUR.normalize()), (True, HOUR - pd.Timedelta(hours=23))])
def test_each_hour_and_its_band_are_those_of_the_rows(taking_of, reported, rolling, first):
    told = trend(Trend("hours", cases.reported, rolling=rolling), taking_of())
    hours = pd.date_range(first, periods=24, freq="h")
    assert told["x"] == [f"{hour:%Y-%m-%dT%H:00:00}" for hour in hours]
    counts = reported.reindex(pd.date_range(reported.index[0].normalize(), HOUR, freq="h"), fill_value=0)
    assert told["y"] == [int(counts[hour]) if hour <= HOUR else None for hour in hours]
    for place, hour in enumerate(hours):
        alike = [counts[past] for week in WEEKS if (past := hour - pd.Timedelta(weeks=week)) in counts.index]
        assert len(alike) >= 4
        for name, share in (("low", 0.1), ("median", 0.5), ("high", 0.9)):
            assert told[name][place] == pytest.approx(pd.Series(alike).quantile(share))
    least, most, ended = told["low"], told["high"], [hour < HOUR for hour in hours]
    assert told["outside"] == [n for n in range(24) if ended[n] and not least[n] <= told["y"][n] <= most[n]]
    assert told["missing"] is False


def test_the_last_24_hours_end_with_the_hour_that_runs(taking_of):
    told = trend(Trend("hours", cases.reported, rolling=True), taking_of())
    assert told["x"][-1] == f"{HOUR:%Y-%m-%dT%H:00:00}"
    assert None not in told["y"]
    assert sum(told["y"]) > 0
