"""What keeps the house in order: who may import whom, what nobody may call, how long a file and a function may be."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = ("dashboard", "layouts", "modules", "data")
BANNED = {
    "dash.callback": "register callbacks inside register(app, ...)",
    "dash.clientside_callback": "the same",
    "dash.register_page": "pages are found by their address",
    "pickle": "caches hold bytes",
    "marshal": "caches hold bytes",
    "plotly.express": "figures on the live path are dicts",
    "pandas.read_sql": "numbers come through measures",
    "dash_auth": "its guard believes what the browser says",
    "dash_extensions.javascript": "it writes into assets at import",
}
CALLS = {"eval", "exec", "compile", "__import__"}
CHANGING = {"append", "add", "update", "setdefault", "pop", "clear", "extend", "insert", "remove", "discard"}
SAID_ONCE = {"case_guards.py"}  # a list of conditions, each a sentence: the file says what all of them do
MOST_LINES, MOST_FUNCTION_LINES, MOST_COLUMNS = 400, 40, 140


def name_of(node):
    """The dotted name of an expression, empty where it is none."""
    if isinstance(node, ast.Name):
        return node.id
    return f"{name_of(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else ""


def imported(tree):
    """Every dotted name a file imports, with the names it takes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def used(tree):
    """Every dotted name a file imports, or reaches through the name it gave an import."""
    known = {alias.asname: alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names if alias.asname}
    yield from imported(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (name := name_of(node)):
            first, _, rest = name.partition(".")
            yield f"{known.get(first, first)}.{rest}", node.lineno


def layer_of(path):
    return path.relative_to(ROOT).parts[0]


def test_an_import_may_only_point_right(product):
    for path, tree in product.items():
        if layer_of(path) in LAYERS:
            left = {*LAYERS[: LAYERS.index(layer_of(path))], "app", "tests", "bench"}
            wrong = [(name, line) for name, line in imported(tree) if name.split(".")[0] in left]
            assert not wrong, f"{path}: {wrong}"


def test_the_linter_agrees():
    done = subprocess.run([Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("layer", "forbidden"),
    [
        ("modules", {"dash", "dash_leaflet", "dash_bootstrap_components", "plotly", "flask", "sqlalchemy", "pandas"}),
        ("layouts", {"data", "sqlalchemy", "flask", "pandas"}),
        ("data", {"dash", "dash_leaflet", "plotly", "flask"}),
    ],
)
def test_what_a_layer_does_not_know(product, layer, forbidden):
    for path, tree in product.items():
        if layer_of(path) == layer:
            wrong = [(name, line) for name, line in imported(tree) if name.split(".")[0] in forbidden]
            assert not wrong, f"{path}: {wrong}"


def test_no_module_imports_another(product):
    names = {path.stem for path in (ROOT / "modules").glob("*.py")} - {"__init__"}
    for path, tree in product.items():
        if path.parent == ROOT / "modules":
            wrong = [name for name, _ in imported(tree) if name.startswith("modules.") and name.split(".")[1] in names]
            assert not wrong, f"{path}: {wrong}"


def test_nobody_uses_what_is_banned(product):
    for path, tree in product.items():
        for name, line in used(tree):
            for banned, why in BANNED.items():
                assert name != banned and not name.startswith(f"{banned}."), f"{path}:{line}: {name}: {why}"
        calls = [(node.lineno, name_of(node.func)) for node in ast.walk(tree) if isinstance(node, ast.Call)]
        assert not [call for call in calls if call[1] in CALLS], path


def changes_of(tree, name):
    """Lines where a function changes a collection of the module in place."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                if name_of(node.func.value) == name and node.func.attr in CHANGING:
                    yield node.lineno
            elif isinstance(node, ast.Assign | ast.Delete):
                yield from (target.lineno for target in node.targets if isinstance(target, ast.Subscript) and name_of(target.value) == name)


def test_nothing_changes_at_module_level(product):
    for path, tree in product.items():
        wrong = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Global)]
        assert not wrong, f"{path}: global at {wrong}"
        for node in tree.body:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
            for target in targets:
                if isinstance(target, ast.Name) and isinstance(node.value, ast.List | ast.Dict | ast.Set | ast.Call):
                    assert not list(changes_of(tree, target.id)), f"{path}: {target.id} is changed"


def test_nothing_can_freeze_a_page(product):
    for path, tree in product.items():
        for node in ast.walk(tree):
            assert not (isinstance(node, ast.keyword) and node.arg == "running"), f"{path}: one failed request would disable it for ever"
            assert not (isinstance(node, ast.Call) and name_of(node.func).endswith("Interval")), f"{path}: data does not come by intervals"


def test_no_file_and_no_function_is_too_long(trees):
    for path, tree in trees.items():
        lines = path.read_text("utf-8").splitlines()
        assert len(lines) <= MOST_LINES, f"{path} has {len(lines)} lines"
        wide = [number for number, line in enumerate(lines, 1) if len(line) > MOST_COLUMNS]
        assert not wide, f"{path}: {wide}"
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = node.end_lineno - node.lineno + 1
                assert length <= MOST_FUNCTION_LINES, f"{path}:{node.lineno}: {node.name} has {length} lines"


def test_every_file_says_what_it_is_for(trees):
    for path, tree in trees.items():
        assert ast.get_docstring(tree), f"{path} opens without a docstring"
    for folder, ending in (("js", "*.js"), ("css", "*.css")):
        found = list((ROOT / "assets" / folder).glob(ending))
        assert found
        for path in found:
            assert path.read_text("utf-8").lstrip().startswith(("//", "/*")), f"{path} opens without a comment"


def test_what_is_public_says_what_it_does(product):
    for path, tree in product.items():
        for node in tree.body if path.name not in SAID_ONCE else ():
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{path}:{node.lineno}: {node.name} has no docstring"


def test_no_file_is_a_drawer_for_anything(trees):
    assert not {path.stem for path in trees} & {"utils", "helpers", "common", "manager", "handler", "misc", "stuff"}
