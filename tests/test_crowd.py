"""Exact points: geometry once per version, a byte a point, read by what changed; for desks that may have them and for nobody else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from dashboard.create import create_app
from dashboard.crowd import LEVELS, OVERLAP_S, REST_S, Standing, crowd_of
from dashboard.settings import Settings
from data.db import writing
from data.measures import Scope
from data.subjects.channels import channel_points
from layouts.components.map import draw_map
from layouts.markup import plain
from layouts.text import words_for
from layouts.view import View
from modules.spec import PanelData
from tests.channel_rows import NOW, REGION, channel_row, put
from tests.conftest import DEMO_NOW

DISTRICT, STREET = Scope(REGION), Scope(REGION, "440512001", "subdistrict")
MODULE = "public_video"


@pytest.fixture
def crowd(engine):
    """Points over an engine; `told` counts the versions a watcher would have named."""
    versions = SimpleNamespace(told=0)
    standing = Standing(channel_points, engine, REGION, lambda: NOW + timedelta(minutes=versions.told), lambda: str(versions.told))

    def written(*rows, at=None):
        with writing(engine) as connection:
            put(connection, *[{**row, "changed_at": at or NOW + timedelta(minutes=versions.told)} for row in rows])
        versions.told += 1

    return SimpleNamespace(standing=standing, written=written, versions=versions)


def unpacked(body: bytes):
    """Numbers, longitudes and latitudes as the browser reads them."""
    count, lon, lat = np.frombuffer(body, "<i4", 3)
    parts = np.frombuffer(body, "<i4", offset=12).reshape(3, count)
    return list(parts[0]), list((lon + parts[1]) / 1e6), list((lat + parts[2]) / 1e6)


def levels(crowd, scope=DISTRICT):
    return [LEVELS[state] for state in crowd.standing.states(scope)[1]]


def test_geometry_is_exact_and_in_the_order_of_the_states(crowd):
    offline = channel_row(3, channel_state="offline", key_site=True)
    crowd.written(channel_row(2, connected=False), offline, channel_row(1), channel_row(4, lon=None), channel_row(5, retired_on=20100))
    version, body = crowd.standing.geometry(DISTRICT)
    numbers, lons, lats = unpacked(body)
    assert numbers == [1, 2, 3]
    assert np.allclose(lons, [116.701, 116.702, 116.703], atol=5e-7)
    assert np.allclose(lats, 23.28, atol=5e-7)
    assert levels(crowd) == ["ok", "none", "critical"]
    assert crowd.standing.states(DISTRICT)[0] == version
    assert len(body) == 12 + 12 * 3


def test_a_change_moves_the_states_and_not_the_geometry(crowd):
    crowd.written(*(channel_row(number) for number in range(1, 51)))
    version, before = crowd.standing.states(DISTRICT)
    crowd.written(channel_row(7, channel_state="offline"))
    after_version, after = crowd.standing.states(DISTRICT)
    assert after_version == version
    assert [place + 1 for place in range(50) if before[place] != after[place]] == [7]
    assert crowd.standing.geometry(DISTRICT)[0] == version


def test_the_price_follows_changes_not_points(crowd):
    crowd.written(*(channel_row(number) for number in range(1, 601)))
    crowd.written(channel_row(600, channel_state="offline"))
    crowd.standing.states(DISTRICT)
    read = crowd.standing.read_n
    for number in range(1, 11):
        crowd.written(channel_row(number, picture_state="blur"))
        assert levels(crowd)[number - 1] == "watch"
    assert crowd.standing.read_n - read == 2 * 10  # each with the one before it, which the overlap reads again
    crowd.versions.told += 1  # the minute moved, the table did not
    crowd.standing.states(DISTRICT)
    assert crowd.standing.read_n - read == 2 * 10


def test_two_changes_within_a_second_are_both_seen(crowd):
    crowd.written(channel_row(1))
    levels(crowd)
    at = NOW + timedelta(minutes=1)
    crowd.written(channel_row(1, channel_state="offline"), at=at)
    assert levels(crowd) == ["warning"]
    crowd.written(channel_row(1), at=at)
    assert levels(crowd) == ["ok"]


def test_a_late_row_is_seen_at_the_next_whole_reading(crowd, monkeypatch):
    crowd.written(*(channel_row(number) for number in range(1, 4)))
    levels(crowd)
    late = NOW - timedelta(seconds=10 * OVERLAP_S)
    crowd.written(channel_row(2, channel_state="offline"), at=late)
    assert levels(crowd) == ["ok", "ok", "ok"]
    monkeypatch.setitem(REST_S, "nothing", 0.0)
    assert levels(crowd) == ["ok", "warning", "ok"]


@pytest.mark.parametrize("change", [{"lon": 116.9}, {"retired_on": 20500}, {"lat": None}])
def test_a_point_that_moved_or_went_is_another_geometry(crowd, monkeypatch, change):
    monkeypatch.setitem(REST_S, "moved", 0.0)
    crowd.written(*(channel_row(number) for number in range(1, 4)))
    version, _ = crowd.standing.geometry(DISTRICT)
    crowd.written(channel_row(2, **change))
    assert crowd.standing.geometry(DISTRICT)[0] != version
    crowd.written(channel_row(2), channel_row(4))
    numbers, lons, _ = unpacked(crowd.standing.geometry(DISTRICT)[1])
    assert numbers == [1, 2, 3, 4]
    assert np.allclose(lons[1], 116.702)


def test_an_area_has_its_own_points_and_version(crowd):
    other = {"subdistrict": "440512002", "community": "440512002001", "grid": None}
    crowd.written(channel_row(1), channel_row(2, **other), channel_row(3, channel_state="offline"), channel_row(4, **other))
    assert unpacked(crowd.standing.geometry(STREET)[1])[0] == [1, 3]
    assert unpacked(crowd.standing.geometry(Scope(REGION, "440512002001", "community"))[1])[0] == [2, 4]
    assert unpacked(crowd.standing.geometry(Scope(REGION, "440512009", "subdistrict"))[1])[0] == []
    assert unpacked(crowd.standing.geometry(Scope(REGION, "440512-D001", "dedicated"))[1])[0] == []
    version, states = crowd.standing.states(STREET)
    assert [LEVELS[state] for state in states] == ["ok", "warning"]
    crowd.written(channel_row(2, **other, picture_state="dark"))
    assert crowd.standing.states(STREET) == (version, states)


def test_the_worst_come_first(crowd):
    bad = {2: {"picture_state": "blur"}, 5: {"channel_state": "offline"}, 3: {"channel_state": "offline", "key_site": True}, 1: {}}
    crowd.written(*(channel_row(number, **given) for number, given in bad.items()))
    assert crowd.standing.worst(DISTRICT, 2) == ([3, 5], 3)
    assert crowd.standing.worst(Scope(REGION, "440512009", "subdistrict"), 2) == ([], 0)


def panel(**more) -> PanelData:
    data = {"areas": [], "points": [], "legend": [1, 2], "counts": {}, "layers": [], "dedicated": [], "crowd": "channels", **more}
    return PanelData("map", "map", "map", data)


def drawn(app, surface, exact, lang="zh", **more):
    snapshot = app.live.snapshot(MODULE)
    view = View(replace(snapshot, place={**snapshot.place, "exact": exact}), words_for(lang), surface)
    return str(plain(draw_map(panel(**more), view)))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_wall_has_no_such_layer_and_a_closed_desk_says_why(app, lang):
    said = words_for(lang)("crowd.closed")
    assert "cc.map.crowd" in drawn(app, "desk", True, lang)
    assert said not in drawn(app, "desk", True, lang)
    closed = drawn(app, "desk", False, lang)
    assert "cc.map.crowd" not in closed
    assert said in closed
    for exact in (True, False):
        wall = drawn(app, "wall", exact, lang)
        assert "cc.map.crowd" not in wall
        assert said not in wall


def test_points_are_never_part_of_a_snapshot(app):
    client = app.server.test_client()
    for path in (f"/live/{MODULE}", f"/live/{MODULE}?surface=desk", f"/api/v1/modules/{MODULE}/snapshot"):
        body = client.get(path).get_data()
        assert b"44051200" in body  # areas
        assert not [code for code in codes(app) if code.encode() in body]


def codes(app):
    with app.live.engine.connect() as connection:
        return [row[0] for row in connection.exec_driver_sql("SELECT code FROM channel LIMIT 50")]


def test_the_routes_serve_desks_only(app):
    client = app.server.test_client()
    path = f"/live/crowd/{MODULE}/states"
    found = client.get(f"{path}?surface=desk")
    assert found.status_code == 200
    version = found.headers["Geometry-Version"]
    assert client.get(f"{path}?surface=desk", headers={"If-None-Match": found.headers["ETag"]}).status_code == 304
    geometry = client.get(f"/live/crowd/{MODULE}/geometry?surface=desk&v={version}")
    assert geometry.headers["Geometry-Version"] == version
    assert "immutable" in geometry.headers["Cache-Control"]
    assert "immutable" not in client.get(f"/live/crowd/{MODULE}/geometry?surface=desk&v=0").headers["Cache-Control"]
    assert len(unpacked(geometry.get_data())[0]) == len(found.get_data())
    street = client.get(f"{path}?surface=desk&area=440512001")
    assert 0 < len(street.get_data()) < len(found.get_data())
    assert client.get(path).status_code == 403
    assert client.get(f"{path}?surface=wall").status_code == 403
    assert client.get(f"{path}?surface=desk&area=999").status_code == 404
    assert client.get("/live/crowd/overview/states?surface=desk").status_code == 404
    assert client.get("/live/crowd/nix/states?surface=desk").status_code == 404


@pytest.mark.parametrize(("exact", "status"), [(None, 200), (True, 200), (False, 403)])
def test_a_setting_closes_them(demo_copy: Callable[[Path], Path], tmp_path: Path, exact, status):
    app = create_app(Settings(database_url=f"sqlite:///{demo_copy(tmp_path)}", exact_points=exact), lambda: DEMO_NOW)
    client = app.server.test_client()
    for what in ("states", "geometry"):
        assert client.get(f"/live/crowd/{MODULE}/{what}?surface=desk").status_code == status
    app.close()


def test_only_maps_that_declare_a_crowd_have_one():
    assert crowd_of(MODULE).key == "channels"
    assert crowd_of("grid_management") is None
