"""Surveys as numbers: waves of questions put to residents of an area, as counts of answers. No answer of one person is kept."""

from sqlalchemy import Column, Integer, String, Table

from data.cubes import Cube
from data.measures import Measure, Ratio
from data.schema import metadata, region_column

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

survey_cube = Cube(
    name="survey",
    fact=survey,
    day="period_on",
    areas=("subdistrict",),
    wide_areas=("subdistrict",),
    by={"question": "question"},
    counters={"called": survey.c.called_n, "valid": survey.c.valid_n, "positive": survey.c.positive_n},
)

CUBES = (survey_cube,)

positive = Ratio(Measure(survey_cube, "positive"), Measure(survey_cube, "valid"))
valid = Measure(survey_cube, "valid")
response = Ratio(valid, Measure(survey_cube, "called"))
