"""A mapping is checked completely before it is used; coordinates of every system find their way to WGS 84 and back."""

import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.ingest.crs import Crs, from_wgs84, to_wgs84
from data.ingest.mapping import MAPPINGS, MappingError, load_mapping, mapping_from, mapping_keys

TABLE = tomllib.loads((MAPPINGS / "boston311.toml").read_text("utf-8"))


@given(
    crs=st.sampled_from(list(Crs)),
    lon=st.floats(74, 135, allow_nan=False), lat=st.floats(3, 53, allow_nan=False),
)  # fmt: skip
def test_crs_round_trip(crs: Crs, lon: float, lat: float) -> None:
    there = from_wgs84(crs, lon, lat)
    assert to_wgs84(crs, *there) == pytest.approx((lon, lat), abs=1e-8)
    shift = max(abs(there[0] - lon), abs(there[1] - lat))
    assert shift == 0 if crs is Crs.WGS84 else 0 < shift < 0.03


def test_crs_known_points() -> None:
    assert from_wgs84(Crs.GCJ02, 116.404, 39.915) == pytest.approx((116.410244, 39.916404), abs=1e-6)
    assert from_wgs84(Crs.BD09, 116.404, 39.915) == pytest.approx((116.416627, 39.922700), abs=1e-6)
    assert to_wgs84(Crs.GCJ02, -71.06, 42.36) == (-71.06, 42.36)


WRONG: list[tuple[tuple[str, ...], Any, str, str]] = [
    (("source", "keys"), "x", "source.keys", "did you mean key"),
    (("source", "key"), None, "source.key", "missing"),
    (("source", "stale_after_s"), 60, "source.stale_after_s", "whole number from 86400"),
    (("place", "key"), "atlantis", "place.key", "boston"),
    (("place", "area_level"), "street", "place.area_level", "subdistrict, community"),
    (("file", "encoding"), "latin-1", "file.encoding", "utf-8, utf-8-sig, gb18030"),
    (("file", "time_zone"), "Mars/Olympus", "file.time_zone", "IANA time zone"),
    (("file", "crs"), "mercator", "file.crs", "wgs84, gcj02, bd09"),
    (("file", "max_rows"), True, "file.max_rows", "whole number"),
    (("location", "unlocated"), [[1, "x"]], "location.unlocated", "pairs"),
    (("types", "clock"), "hours", "types.clock", "work_days"),
    (("fields", "opened"), None, "fields.opened", "missing"),
    (("fields", "opened", "type"), "text", "fields.opened.type", "time"),
    (("fields", "opened", "format"), "dd/mm", "fields.opened.format", "epoch_ms"),
    (("fields", "opened", "required"), False, "fields.opened.required", "no case can be without"),
    (("fields", "lat"), None, "fields.lat", "because lon is mapped"),
    (("fields", "unit", "constant"), "PWDx", "fields.unit", "either column or constant"),
    (("fields", "unit", "codes"), "channel", "fields.unit.codes", "type code"),
    (("fields", "channel", "codes"), "channels", "fields.channel.codes", "status, area, channel"),
    (("fields", "channel", "other"), "fax", "fields.channel.other", "hotline"),
    (("fields", "kind", "constant"), "wish", "fields.kind.constant", "event, component, request"),
    (("fields", "status", "required"), "yes", "fields.status.required", "true, false"),
    (("fields", "type", "allowed"), "Pothole", "fields.type.allowed", "list of texts"),
    (("fields", "key", "max_length"), 400, "fields.key.max_length", "1 to 40"),
    (("fields", "petitioner"), {"column": "name"}, "fields.petitioner", "key, opened"),
    (("codes", "channel", "Twitter"), "bird", "fields.channel.codes['Twitter']", "hotline"),
    (("names", "unit", "ISD"), ["one"], "names.unit.ISD", "Chinese name, English name"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "key", "allowed"), WRONG, ids=[wrong[2] for wrong in WRONG])
def test_bad_mapping_names_the_key_and_what_is_allowed(path: tuple[str, ...], value: Any, key: str, allowed: str) -> None:
    table: dict[str, Any] = deepcopy(TABLE)
    inner = table
    for step in path[:-1]:
        inner = inner[step]
    if value is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    with pytest.raises(MappingError) as refused:
        mapping_from(table)
    assert refused.value.key == key
    assert allowed in str(refused.value)


def test_mappings_that_come_along_are_sound(tmp_path: Path) -> None:
    assert [load_mapping(key).source.key for key in mapping_keys()] == mapping_keys()
    with pytest.raises(MappingError, match="boston311"):
        load_mapping("boston")
    (tmp_path / "x.toml").write_text("[[")
    with pytest.raises(MappingError, match="TOML file"):
        load_mapping(tmp_path / "x.toml")
