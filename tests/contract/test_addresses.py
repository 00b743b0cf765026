"""An address that means nothing is answered with 404 or 400 in the reader's language, on every surface; never with a stack trace."""

import json
from string import printable
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dashboard.registry import declared
from layouts.text import words_for

PAGES = ("/wall/{module}", "/desk/{module}")
PROGRAMS = ("/live/{module}", "/api/v1/modules/{module}/snapshot")
WRONG_VALUES = [
    ("lang=fr", 400), ("lang=zh-CN", 400), ("lang=..%2F..%2Fetc", 400), ("theme=pink", 400),
    ("area=999", 404), ("area=%00", 404), ("area=*", 404), ("area=440512%27--", 404),
    ("from=yesterday&to=2026-06-01", 400), ("from=2026-06-10&to=2026-06-01", 400), ("to=2026-06-01", 400),
    ("from=0001-01-01&to=9999-12-31", 400), ("from=2026-02-30&to=2026-03-01", 400), ("asof=soon", 400), ("asof=2026-13-01", 400),
    ("asof=0001-01-01", 400), ("asof=9999-12-31", 400), ("asof=2026-06-18T25:00", 400),
]  # fmt: skip
FINE = (
    "",
    "lang=en",
    "theme=dark",
    "area=440512",
    "area=440512001",
    "from=2026-06-05&to=2026-06-11",
    "asof=2026-06-17",
    "x=1&x=2",
    "lang=",
)


def language_of(text):
    return "zh" if 'lang="zh-CN"' in text else "en"


def assert_said(found, status, lang):
    text = found.get_data(as_text=True)
    assert found.status_code == status, (found.request.path, text[:200])
    assert "Traceback" not in text
    assert 'File "' not in text
    if "json" in found.mimetype:
        told = found.get_json()
        assert told["status"] == status
        title, words = told.get("title") or told["error"], words_for(lang)
        assert title in {words.known(f"{section}.{status}", "") for section in ("error", "problem")}
    else:
        assert found.mimetype == "text/html"
        assert language_of(text) == lang
        assert words_for(lang)(f"error.{status}") in text


@pytest.mark.parametrize("path", [*PAGES, *PROGRAMS])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_unknown_module(client, path, lang):
    for module in ("nix", "GRID_MANAGEMENT", "__init__", "spec", "strings", "..", "%3Cscript%3E", "模块"):
        assert_said(client.get(f"{path.format(module=module)}?lang={lang}"), 404, lang)


@pytest.mark.parametrize("path", [*PAGES, *PROGRAMS])
@pytest.mark.parametrize(("wrong", "status"), WRONG_VALUES)
def test_a_value_that_means_nothing(client, path, wrong, status):
    for browser, lang in (("zh-CN,zh;q=0.9", "zh"), ("en-GB", "en")):
        if not wrong.startswith("lang="):
            found = client.get(f"{path.format(module='grid_management')}?lang={lang}&{wrong}")
            assert_said(found, status, lang)
        found = client.get(f"{path.format(module='overview')}?{wrong}", headers={"Accept-Language": browser})
        assert_said(found, status, lang)


@pytest.mark.parametrize("path", [*PAGES, *PROGRAMS])
@pytest.mark.parametrize("query", FINE)
def test_a_good_address(client, path, query):
    strange = path.startswith("/api/") and query.split("=")[0] in ("theme", "x")  # programs are told what they misspelt
    for module in declared():
        found = client.get(f"{path.format(module=module)}?{query}")
        assert found.status_code == (400 if strange else 200), found.get_data(as_text=True)[:200]


def test_a_path_of_nothing(client):
    for path in ("/x", "/wall/overview/more", "/desk", "/api/v2", "/live", "/live/stream/x", "/geo/haojiang/nix.json", "/geo/../land.json",
                 "/assets/../app.py", "/assets/nix.css", "/wall%00", "/desk/overview/export.exe"):  # fmt: skip
        found = client.get(path, headers={"Accept-Language": "en"})
        assert found.status_code == 404, path
        assert "Traceback" not in found.get_data(as_text=True)


def test_the_root_leads_to_the_overview(client):
    assert client.get("/").headers["Location"].endswith("/wall/overview")
    assert client.get("/wall").status_code == 200


def test_a_wrong_method(client):
    for path in ("/live/overview", "/live/stream", "/api/v1/modules", "/wall/overview", "/health"):
        assert client.delete(path).status_code == 405


word = st.text(st.characters(codec="utf-8"), max_size=30)
name = st.sampled_from(
    ["area", "lang", "theme", "from", "to", "asof", "surface", "v", "case", "page", "sort", "dir", "state", "unit", "status", "q"]
)
path_word = (
    st.sampled_from(["wall", "desk", "live", "api", "v1", "modules", "overview", "grid_management", "snapshot", "..", "", "export.csv"])
    | word
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(path_word, min_size=1, max_size=5), st.dictionaries(name, word | st.dates().map(str) | st.datetimes().map(str), max_size=4))
@example(["desk", "overview"], {"page": "²"})
@example(["desk", "overview"], {"page": "9" * 5000})
@example(["wall", "overview"], {"area": "\x00"})
@example(["desk", "overview"], {"case": "\ud7ff\x00"})
@example(["api", "v1", "modules", "overview", "snapshot"], {"asof": "0001-01-01T00:00:00+14:00"})
def test_no_address_breaks_the_server(client, parts, query):
    path = "/" + "/".join(quote(part, safe="") for part in parts).lstrip("/")
    if path.rstrip("/") == "/live/stream":
        return
    found = client.get(f"{path}?{urlencode(query)}")
    assert found.status_code < 500, (path, query)
    assert "Traceback" not in found.get_data(as_text=True)


CALL = {
    "output": "page.children",
    "outputs": {"id": "page", "property": "children"},
    "inputs": [{"id": "address", "property": "href", "value": "http://127.0.0.1/wall/overview"}],
    "changedPropIds": ["address.href"],
}


def test_the_page_is_drawn_for_a_good_call(client):
    found = client.post("/_dash-update-component", json=CALL)
    assert found.status_code == 200
    assert "wall-clock" in found.get_data(as_text=True)


word_of_a_call = st.sampled_from(["id", "property", "value", "output", "inputs"]) | st.text(max_size=5)
value = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(word_of_a_call, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from([*CALL, "state"]), value, max_size=3), st.sets(st.sampled_from(list(CALL))), value | st.text(printable)
)
@example({}, set(), "http://[")
@example({}, set(), 5)
def test_no_call_breaks_the_server(client, changed, left_out, href):
    body = {**CALL, "inputs": [{**CALL["inputs"][0], "value": href}], **changed}
    found = client.post("/_dash-update-component", json={key: part for key, part in body.items() if key not in left_out})
    assert found.status_code < 500, body


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{", b'"x"', b"\xff\xfe", json.dumps({"output": "page.children"}).encode(), b"[" * 50_000]
)
def test_no_body_breaks_the_server(client, body):
    assert client.post("/_dash-update-component", data=body, content_type="application/json").status_code == 400


def test_too_large_a_body_is_refused(client):
    assert client.post("/_dash-update-component", data=b" " * (2 << 20), content_type="application/json").status_code == 413
