"""Every declared module, those not yet written too: words, wall and desk, every level of area, the same numbers everywhere."""

import json
from datetime import datetime

import orjson
import pytest
from dash.development.base_component import Component

from dashboard.api import snapshot_json
from dashboard.pages import screens
from dashboard.registry import declared, watched
from dashboard.taking.snapshot import lent
from layouts.components import DRAWERS
from layouts.desk import desk_page
from layouts.drawn import drawn
from layouts.ids import panel_id
from layouts.text import LANGUAGES, number
from layouts.wall import wall_page
from tests.contract.words import CHINESE, texts

MODULES = list(declared())
KINDS = ("district", "subdistrict", "community", "grid", "dedicated")


@pytest.fixture(scope="module")
def areas(app):
    """One area of every kind."""
    found = {}
    with app.live.engine.connect() as connection:
        for kind, code in connection.exec_driver_sql("SELECT kind, code FROM area ORDER BY position, code"):
            found.setdefault(kind, code)
    assert set(found) == set(KINDS)
    return found


def ids(component):
    return {part.id for part in components(component) if getattr(part, "id", None)}


def components(part):
    if isinstance(part, list | tuple):
        for one in part:
            yield from components(one)
    elif isinstance(part, Component):
        yield part
        yield from components(getattr(part, "children", None))


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_draws_on_wall_and_desk(app, module, lang):
    snapshot = app.live.snapshot(module)
    wanted = {panel_id(module, panel.key) for panel in snapshot.panels}
    desk = desk_page(snapshot, lang, [{"key": module, "level": snapshot.worst()}], {})
    assert wanted <= ids(desk)
    wall = wall_page(snapshot, lang, screens())
    assert ids(wall) & wanted
    assert len(ids(wall)) == len([part for part in components(wall) if getattr(part, "id", None)]), "an id stands twice"
    for surface, page in (("wall", wall), ("desk", desk)):
        said = drawn(snapshot, surface, lang)
        panels = {key.split("--")[0] for key in said if key.startswith("p-")}
        assert panels <= wanted
        assert json.loads(orjson.dumps(said, default=str))
        assert texts(page)
        if lang == "en":
            foreign = [text for text in texts(page) if CHINESE.search(text)]
            assert not foreign, foreign


@pytest.mark.parametrize("module", MODULES)
def test_every_kind_of_panel_has_a_drawing(module):
    assert {panel.kind for _, panel in lent(declared()[module])} <= set(DRAWERS)


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_level_of_area(app, client, areas, module, kind):
    snapshot = app.live.snapshot(module, areas[kind])
    assert not snapshot.stale
    assert snapshot.area == areas[kind]
    for surface in ("wall", "desk"):
        for lang in LANGUAGES:
            found = client.get(f"/live/{module}?area={areas[kind]}&surface={surface}&lang={lang}")
            assert found.status_code == 200
            assert found.get_json()["version"] == snapshot.version
    for reading in snapshot.readings.values():
        if reading.value is None:
            assert reading.quality in ("missing", "suppressed")
        if reading.unit == "percent" and reading.denominator and reading.numerator is not None:
            assert reading.value == pytest.approx(100 * reading.numerator / reading.denominator)


@pytest.mark.parametrize("module", MODULES)
def test_a_snapshot_survives_json(app, client, module):
    snapshot = app.live.snapshot(module)
    told = client.get(f"/api/v1/modules/{module}/snapshot").get_json()
    assert told == json.loads(orjson.dumps(snapshot_json(snapshot), default=str))
    assert datetime.fromisoformat(told["as_of"]) == snapshot.as_of
    assert set(told["panels"]) == {panel.key for panel in snapshot.panels}
    for key, reading in snapshot.readings.items():
        assert (told["readings"][key]["value"], told["readings"][key]["quality"]) == (reading.value, reading.quality)


@pytest.mark.parametrize("module", MODULES)
def test_the_same_moment_gives_the_same_digest(app, module):
    app.live.watcher.versions = dict(app.live.watcher.versions)
    first = app.live.snapshot(module)
    app.live.watcher.versions[module] += "x"
    second = app.live.snapshot(module)
    assert second.version != first.version
    assert second.digest == first.digest


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("module", list(watched()))
def test_the_same_number_on_wall_desk_and_interface(app, client, module, lang):
    told = client.get(f"/api/v1/modules/{module}/snapshot?lang={lang}").get_json()["readings"]
    bodies = {surface: client.get(f"/live/{module}?surface={surface}&lang={lang}").get_json()["props"] for surface in ("wall", "desk")}
    tiles = {metric.key: metric for metric in declared()[module].metrics}
    assert set(tiles) <= set(told)
    for key, reading in told.items():
        if reading["value"] is None or reading["quality"] != "good" or key not in tiles:
            continue
        for surface, props in bodies.items():
            said = texts(props[panel_id(module, key)])
            shown = number(reading["value"], reading["unit"], tiles[key].decimals, lang, str(tiles[key].rounding))
            assert shown in said, (surface, key, said)
            if reading["numerator"] is not None and reading["denominator"] is not None:
                ground = " ".join(said)
                for part in ("numerator", "denominator"):
                    assert number(reading[part], lang=lang) in ground, (surface, key, part)


def test_the_interface_lists_every_module_but_the_overview(client):
    rows = client.get("/api/v1/modules").get_json()
    assert [row["key"] for row in rows] == list(watched())
    for row in rows:
        assert set(row) == {"key", "title", "order", "url"}
        assert client.get(row["url"]).status_code == 200


def test_the_interface_describes_itself(client):
    paths = client.get("/api/v1/openapi.json").get_json()["paths"]
    assert "/api/v1/modules/{module}/snapshot" in paths
    keys = {entry["key"] for entry in client.get("/api/v1/metrics").get_json()}
    assert {metric.key for module in declared().values() for metric in module.metrics} <= keys
