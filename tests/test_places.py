"""Places: what every district folder promises, and that 濠江 is tiled by its grids exactly."""

import json
from collections import Counter, defaultdict
from datetime import UTC, datetime

import pytest
from shapely.geometry import Point, Polygon, shape

from data.schema import area
from data.seed.places import MissingPlace, build_haojiang, load_place, places
from data.seed.places.build import SCALE, coverage, people
from data.seed.places.locate import grid_at

KINDS = {"district": 1, "subdistrict": 7, "community": 61, "grid": 183, "dedicated": 253}


@pytest.fixture(scope="module")
def haojiang():
    return load_place("haojiang")


@pytest.fixture(scope="module")
def rows(haojiang):
    return {row["code"]: row for row in haojiang.areas()}


def drawn(place, layer):
    return json.loads(place.geo(layer).read_text(encoding="utf-8"))["features"]


def exact(feature):
    """The feature as a polygon in whole units; refuses a vertex that is not on the 1e-5 grid."""
    assert feature["geometry"]["type"] == "Polygon"
    whole = []
    for ring in feature["geometry"]["coordinates"]:
        assert ring[0] == ring[-1]
        whole.append([(round(x * SCALE), round(y * SCALE)) for x, y in ring])
        assert all(abs(x * SCALE - a) < 1e-3 and abs(y * SCALE - b) < 1e-3 for (x, y), (a, b) in zip(ring, whole[-1], strict=True))
    return Polygon(whole[0], whole[1:])


@pytest.fixture(scope="module")
def grids(haojiang):
    return {feature["properties"]["code"]: exact(feature) for feature in drawn(haojiang, "grids")}


def joined(polygons):
    """Directed edges that have no counter-edge: the outer limit of polygons that share their borders exactly."""
    found = Counter(edge for polygon in polygons for edge in coverage.edges(polygon))
    assert max(found.values()) == 1, "two areas lie on the same side of one edge: they overlap"
    return {edge for edge in found if (edge[1], edge[0]) not in found}


def parts(feature):
    several = feature["geometry"]["coordinates"]
    if feature["geometry"]["type"] == "Polygon":
        several = [several]
    return [exact({"geometry": {"type": "Polygon", "coordinates": one}}) for one in several]


@pytest.mark.parametrize("key", places())
def test_every_place_loads_and_its_rows_fit_the_area_table(key):
    place = load_place(key)
    columns = {column.name for column in area.columns} - {"region"}
    rows = place.areas()
    codes = [row["code"] for row in rows]
    assert all(set(row) == columns for row in rows)
    assert len(codes) == len(set(codes))
    assert rows[0]["code"] == place.root and rows[0]["parent"] is None
    assert all(row["parent"] in codes[:n] for n, row in enumerate(rows) if n), "a parent comes before its children"
    assert all(row["valid_from"].tzinfo is UTC and row["valid_to"] is None for row in rows)
    west, south, east, north = place.bounds
    assert west < place.centre[0] < east and south < place.centre[1] < north
    assert all(west <= row["lon"] <= east and south <= row["lat"] <= north for row in rows)


def test_a_missing_place_or_layer_is_refused_by_naming_what_is_allowed():
    with pytest.raises(MissingPlace, match="boston, haojiang"):
        load_place("../haojiang")
    with pytest.raises(MissingPlace, match="grids"):
        load_place("haojiang").geo("../areas")
    with pytest.raises(MissingPlace, match="there are none"):
        load_place("boston").geo("grids")


def test_a_folder_alone_adds_a_district(tmp_path, monkeypatch):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    told = (build_haojiang.FOLDER / "place.toml").read_text(encoding="utf-8").replace('"haojiang"', '"elsewhere"')
    (folder / "place.toml").write_text(told, encoding="utf-8")
    (folder / "areas.csv").write_bytes((build_haojiang.FOLDER / "areas.csv").read_bytes())
    monkeypatch.setattr("data.seed.places.FOLDER", tmp_path)
    assert places() == ["elsewhere"]
    assert load_place("elsewhere").layers() == [] and len(load_place("elsewhere").areas()) == sum(KINDS.values())


def test_days_begin_at_local_midnight(haojiang):
    assert haojiang.areas()[0]["valid_from"] == datetime(2019, 10, 31, 16, tzinfo=UTC)
    assert load_place("boston").areas()[0]["valid_from"] == datetime(2011, 7, 1, 4, tzinfo=UTC)


def test_there_are_as_many_areas_as_the_district_has(rows):
    assert Counter(row["kind"] for row in rows.values()) == KINDS
    per_community = Counter(row["parent"] for row in rows.values() if row["kind"] == "grid")
    assert len(per_community) == 61 and set(per_community.values()) <= {2, 3, 4, 5}
    kind_of_parent = {"subdistrict": "district", "community": "subdistrict", "grid": "community"} | {"dedicated": "subdistrict"}
    assert all(rows[row["parent"]]["kind"] == kind_of_parent[row["kind"]] for row in rows.values() if row["parent"])


def test_names_are_whole_in_both_languages(rows):
    assert all(row["name_en"].isascii() and not row["name_zh"].isascii() for row in rows.values())
    for kind in KINDS:
        named = [row for row in rows.values() if row["kind"] == kind]
        assert len({row["name_zh"] for row in named}) == len(named)
        assert len({row["name_en"] for row in named}) == len(named)
    assert rows["440512002001"]["name_zh"] == "马滘社区" and "窖" not in str(rows)


