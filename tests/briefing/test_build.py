"""The content of a briefing: every number is that of its snapshots, every chapter is whole, nothing kept back comes through."""

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest

from dashboard.registry import watched
from layouts.briefing import docx
from layouts.briefing.build import document_of
from layouts.briefing.document import Cell, Chart, Document, Heading, Items, Paragraph, Table
from layouts.briefing.edition import Edition
from layouts.briefing.subject import numeral, subject_of
from layouts.figures import FIGURES
from layouts.text import LANGUAGES, words_for
from modules.spec import PanelData, Quality
from tests.briefing.conftest import on_one, with_reading

SECTIONS = ("kpis", "charts", "findings", "steps")


def texts(document: Document) -> list[str]:
    """Every text a reader is shown, descriptions and drawings among them."""
    found = [document.title, document.demo, *document.footer, *(text for line in document.cover.lines for text in line)]
    for block in document.blocks:
        match block:
            case Heading() | Paragraph():
                found.append(block.text)
            case Table():
                cells: list[Cell] = [*block.head, *(cell for row in block.rows for cell in row)]
                found += [block.caption, block.note, *(cell.text for cell in cells)]
            case Chart():
                found += [block.title, block.subtitle, block.note, block.figure.alt, *re.findall(r">([^<]+)</text>", block.figure.svg)]
            case Items():
                found += [text for item in block.items for text in (item.text, item.ground)]
    return found


