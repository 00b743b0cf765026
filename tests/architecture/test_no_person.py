"""No table can hold a person: no column is called like one's data, and tallies hold keys of lists and counts only."""

import re

import pytest
from sqlalchemy import Boolean, Integer, Text

from data.schema import REGION, metadata
from data.seed import catalogue
from data.seed.demo import Demo
from data.seed.places import load_place
from data.subjects import cubes_of, hotline, mediation, petitions

PERSONAL = re.compile(
    r"(^|_)(person|persons|citizen|petitioner|caller|author|surname|forename|first_name|last_name|full_name|nickname|gender|sex|birth\w*"
    r"|age_years|ethnic\w*|phone|mobile|telephone|email|wechat|weixin|qq|id_?card|id_?number|passport|licence_plate|plate_no|address"
    r"|household_no|face|gait|biometric\w*|text|content|remark|comment|body|message_text|matter_no|matter|petition_no|case_no)(_|$)"
)
NAMES = re.compile(r"(^|_)name(_|$)")
NAMED = re.compile(r"^(name|title|text|label)_(zh|en)$")  # what lists, places and installations are called, in both languages
TALLIES = [cube.fact for module in (petitions, mediation, hotline) for cube in module.CUBES]
LISTS = {"appeal": "appeal", "handler": "handler", "answer": "answer", "channel": "petition_channel", "age": "petition_age",
         "stage": "petition_stage", "reason": "extension_reason", "kind": "mediation_kind", "type": "hotline_type"}  # fmt: skip
AREAS_AND_UNITS = {"subdistrict", "unit"}
ROWS_OF_DAYS = 40


@pytest.fixture(scope="module", autouse=True)
def every_table():
    cubes_of(None)


def test_no_column_is_called_like_something_of_a_person():
    columns = [(table.name, column.name) for table in metadata.tables.values() for column in table.columns]
    assert len(columns) > 300
    wrong = [found for found in columns if not NAMED.match(found[1]) and (PERSONAL.search(found[1]) or NAMES.search(found[1]))]
    assert not wrong


@pytest.mark.parametrize("name", ["petitioner", "caller_phone", "id_card", "full_name", "name", "home_address", "reply_text", "matter_no"])
def test_such_a_column_would_be_found(name):
    assert not NAMED.match(name)
    assert PERSONAL.search(name) or NAMES.search(name)


@pytest.mark.parametrize("table", TALLIES, ids=lambda table: table.name)
def test_a_tally_has_days_keys_and_counts_only(table):
    for column in table.columns:
        if column.name in (REGION, "day", "told_on") or column.name.endswith("_n"):
            assert isinstance(column.type, Integer), column.name
        else:
            assert column.primary_key, column.name
            assert column.name in AREAS_AND_UNITS | LISTS.keys(), column.name
        assert not isinstance(column.type, Text | Boolean)
    assert {column.name for column in table.primary_key} >= {REGION, "day"}


def test_every_table_of_the_subject_is_a_tally():
    told = {name for name in metadata.tables if name.startswith(("petition", "mediation", "hotline", "reception"))}
    assert told == {table.name for table in TALLIES}


def test_every_key_of_a_tally_is_in_its_list():
    place = load_place("haojiang")
    demo = Demo(place)
    known = {column: {row["key"] for row in catalogue.codes() if row["list"] == name} for column, name in LISTS.items()}
    known |= {"unit": {row["key"] for row in catalogue.units()}, "subdistrict": {row["code"] for row in place.areas()}}
    assert all(known.values())
    found = dict.fromkeys(known, 0)
    for story in demo.stories:
        if story.name not in ("petitions", "mediation", "hotline"):
            continue
        for day in range(20600, 20600 + ROWS_OF_DAYS):
            for fact in story.day(day):
                for column, value in fact.row.items():
                    if column in known:
                        assert value in known[column], (fact.table.name, column, value)
                        found[column] += 1
                    else:
                        assert type(value) is int, (fact.table.name, column, value)
    assert all(count > ROWS_OF_DAYS / 2 for count in found.values()), found
