"""What a snapshot's map holds: whose value colours a grid, what is withheld, what layers count, what an earlier moment can tell."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, case, func, literal, select

from dashboard.taking.moment import Taking
from dashboard.taking.places import map_data
from data.db import engine_for, reading
from data.schema import case_file
from data.spots import LEVELS, Spots
from data.subjects import cases, petitions
from modules.spec import Layer, Map, Window
from tests.conftest import DEMO_NOW


@pytest.fixture(scope="module")
def district(demo_copy: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The demo district, opened."""
    engine = engine_for(f"sqlite:///{demo_copy(tmp_path_factory.mktemp('plates'))}")
    yield engine
    engine.dispose()


ROOT = "440512"
STREET = cases.reported.keyed("level", "district")  # kept by sub-district only


def taken(engine: Engine, panel: Map, code: str = ROOT, past: bool = False) -> dict[str, Any]:
    with reading(engine) as connection:
        return map_data(panel, Taking(connection, int(ROOT), ROOT, code, DEMO_NOW, ZoneInfo("Asia/Shanghai"), past=past))


def values(told: dict[str, Any]) -> dict[str, Any]:
    return {row["code"]: row["value"] for row in told["areas"]}


def test_the_open_cases_colour_every_kind_of_area_and_may_stand(district: Engine) -> None:
    told = taken(district, Map("map", cases.open_now, cases.overdue_now))
    assert (told["level"], told["stands"], told["plates"], told["unit"], told["legend"]) == ("grid", True, {}, "count", [1, 2, 4, 6, 9])
    assert list(told["counts"]) == list(LEVELS) and len(told["areas"]) == 7 + 61 + 183
    whole = sum(told["counts"].values())
    for kind in ("subdistrict", "community", "grid"):
        assert sum(row["value"] for row in told["areas"] if row["kind"] == kind) == whole > 0
    assert sum(row["overdue"] for row in told["areas"] if row["kind"] == "grid") == told["counts"]["critical"]


def test_a_grid_has_the_colour_of_the_nearest_area_that_is_known(district: Engine) -> None:
    panel = Map("map", STREET, over=Window.DAYS_7, cases=False)
    whole, part = taken(district, panel), taken(district, panel, f"{ROOT}001001")
    assert (whole["level"], whole["stands"], whole["counts"], whole["points"]) == ("subdistrict", False, {}, [])
    assert len(whole["plates"]) == 183 and all(grid.startswith(code) for grid, code in whole["plates"].items())
    assert set(values(whole)) == set(whole["plates"].values()) and sum(values(whole).values()) > 0
    assert set(part["plates"].values()) == {f"{ROOT}001"} and values(part) == {f"{ROOT}001": values(whole)[f"{ROOT}001"]}
    assert all(row["overdue"] is None for row in whole["areas"])


def test_small_counts_are_withheld_with_what_would_tell_them_whatever_the_scope(district: Engine) -> None:
    def told(least: int, code: str = ROOT) -> dict[str, Any]:
        plates = replace(petitions.registered, least=least)
        return taken(district, Map("map", plates, over=Window.LAST_MONTH, cases=False), code)

    known = values(told(0))
    smallest, second, third = sorted(known.values())[:3]
    assert 0 < smallest < second < third
    least = int(smallest) + 1
    whole = told(least)
    hidden = {row["code"] for row in whole["areas"] if row.get("withheld")}
    assert whole["least"] == least
    assert len(hidden) > 1 and min(known, key=lambda code: known[code]) in hidden
    assert all(value is None if code in hidden else value == known[code] for code, value in values(whole).items())
    for code in known:
        assert values(told(least, code)) == {code: values(whole)[code]}
    assert not [row for row in told(int(smallest))["areas"] if row.get("withheld")]


def test_plates_of_a_ratio_are_shares_and_do_not_stand(district: Engine) -> None:
    told = taken(district, Map("map", cases.on_time_net, cases.overdue_now, over=Window.DAYS_30, edges=(50, 75, 90, 95, 98)))
    assert (told["unit"], told["stands"]) == ("percent", False)
    assert all(0 <= value <= 100 for value in values(told).values() if value is not None)
    assert any(90 < value < 100 for value in values(told).values() if value is not None)


def test_a_layer_tells_its_points_within_the_scope_and_counts_all(district: Engine) -> None:
    spots = Spots(case_file, case((case_file.c.overdue, "critical"), else_="ok"), "channel", case_file.c.open, at="changed_at")
    panel = Map("map", cases.open_now, cases.overdue_now, layers=(Layer("open", spots, shown=False),))
    for code in (ROOT, f"{ROOT}001", f"{ROOT}001001", f"{ROOT}001001-G01"):
        told = taken(district, panel, code)
        layer = told["layers"][0]
        assert (layer["key"], layer["shown"]) == ("open", False) and sum(layer["counts"].values()) == sum(told["counts"].values())
        assert {row["id"] for row in layer["rows"]} == {point["id"] for point in told["points"]}
        assert set(layer["kinds"]) == {row["kind"] for row in layer["rows"]}
        assert all(datetime.fromisoformat(row["at"]).tzinfo for row in layer["rows"])


def test_what_a_source_never_reported_or_an_area_cannot_tell_is_missing_not_zero(district: Engine) -> None:
    with reading(district) as connection:
        dedicated = connection.execute(select(func.min(case_file.c.dedicated))).scalar_one()
    nowhere = Spots(select(case_file).where(case_file.c.region == 0).subquery(), literal("ok"))
    streets = Spots(select(case_file.c["region", "number", "lon", "lat", "subdistrict"]).subquery(), literal("ok"))
    panel = Map("map", STREET, over=Window.DAYS_7, cases=False, layers=(Layer("nowhere", nowhere), Layer("streets", streets)))
    missing = [
        [layer.get("missing", False) for layer in taken(district, panel, code)["layers"]] for code in (ROOT, f"{ROOT}001001", dedicated)
    ]
    assert missing == [[True, False], [True, True], [True, True]]


def test_an_earlier_moment_tells_what_happened_not_what_stood(district: Engine) -> None:
    assert taken(district, Map("map", cases.open_now, cases.overdue_now), past=True)["missing"]
    assert taken(district, Map("map", cases.open_now, cases=False), past=True)["missing"]
    assert taken(district, Map("map", STREET, cases.overdue_now, over=Window.DAYS_7, cases=False), past=True)["missing"]
    flow = Map("map", STREET, over=Window.DAYS_7, cases=False, layers=(Layer("open", Spots(case_file, literal("ok"))),))
    told = taken(district, flow, past=True)
    assert values(told) == values(taken(district, flow)) and told["layers"][0]["missing"] and "missing" not in told


@pytest.mark.parametrize("wrong", [{"edges": ()}, {"edges": (1, 2, 3, 4, 5, 6)}, {"edges": (2, 2)}, {"layers": "twice"}])
def test_a_map_that_cannot_be_drawn_is_refused(wrong: dict[str, Any]) -> None:
    layer = Layer("cases", Spots(case_file, literal("ok")))
    with pytest.raises(ValueError, match="map 'map'"):
        Map("map", cases.open_now, **{**wrong, **({"layers": (layer, layer)} if "layers" in wrong else {})})