def numbers_of(document: Document, name: str) -> dict[str, Table]:
    """The tables of key numbers by chapter."""
    return {
        chapter.key: block
        for chapter in document.chapters
        for block in chapter.blocks
        if isinstance(block, Table) and name in block.caption
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_key_number_stands_with_its_value_ground_and_level(edition: Edition, lang: str) -> None:
    words = words_for(lang)
    tables = numbers_of(document_of(edition, lang, appendix=False), words("chapter.kpis"))
    assert set(tables) == set(watched())
    for module, table in tables.items():
        subject = subject_of(edition, module, words)
        rows = {row[0].text: row for row in table.rows}
        assert len(rows) == len(subject.readings)
        for reading in subject.readings:
            row = rows[subject.name(reading)]
            if not reading.known:
                assert row[2].text == words(f"status.{reading.quality}")
                continue
            assert row[2].text.startswith(words.number(reading.value, reading.unit, reading.decimals, reading.rounding))
            if reading.numerator is not None and reading.denominator is not None:
                assert row[3].text == f"{words.number(reading.numerator)} / {words.number(reading.denominator)}"
            assert row[7].level == (reading.quality if reading.quality == "stale" else reading.level)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_field_has_its_chapter_and_every_chapter_its_sections(edition: Edition, lang: str) -> None:
    document = document_of(edition, lang, appendix=True)
    assert [chapter.key for chapter in document.chapters] == ["district", *watched(), "appendix"]
    for chapter in document.chapters[1:-1]:
        keys = [block.key for block in chapter.blocks if isinstance(block, Heading)]
        assert [key for key in keys if key.split("-")[-1] in SECTIONS] == [f"{chapter.key}-{name}" for name in SECTIONS]
        assert Paragraph(f"{words_for(lang)('briefing.digest')} {edition.snapshots[chapter.key].digest}", soft=True) in chapter.blocks
    assert document.digest == edition.digest
    headings = [block.key for block in document.blocks if isinstance(block, Heading)]
    assert len(headings) == len(set(headings))


def test_english_says_nothing_in_chinese_and_chinese_leaves_no_key(edition: Edition) -> None:
    assert [text for text in texts(document_of(edition, "en", appendix=True)) if re.search("[一-鿿]", text)] == []
    assert [text for text in texts(document_of(edition, "zh", appendix=True)) if re.fullmatch(r"[a-z]+(_[a-z]+)+", text)] == []


def test_the_same_edition_gives_the_same_document(edition: Edition) -> None:
    assert document_of(edition, "zh", appendix=True) == document_of(edition, "zh", appendix=True)


def test_a_district_has_charts_and_maps_enough(edition: Edition) -> None:
    charts = [block for block in document_of(edition, "zh", appendix=False).blocks if isinstance(block, Chart)]
    assert len(charts) >= 24
    assert all(chart.figure.alt.startswith(chart.title) for chart in charts)
    assert sum(chart.key.endswith(".map") for chart in charts) >= 8


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_kept_back_is_told_nowhere(edition: Edition, lang: str) -> None:
    secret = 7_777_777.0
    hidden = with_reading(edition, "petitions", "satisfied", quality=Quality.SUPPRESSED, value=secret, numerator=secret, denominator=secret)
    row = {"key": "a", "label_zh": "甲", "label_en": "A", "value": None, "withheld": True, "of": None, "parts": None, "small": False}
    told = {**row, "key": "b", "value": 12.0, "withheld": False}
    bars = PanelData("ageing", "bars", "ageing", {"rows": [told, row], "unit": "count", "target": None, "least": 10})
    snapshot = hidden.snapshots["petitions"]
    panels = tuple(bars if panel.key == "ageing" else panel for panel in snapshot.panels)
    document = document_of(on_one(hidden, "petitions", panels=panels), lang, appendix=True)
    said = texts(document)
    digits = words_for(lang).number(secret)
    assert not [text for text in said if "7777777" in text or "7,777,777" in text or digits in text]
    assert any(words_for(lang)("status.suppressed") in text for text in said)
    chart = next(block for block in document.blocks if isinstance(block, Chart) and block.key == "petitions.ageing")
    assert "&lt;10*" in chart.figure.svg
    with ZipFile(BytesIO(docx.written(document))) as file:
        xml = "".join(file.read(name).decode() for name in file.namelist() if name.endswith(".xml"))
    assert words_for(lang)("status.suppressed") in xml
    assert "7777777" not in xml
    assert "7,777,777" not in xml
    assert digits not in xml


def test_a_field_without_any_number_says_so_and_nothing_more(edition: Edition) -> None:
    snapshot = edition.snapshots["civilization"]
    readings = {key: replace(reading, value=None, quality=Quality.MISSING) for key, reading in snapshot.readings.items()}
    document = document_of(on_one(edition, "civilization", readings=readings), "zh", appendix=False)
    (chapter,) = document.chapters
    assert [type(block) for block in chapter.blocks] == [Heading, Paragraph]
    assert texts(document)[-1] == words_for("zh")("chapter.nothing")


def test_a_field_that_could_not_be_read_says_that_its_values_are_old(edition: Edition) -> None:
    document = document_of(on_one(edition, "petitions", stale=True, error="OperationalError"), "en", appendix=False)
    assert words_for("en")("chapter.failed") in texts(document)


def test_the_cover_tells_what_it_is_and_that_it_is_made_up(edition: Edition) -> None:
    document = document_of(edition, "zh", appendix=False)
    assert (document.cover.masthead, document.cover.kind, document.cover.number) == ("濠江区区域运行简报", "专报", "〔2026〕3号")
    assert document.demo == "演示数据 · 非真实情况"
    assert edition.digest in document.footer[2]
    real = replace(edition, snapshots={key: replace(one, demo=False) for key, one in edition.snapshots.items()})
    assert document_of(real, "zh", appendix=False).demo == ""


@pytest.mark.parametrize(("number", "told"), [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (34, "三十四")])
def test_chinese_numerals(number: int, told: str) -> None:
    assert numeral(number) == told


def test_every_kind_of_panel_a_chapter_prints_is_drawn_for_paper(edition: Edition) -> None:
    for module in watched().values():
        assert module.briefing
        kinds = {edition.snapshots[module.key].panel(key).kind for key in module.briefing.panels}
        assert kinds - {"table"} <= set(FIGURES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_declared_step_has_its_words(lang: str) -> None:
    for module in watched().values():
        assert module.briefing
        for metric in module.briefing.steps:
            assert words_for(lang).of(module.key, "step", metric.key) not in ("", metric.key)


def test_what_nobody_kept_is_not_said_to_be_unreported(edition: Edition) -> None:
    over = {(entry["module"], entry["key"]): entry["window"] for entry in edition.entries["en"]}
    snapshots = {
        key: replace(
            snapshot,
            readings={
                name: replace(reading, value=None, quality=Quality.MISSING) if over[key, name] == "now" else reading
                for name, reading in snapshot.readings.items()
            },
            taken_at=snapshot.as_of + timedelta(days=3),
        )
        for key, snapshot in edition.snapshots.items()
    }
    assert edition.standing
    past = replace(edition, snapshots=snapshots)
    assert not past.standing
    said = texts(document_of(past, "en", appendix=False))
    assert "Not kept" in said
    assert not [text for text in said if "Have the sources report" in text and "Overdue" in text]
    assert "Not kept" not in texts(document_of(edition, "en", appendix=False))
