"""The code lists: complete, in two languages, consistent, and about things and services only."""

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from data import schema
from data.seed import catalogue
from data.seed.catalogue.reading import read_catalogue

FOLDER = Path(catalogue.__file__).parent
PERSON_MONITORING_ZH = (
    "重点人员|重点青少年|特殊人群|信访人|上访|刑满|社区矫正|吸毒|戒毒|精神障碍|流动人口|外来人口|人口登记|邪教|信教|稳控|"
    "帮教|轨迹|人脸|盯防|闲散|群发|流浪|人员排查|人员走访|实名"
)
PERSON_MONITORING_EN = r"petitioner|key person|ex-offender|addict|migrant|parole|mental|believer|faces?\b|suspect|vagrant"


class Place:
    """A district of two sub-districts, three communities and a few grids."""

    def areas(self):
        rows = [("1", "district", None), ("11", "subdistrict", "1"), ("12", "subdistrict", "1")]
        rows += [("111", "community", "11"), ("112", "community", "11"), ("121", "community", "12")]
        rows += [(f"111{n}", "grid", "111") for n in range(3)] + [("1120", "grid", "112")]
        rows += [(f"121{n}", "grid", "121") for n in range(4)]
        rows += [("D1", "dedicated", "111"), ("D2", "dedicated", "12"), ("D3", "dedicated", "12")]
        return [{"code": code, "kind": kind, "parent": parent, "valid_to": None} for code, kind, parent in rows]


def test_counts_of_the_lists():
    assert len(catalogue.items()) == 296
    assert [row["number"] for row in catalogue.items()] == list(range(1, 297))
    assert len(catalogue.sources()) == 12
    assert Counter(row["kind"] for row in catalogue.units()) == {"department": 10, "subdistrict": 7, "centre": 1}
    assert Counter(row["kind"] for row in catalogue.case_types()).keys() == {"event", "component", "request"}


@pytest.mark.parametrize(
    ("rows", "table"),
    [
        (catalogue.case_types, schema.case_type),
        (catalogue.items, schema.grid_item),
        (catalogue.units, schema.unit),
        (catalogue.sources, schema.source),
    ],
)
def test_rows_fit_their_tables(rows, table):
    for row in rows():
        assert set(row) <= set(table.columns.keys()) - {"region"}
        assert row["name_zh"].strip() and row["name_en"].strip()
        assert re.search(r"[\u4e00-\u9fff]", row["name_zh"])
        assert not re.search(r"[\u4e00-\u9fff]", row["name_en"])
        for column, value in row.items():
            length = getattr(table.columns[column].type, "length", None)
            assert length is None or value is None or len(value) <= length


def test_codes_carry_their_kind_and_major():
    letters = {"event": "E", "component": "C", "request": "R"}
    for row in catalogue.case_types():
        assert re.fullmatch(letters[row["kind"]] + r"\d{4}", row["key"])
        assert row["key"].startswith(row["major"])


def test_items_are_spread_over_every_category_and_distinct():
    items = catalogue.items()
    assert {row["category"] for row in items} == set(catalogue.categories())
    for column in ("name_zh", "name_en"):
        assert len({row[column].lower() for row in items}) == 296


def test_urgent_types_are_the_four_kinds_of_immediate_danger():
    urgent = {row["key"]: row for row in catalogue.case_types() if row["urgent"]}
    assert {key for key in urgent if key[0] == "E"} == {"E0401", "E0403", "E0408"}
    assert all(row["name_zh"].endswith("井盖") for key, row in urgent.items() if key[0] == "C")
    assert all(row["clock"] == "urgent_hours" for row in urgent.values())


def test_limits_follow_the_published_examples_and_are_marked_as_settings():
    limits = {row["key"]: (row["clock"], row["limit_value"]) for row in catalogue.case_types()}
    assert limits["E0102"] == ("work_hours", 4)
    assert limits["E0103"] == ("work_days", 2)
    assert limits["E0105"] == ("work_days", 15)
    assert set(catalogue.limit_status()) == set(limits)
    assert set(catalogue.limit_status().values()) == {"example", "unverified"}


def test_no_item_watches_people():
    for row in catalogue.items():
        assert not re.search(PERSON_MONITORING_ZH, row["name_zh"])
        assert not re.search(PERSON_MONITORING_EN, row["name_en"], re.IGNORECASE)
        assert row["case_type"] not in {"E0409", "E0502"}


def test_unit_and_source_names_fit_a_wall_label():
    for row in catalogue.units() + catalogue.sources():
        assert len(row["name_zh"]) <= 7
        assert len(row["name_en"]) <= 20


def test_callers_cannot_spoil_the_lists():
    catalogue.units()[0]["name_en"] = "changed"
    assert catalogue.units()[0]["name_en"] != "changed"


def test_posts_are_shared_exactly_with_a_few_vacancies():
    rows = catalogue.post_groups(Place())
    established, filled = Counter(), Counter()
    for row in rows:
        established[row["kind"]] += row["established_n"]
        filled[row["kind"]] += row["filled_n"]
        assert 0 <= row["filled_n"] <= row["established_n"]
    assert established == {"supervisor": 30, "community": 319, "dedicated": 316}
    assert filled == {"supervisor": 29, "community": 310, "dedicated": 304}
    assert {row["area"] for row in rows if row["kind"] == "community"} == {"111", "112", "121"}
    assert {row["area"] for row in rows if row["kind"] == "dedicated"} == {"11", "12"}
    assert rows == catalogue.post_groups(Place())


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("items.csv", "dept_emergency", "dept_moon", "unknown unit 'dept_moon'"),
        ("items.csv", "E0601", "E9999", "unknown case_type 'E9999'"),
        ("case_types.csv", "\nE0102", "\nE0101", "case_types.csv E0101: given twice"),
        ("case_types.csv", "work_days,15", "fortnights,15", "unknown clock 'fortnights'"),
        ("case_types.csv", "false", "perhaps", "unreadable value 'perhaps'"),
        ("sources.csv", "60,600", "600,60", "stale_after_s must be longer"),
        ("units.csv", "Governance Centre", " ", "needs a name in both languages"),
        ("items.csv", "\n296,", "\n297,", "numbers must run from 1 to 296"),
    ],
)
def test_a_list_that_contradicts_itself_is_refused_by_name(tmp_path, file, old, new, message):
    folder = Path(shutil.copytree(FOLDER, tmp_path / "catalogue"))
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(catalogue.CatalogueError, match=re.escape(message)):
        read_catalogue(folder)
