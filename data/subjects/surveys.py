"""Surveys as numbers: waves of questions put to residents of an area, as counts of answers. No answer of one person is kept.

What is asked differs from wave to wave, so a row is a wave, a question and an area; nothing here knows the questions.
"""

from sqlalchemy import Column, Integer, String, Table

from data.cubes import Cube
from data.measures import Measure, Ratio
from data.schema import metadata, region_column

THIN_N = 100  # with fewer valid answers a sub-district's share is not to be published

survey = Table(
    "survey",
    metadata,
    region_column(),
    Column("wave", String(24), primary_key=True),  # 2026H1, 2026Q2
    Column("question", String(48), primary_key=True),  # code list `question`
    Column("subdistrict", String(32), primary_key=True),
    Column("period_on", Integer, nullable=False),  # last day of the period the wave belongs to
    Column("called_n", Integer, nullable=False),
    Column("valid_n", Integer, nullable=False),
    Column("positive_n", Integer, nullable=False),
)

_row = survey.c
survey_cube = Cube(
    name="survey",
    fact=survey,
    day="period_on",
    areas=("subdistrict",),
    wide_areas=("subdistrict",),
    by={"question": "question"},
    counters={
        "called": _row.called_n,
        "valid": _row.valid_n,
        "positive": _row.positive_n,
        "thin": _row.valid_n < THIN_N,
    },
)

sample_cube = Cube(
    name="survey_sample",
    fact=survey,
    day="period_on",
    areas=(),
    by={"question": "question"},
    counters={"valid": _row.valid_n},
)

CUBES = (survey_cube, sample_cube)

valid = Measure(survey_cube, "valid")
sample = Measure(sample_cube, "valid")  # of the whole district: what its least number is set for
thin = Measure(survey_cube, "thin")
positive = Ratio(Measure(survey_cube, "positive"), valid)
response = Ratio(valid, Measure(survey_cube, "called"))
