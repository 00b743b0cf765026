"""The read interface: its shapes are those it describes, its numbers those of wall and desk, its faults said plainly."""

import re
from datetime import datetime

import pytest
from sqlalchemy import func, select

from data.db import reading
from data.schema import case_file
from layouts.text import words_for

SNAPSHOT = "/api/v1/modules/grid_management/snapshot"
PROMISED = {"value", "numerator", "denominator", "unit", "quality", "level", "as_of", "target", "comparison"}
STREET = "440512001"
KINDS = {
    "object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None),
}  # fmt: skip


@pytest.fixture(scope="module")
def ask(app):
    """Asks for an address; gives the JSON of a good answer."""
    client = app.server.test_client()

    def asked(path, **query):
        answer = client.get(path, query_string=query or None)
        assert answer.status_code == 200, answer.text[:300]
        assert answer.content_type == "application/json"
        return answer.get_json()

    return asked


@pytest.fixture(scope="module")
def described(ask):
    return ask("/api/v1/openapi.json")


def faults(value, schema, described, where="$"):
    """Where a value is not what the schema says."""
    if "$ref" in schema:
        return faults(value, described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], described, where)
    if "oneOf" in schema:
        found = [faults(value, one, described, where) for one in schema["oneOf"]]
        return [] if any(not fault for fault in found) else found[0]
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    fits = any(isinstance(value, KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool)) for kind in kinds)
    if not fits:
        return [f"{where}: {value!r} is not {kinds}"]
    wrong = [f"{where}: {value!r} is not one of {schema['enum']}"] if "enum" in schema and value not in schema["enum"] else []
    if isinstance(value, dict):
        wrong += [f"{where}: no {name}" for name in schema.get("required", ()) if name not in value]
        other = schema.get("additionalProperties")
        for name, held in value.items():
            part = schema.get("properties", {}).get(name) or other
            wrong += faults(held, part, described, f"{where}.{name}") if part else []
    elif isinstance(value, list):
        wrong += [fault for number, part in enumerate(value) for fault in faults(part, schema["items"], described, f"{where}[{number}]")]
    elif value is not None and schema.get("format") == "date-time":
        assert datetime.fromisoformat(value).tzinfo is not None
    return wrong


def shape(described, path):
    return described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]


def test_every_address_is_described_and_every_shape_is_there(app, described):
    assert described["openapi"].startswith("3.1")
    rules = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule) for rule in app.server.url_map.iter_rules() if rule.rule.startswith("/api/v1")}
    assert rules == set(described["paths"])
    known = set(described["components"]["schemas"])
    assert set(re.findall(r"#/components/schemas/(\w+)", str(described))) <= known
    for path, item in described["paths"].items():
        inside = {one["name"] for one in item["get"]["parameters"] if one["in"] == "path"}
        assert inside == set(re.findall(r"\{(\w+)\}", path))
        assert set(item["get"]["responses"]) == {"200", "400", "404"}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", ["/api/v1/modules", "/api/v1/metrics", "/api/v1/cases", "/api/v1/modules/{module}/snapshot"])
def test_answers_have_the_shape_described(ask, described, path, lang):
    answer = ask(path.format(module="grid_management"), lang=lang)
    assert answer
    assert faults(answer, shape(described, path), described) == []


def test_a_case_has_the_shape_described(ask, described):
    for listed in ask("/api/v1/cases", limit="20")["cases"]:
        case = ask(listed["url"], lang="en")
        assert faults(case, shape(described, "/api/v1/cases/{number}"), described) == []
        assert case["number"] == listed["number"]
        assert case["steps"][0]["action"] in ("report", "mirror_open")


def test_promised_names_are_there(ask):
    for module in ask("/api/v1/modules"):
        assert set(module) == {"key", "title", "order", "url"}
        snapshot = ask(module["url"])
        assert {"module", "area", "as_of", "version", "digest", "readings", "panels"} <= set(snapshot)
        assert isinstance(snapshot["panels"], dict)
        assert all(set(found) >= PROMISED for found in snapshot["readings"].values())
        assert any(found["value"] is not None for found in snapshot["readings"].values())