@pytest.mark.parametrize("count", ["residents", "households", "area_km2"])
def test_every_parent_counts_what_its_children_count(rows, count):
    sums = defaultdict(float)
    for row in rows.values():
        if row["kind"] != "dedicated":
            sums[row["parent"]] += row[count]
    assert all(rows[code][count] == pytest.approx(total, abs=1e-6) for code, total in sums.items() if code)
    assert rows["440512"]["residents"] == 269_471
    assert all(rows[code][count] is None for code in rows if "-D" in code), "dedicated grids overlay, they never add"


def test_density_is_plausible_and_not_flat(rows):
    grids = [row for row in rows.values() if row["kind"] == "grid"]
    assert all(2.5 < row["residents"] / row["households"] < 3.3 for row in grids)
    densities = sorted(row["residents"] / row["area_km2"] for row in grids)
    assert densities[-10] > 8 * densities[10]
    assert densities[-1] < 40_000


def test_grids_tile_the_district_without_gap_or_overlap(haojiang, grids):
    (outline,) = drawn(haojiang, "district")
    assert joined(grids.values()) == {edge for part in parts(outline) for edge in coverage.edges(part)}
    whole = sum(coverage.doubled_area(part) for part in parts(outline))
    assert sum(coverage.doubled_area(polygon) for polygon in grids.values()) == whole
    assert all(polygon.is_valid and polygon.area > 0 for polygon in grids.values())


def test_subdistricts_are_exactly_their_grids_and_all_is_land(haojiang, grids):
    for feature in drawn(haojiang, "subdistricts"):
        (part,) = parts(feature)
        own = [grids[code] for code in grids if code.startswith(feature["properties"]["code"])]
        assert joined(own) == set(coverage.edges(part))
    land = [part for feature in drawn(haojiang, "land") for part in parts(feature)]
    joined([*grids.values(), *land])


def test_grids_of_a_community_hang_together(grids):
    codes = list(grids)
    shared = coverage.borders([grids[code] for code in codes])
    for community in {code[:12] for code in codes}:
        members = {n for n, code in enumerate(codes) if code.startswith(community)}
        assert len(coverage.connected(members, shared)) == 1, community


def test_every_row_lies_where_it_belongs(rows, grids):
    for row in rows.values():
        spot = Point(round(row["lon"] * SCALE), round(row["lat"] * SCALE))
        inside = [code for code, polygon in grids.items() if polygon.covers(spot)]
        owner = row["parent"] if row["kind"] == "dedicated" else row["code"]
        assert any(code.startswith(owner) for code in inside), row["code"]


def test_dedicated_points_are_drawn_where_the_rows_say(haojiang, rows):
    points = {one["properties"]["code"]: one for one in drawn(haojiang, "dedicated")}
    assert points.keys() == {code for code, row in rows.items() if row["kind"] == "dedicated"}
    for code, one in points.items():
        assert one["geometry"]["coordinates"] == [rows[code]["lon"], rows[code]["lat"]]
        assert one["properties"]["industry"] == rows[code]["industry"]


def test_labels_stay_apart_and_on_their_plate(haojiang):
    plates = {one["properties"]["code"]: shape(one["geometry"]) for one in drawn(haojiang, "subdistricts")}
    labels = {one["properties"]["code"]: shape(one["geometry"]) for one in drawn(haojiang, "labels")}
    assert labels.keys() == plates.keys()
    assert all(plates[code].contains(label) for code, label in labels.items())
    spots = list(labels.values())
    near = [(a, b) for n, a in enumerate(spots) for b in spots[:n] if abs(a.x - b.x) < 0.024 and abs(a.y - b.y) < 0.01]
    assert not near


@pytest.mark.parametrize("key", places())
def test_layers_carry_codes_only_and_stay_small(key):
    place = load_place(key)
    for layer in place.layers():
        allowed = {"code", "kind", "industry"} if layer == "dedicated" else {"code", "kind"}
        assert all(set(one["properties"]) == allowed for one in drawn(place, layer))
    assert sum(place.geo(layer).stat().st_size for layer in place.layers()) < 400_000


def test_the_script_makes_the_committed_files_again(tmp_path):
    kept = build_haojiang.FOLDER
    build_haojiang.build(kept / "source", tmp_path)
    made = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert made == {"areas.csv", *(f"geo/{path.name}" for path in kept.glob("geo/*"))}
    assert all((tmp_path / path).read_bytes() == (kept / path).read_bytes() for path in made)


def test_a_position_finds_its_grid(haojiang, rows):
    for row in rows.values():
        if row["kind"] == "grid":
            assert grid_at(haojiang, row["lon"], row["lat"]) == row["code"]
    assert grid_at(haojiang, 116.75, 23.10) is None, "the open sea is in no grid"
    assert grid_at(load_place("boston"), -71.06, 42.36) is None


def test_apportioned_parts_add_up():
    assert people.apportioned(10, [1, 1, 1]) == [4, 3, 3]
    assert people.apportioned(10, [0, 0, 1], least=2) == [2, 2, 6]
    assert people.seats(9, [10, 1, 1], least=2, most=5) == [5, 2, 2]
    with pytest.raises(ValueError, match="cannot give"):
        people.apportioned(2, [1, 1], least=2)
