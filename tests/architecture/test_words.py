"""Words: each in both languages, every one asked for is there, and the text of the project speaks of the product only."""

import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest

from dashboard.registry import declared
from layouts.text import LANGUAGES, words_for

ROOT = Path(__file__).parents[2]
STRINGS = sorted([*(ROOT / "layouts" / "strings").glob("*.toml"), *(ROOT / "modules" / "strings").glob("*.toml")])
TEXTS = (".py", ".md", ".toml", ".js", ".css", ".csv", ".yml", ".sh", ".txt", "")
# Written in pieces, so that this file does not say what it looks for.
FOREIGN = re.compile(
    "|".join([
        "cla" + "ude", "anth" + "ropic", "chat" + "gpt", "cop" + "ilot", "open" + r"ai\b", r"\bll" + r"ms?\b", "/wo" + "rk/",
        "issue" + r" ?#?\d",
        "sess" + r"ion \d", "this sess" + "ion", "help" + "er agent", "sub" + "agent", "/tm" + "p/", "/ro" + "ot/",
    ]),
    re.IGNORECASE,
)  # fmt: skip
UNFINISHED = re.compile("|".join([r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b", r"\bX" + r"XX\b"]))
BOTH_AT_ONCE = ("wall.demo",)  # the badge is read by everybody who passes
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def entries(table, above=()):
    """Every leaf table of a strings file, with its dotted name."""
    if any(not isinstance(value, dict) for value in table.values()):
        yield ".".join(above), table
        return
    for name, inner in table.items():
        yield from entries(inner, (*above, name))


def fields(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def texts_of(entry):
    """The texts of an entry by their name without the language: {"": {"zh": …, "en": …}, "sub": {…}}."""
    found = {}
    for name, text in entry.items():
        stem, _, lang = name.rpartition("_")
        found.setdefault(stem, {})[lang] = text
    return found


@pytest.mark.parametrize("path", STRINGS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_every_word_in_both_languages(path):
    for name, entry in entries(tomllib.loads(path.read_text("utf-8"))):
        for stem, texts in texts_of(entry).items():
            assert set(texts) == set(LANGUAGES), f"{name} {stem}: {sorted(texts)}"
            assert any(text.strip() for text in texts.values()) or name.startswith("unit."), f"{name} {stem} is empty"
            assert fields(texts["zh"]) == fields(texts["en"]) or name.startswith("date."), f"{name} {stem}: {texts}"
            assert not CHINESE.search(texts["en"]) or name in BOTH_AT_ONCE, f"{name} {stem}: Chinese in {texts['en']!r}"


def test_no_word_is_said_in_two_files():
    said = {}
    for path in (ROOT / "layouts" / "strings").glob("*.toml"):
        for section, words in tomllib.loads(path.read_text("utf-8")).items():
            for word in words:
                said.setdefault(f"{section}.{word}", []).append(path.name)
    assert {word: files for word, files in said.items() if len(files) > 1} == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_owner_source_and_basis_have_names(lang):
    words = words_for(lang)
    for key, module in declared().items():
        for metric in module.every_metric:
            for what, name in (("owner", metric.owner), ("source", metric.source)):
                assert words.has(f"{what}.{name}"), f"{key}.{metric.key}: {what} {name}"


def test_every_word_the_program_asks_for_is_there(product):
    pattern = re.compile(r"""\bwords\(\s*["']([a-z_]+\.[a-z_0-9]+)["']""")
    asked = {(key, path.name) for path in product for key in pattern.findall(path.read_text("utf-8"))}
    assert len(asked) > 30
    missing = sorted((key, path) for key, path in asked if not words_for("zh").has(key))
    assert not missing


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_module_has_its_words(lang):
    words = words_for(lang)
    for key, module in declared().items():
        assert words.module(key) != key
        for panel in module.panels:
            what = "metric" if panel.kind == "kpi" else "panel"
            assert words.of(key, what, panel.key) != panel.key, f"{key} {what}.{panel.key} has no words"
        for metric in module.metrics:
            assert words.of(key, "metric", metric.key, "formula"), f"{key}.{metric.key} has no formula"


def test_no_words_belong_to_no_module():
    assert {path.stem for path in (ROOT / "modules" / "strings").glob("*.toml")} <= set(declared())


def test_the_project_speaks_of_the_product_only(files):
    found = []
    for path in files:
        if path.suffix not in TEXTS or path.name.startswith("requirements") or path.stat().st_size > 1_000_000:
            continue
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
            for hit in (FOREIGN.search(line), UNFINISHED.search(line)):
                if hit:
                    found.append(f"{path.relative_to(ROOT)}:{number}: {hit.group()}")
    assert not found, found