@pytest.mark.parametrize("area", [None, STREET])
def test_wall_desk_and_interface_say_the_same(app, ask, area):
    query = {"area": area} if area else {}
    told = ask(SNAPSHOT, **query, lang="zh")
    snapshot = app.live.snapshot("grid_management", area)
    words, entries = words_for("zh"), {entry["key"]: entry for entry in ask("/api/v1/metrics", lang="zh")}
    drawn = {surface: ask("/live/grid_management", surface=surface, lang="zh", **query)["props"] for surface in ("wall", "desk")}
    shown = 0
    for panel in snapshot.panels:
        if panel.kind != "kpi":
            continue
        found, kept = told["readings"][panel.key], snapshot.readings[panel.key]
        assert [found[name] for name in ("value", "numerator", "denominator")] == [kept.value, kept.numerator, kept.denominator]
        assert datetime.fromisoformat(found["as_of"]) == kept.as_of
        if found["value"] is None:
            continue
        shown += 1
        number = words.number(found["value"], found["unit"], found["decimals"], found["rounding"])
        ground = f"{words.number(found['numerator'])} / {words.number(found['denominator'])}" if found["numerator"] is not None else ""
        for props in drawn.values():
            texts = next(str(held) for name, held in props.items() if name.endswith(f"grid_management-{panel.key}"))
            assert f"'{number}'" in texts, (panel.key, number)
            assert ground in texts
        assert entries[panel.key]["unit"] == found["unit"]
    assert shown > 12


def every(ask, **query):
    """Every case of the list, page by page."""
    page = ask("/api/v1/cases", **query)
    cases = page["cases"]
    while page["next"]:
        page = ask(page["next"])
        cases += page["cases"]
    return cases


def test_pages_hold_every_case_once_newest_first(app, ask):
    cases = every(ask, limit="500", lang="en")
    with reading(app.live.engine) as connection:
        kept = connection.execute(select(func.count()).select_from(case_file)).scalar_one()
    assert len({case["number"] for case in cases}) == len(cases) == kept
    moments = [case["reported_at"] for case in cases]
    assert moments == sorted(moments, reverse=True)


def test_filters_keep_what_they_name(app, ask):
    everything = every(ask, limit="500")
    late = every(ask, overdue="true", limit="100")
    assert {case["number"] for case in late} == {case["number"] for case in everything if case["overdue"]} != set()
    assert len(late) == ask(SNAPSHOT)["readings"]["overdue_cases"]["value"]
    street = every(ask, area=STREET, state="open", limit="500")
    assert {case["area"]["subdistrict"] for case in street} == {STREET}
    assert len(street) == ask(SNAPSHOT, area=STREET)["readings"]["open_cases"]["value"]
    one = every(ask, kind="component", unit="dept_urban", limit="500")
    assert {(case["kind"], case["unit"]["key"]) for case in one} == {("component", "dept_urban")}
    day = every(ask, **{"from": "2026-06-17", "to": "2026-06-17"}, limit="500")
    assert {datetime.fromisoformat(case["reported_at"]).astimezone(app.live.locality.zone).date().isoformat() for case in day} == {
        "2026-06-17"
    }
    assert {case["unit"]["name"] for case in every(ask, unit="dept_urban", lang="en", limit="500")} == {"Urban Mgmt"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/modules?lang=fr", 400),
        ("/api/v1/metrics?area=1", 400),
        (f"{SNAPSHOT}?asof=soon", 400),
        (f"{SNAPSHOT}?area=999", 404),
        ("/api/v1/modules/nothing/snapshot", 404),
        ("/api/v1/cases?state=lost", 400),
        ("/api/v1/cases?kind=x", 400),
        ("/api/v1/cases?unit=x", 400),
        ("/api/v1/cases?overdue=maybe", 400),
        ("/api/v1/cases?from=yesterday", 400),
        ("/api/v1/cases?from=2026-06-18&to=2026-06-01", 400),
        ("/api/v1/cases?limit=0", 400),
        ("/api/v1/cases?limit=99999999999", 400),
        ("/api/v1/cases?cursor=%27--", 400),
        ("/api/v1/cases?cursor=999999999999-1", 400),
        ("/api/v1/cases?colour=red", 400),
        ("/api/v1/cases?area=999", 404),
        ("/api/v1/cases/N-0", 404),
        ("/api/v1/nothing", 404),
    ],
)
def test_faults_are_said_in_the_readers_language(app, described, path, status):
    client, titles = app.server.test_client(), set()
    for lang in ("zh", "en"):
        answer = client.get(path, headers={"Accept-Language": lang})
        assert answer.status_code == status, answer.text[:300]
        assert answer.content_type == "application/problem+json"
        problem = answer.get_json()
        assert faults(problem, described["components"]["schemas"]["Problem"], described) == []
        assert problem["status"] == status
        assert "Traceback" not in answer.text
        titles.add(problem["title"])
    assert len(titles) == 2


def test_it_only_reads(app):
    answer = app.server.test_client().post("/api/v1/cases")
    assert answer.status_code == 405
    assert answer.content_type == "application/problem+json"
