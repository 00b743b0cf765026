"""Nothing on a page can run what data says, nothing is loaded from outside, and nothing else of the libraries' doors stands open."""

import ast
import re
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.architecture.test_rules import name_of

ROOT = Path(__file__).parents[2]
# Component arguments that the libraries put into a page as markup or as a link that runs.
SINKS = {
    "Tooltip": {"content"},
    "Popup": {"content"},
    "TileLayer": {"attribution"},
    "WMSTileLayer": {"attribution"},
    "DivMarker": {"iconOptions"},
    "EasyButton": {"icon"},
    "Colorbar": {"unit"},
    "DataTable": {"markdown_options"},
    "Iframe": {"srcDoc"},
    "Markdown": {"dangerously_allow_html"},
}
FORBIDDEN_COMPONENTS = {"LayersControl", "DivMarker", "Iframe", "EasyButton", "Colorbar", "DangerouslySetInnerHTML", "Markdown"}
FORBIDDEN_KEYWORDS = {"srcDoc", "dangerously_allow_html", "dangerouslySetInnerHTML"}
SCRIPT_SINKS = re.compile(
    r"\.(innerHTML|outerHTML|srcdoc)\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function|createContextualFragment|"
    r"bindPopup\(|bindTooltip\(|setTimeout\(\s*['\"]|javascript:"
)
OUTSIDE = re.compile(r"""(?:https?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+""", re.IGNORECASE)
NAMESPACES = ("http://www.w3.org/",)
NAMED = {"hls.light.min.js": ("https://aomedia.org", "//i.test")}  # a name of a scheme and a part of a pattern: nothing is asked there


def calls(tree):
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_no_component_takes_markup_from_data(product):
    for path, tree in product.items():
        for call in calls(tree):
            name = name_of(call.func).rpartition(".")[2]
            given = {keyword.arg for keyword in call.keywords}
            assert name not in FORBIDDEN_COMPONENTS, f"{path}:{call.lineno}: {name}"
            assert not given & SINKS.get(name, set()), f"{path}:{call.lineno}: {name}({given & SINKS[name]})"
            assert not given & FORBIDDEN_KEYWORDS, f"{path}:{call.lineno}"


def test_no_geometry_brings_a_tooltip():
    """dash-leaflet shows properties called tooltip and popup as markup without being asked."""
    found = list((ROOT / "data" / "seed" / "places").glob("*/geo/*.json"))
    assert found
    for path in found:
        assert not re.search(r'"(tooltip|popup)"\s*:', path.read_text("utf-8")), path


def scripts():
    return sorted((ROOT / "assets" / "js").glob("*.js"))


@pytest.mark.parametrize("path", scripts(), ids=lambda path: path.name)
def test_no_script_makes_markup(path):
    lines = path.read_text("utf-8").splitlines()
    found = [(number, line.strip()) for number, line in enumerate(lines, 1) if SCRIPT_SINKS.search(line)]
    if path.name == "00_trust.js":  # says what it turns into text
        found = [(number, line) for number, line in found if "runs = /" not in line]
    assert not found


def assets():
    return [path for path in sorted((ROOT / "assets").rglob("*")) if path.suffix in (".js", ".css", ".html", ".svg", ".json")]


@pytest.mark.parametrize("path", assets(), ids=lambda path: path.name)
def test_no_asset_comes_from_outside(path):
    text = path.read_text("utf-8")
    for namespace in (*NAMESPACES, *NAMED.get(path.name, ())):
        text = text.replace(namespace, "")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL) if path.suffix == ".css" else re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
    assert not OUTSIDE.findall(text)
    assert "@import" not in text or path.suffix != ".css"


def test_no_page_names_an_outside_address(product):
    for path, tree in product.items():
        if path.relative_to(ROOT).parts[0] not in ("layouts", "modules"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not OUTSIDE.search(node.value.replace(NAMESPACES[0], "")), f"{path}:{node.lineno}: {node.value}"


def test_no_installed_package_hooks_into_dash():
    assert not list(entry_points(group="dash_hooks"))


def imports_sqlalchemy(tree):
    named = (node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    plain = (alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names)
    return any(name.partition(".")[0] == "sqlalchemy" for name in (*named, *plain))


def test_no_statement_is_put_together_from_text(product):
    known = {path: tree for path, tree in product.items() if imports_sqlalchemy(tree)}
    assert known
    for path, tree in known.items():
        for call in calls(tree):
            name = name_of(call.func).rpartition(".")[2]
            if name == "text" and call.args:
                assert isinstance(call.args[0], ast.Constant | ast.IfExp), f"{path}:{call.lineno}"
