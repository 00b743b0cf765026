"""Every answer carries the same protection, whatever was asked and however it ended."""

import pytest

from dashboard.headers import policy

ASKED = (
    "/", "/wall", "/wall/overview", "/wall/grid_management?lang=en", "/desk/grid_management", "/wall/nix", "/desk/overview?lang=fr",
    "/nothing/here", "/live/versions", "/live/overview", "/live/nix", "/api/v1/modules", "/api/v1/modules/nix/snapshot",
    "/api/v1/openapi.json", "/api/v1/metrics", "/health", "/ready", "/metrics", "/geo/haojiang/land.json", "/geo/x/y.json",
    "/_dash-layout", "/_dash-dependencies", "/_reload-hash", "/_dash-component-suites/dash/deps/nix.js",
    "/assets/css/10_base.css", "/assets/js/live.js", "/assets/nix.js", "/desk/grid_management/export.csv",
)  # fmt: skip
WANTED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def assert_protected(found):
    rules = found.headers["Content-Security-Policy"]
    for rule in (
        "default-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ):
        assert rule in rules
    script = next(rule for rule in rules.split("; ") if rule.startswith("script-src"))
    assert "unsafe" not in script
    assert "http" not in script
    for name, value in WANTED.items():
        assert found.headers[name] == value, name
    assert "Cache-Control" in found.headers
    found.close()


@pytest.mark.parametrize("path", ASKED)
def test_every_answer_is_protected(client, path):
    for method in (client.get, client.post, client.head, client.options):
        found = method(path)
        assert found.status_code < 500 or path == "/ready"
        assert_protected(found)


def test_a_fault_of_ours_is_protected_and_tells_nothing(app, client, monkeypatch):
    monkeypatch.setattr(app.live, "snapshot", lambda *_: 1 / 0)
    for path in ("/live/overview", "/api/v1/modules/overview/snapshot"):
        found = client.get(path)
        assert found.status_code == 500
        assert "ZeroDivision" not in found.get_data(as_text=True)
        assert_protected(found)


def test_the_program_offers_no_tools_to_machines(app):
    assert not [rule.rule for rule in app.server.url_map.iter_rules() if "mcp" in rule.rule]
    assert not app.server.debug


def test_every_inline_script_is_known_by_its_hash(app, client):
    import base64
    import hashlib
    import re

    page = client.get("/wall/overview")
    rules = page.headers["Content-Security-Policy"]
    inline = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>(.*?)</script>", page.get_data(as_text=True), re.DOTALL)
    assert inline
    for text in inline:
        assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in rules


def test_nothing_personal_is_cached_by_strangers(client):
    for path in ("/live/overview", "/desk/grid_management/export.csv", "/_dash-layout", "/api/v1/modules/overview/snapshot"):
        assert "public" not in client.get(path).headers["Cache-Control"]
    assert policy([]).startswith("default-src 'none'; script-src 'self';")
