"""The DOCX of a briefing: the same content in the same order, in styles, tables and pictures that can be edited."""

import io
import zipfile
from dataclasses import replace

import pytest
from docx import Document as Opened
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import Table as Grid

from layouts.briefing import docx
from layouts.briefing.document import Chart, Paragraph
from tests.briefing.documents import drawn, sample, table, texts, with_blocks


@pytest.fixture(scope="module")
def made():
    return docx.written(sample())


@pytest.fixture
def file(made):
    return Opened(io.BytesIO(made))


def read(file):
    """Every text of the body in order."""
    found = []
    for part in file.iter_inner_content():
        if isinstance(part, Grid):
            found += [cell.text for row in part.rows for cell in row.cells]
        else:
            found.append(part.text)
    return "\n".join(found)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_says_the_same_in_the_same_order(lang):
    document = replace(sample(), lang=lang)
    whole, at = read(Opened(io.BytesIO(docx.written(document)))), 0
    for text in texts(document):
        assert text in whole[at:], text
        at = whole.index(text, at)


def test_headings_are_those_of_the_office(file):
    found = [(line.style.name, line.text) for line in file.paragraphs if line.style.name.startswith("Heading")]
    assert found == [
        ("Heading 1", "一、城市运行"),
        ("Heading 3", "主要指标"),
        ("Heading 1", "二、信访维稳"),
        ("Heading 2", "（一）问题与发现"),
    ]


def test_the_head_of_a_table_is_repeated_and_no_row_is_torn(file):
    [grid] = file.tables
    marked = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in grid.rows]
    assert marked == [True] + [False] * 12
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in grid.rows)
    assert "预警" in grid.rows[1].cells[3].text
    assert any(grid.rows[1].cells[3].text.startswith(shape) for shape in docx.SHAPES.values())


def test_every_chart_is_a_sharp_picture_with_its_words(file):
    charts = [block for block in sample().blocks if isinstance(block, Chart)]
    assert len(file.inline_shapes) == len(charts)
    for shape, chart in zip(file.inline_shapes, charts, strict=True):
        assert shape._inline.docPr.get("descr") == chart.figure.alt
        assert shape.width.pt == pytest.approx(chart.figure.width, abs=0.1)
        assert shape.height.pt == pytest.approx(chart.figure.height, rel=0.02)
        image = file.part.related_parts[shape._inline.graphic.graphicData.pic.blipFill.blip.embed].image
        assert image.px_width / shape.width.inches >= 200


def test_the_page_is_that_of_the_standard_bound_on_the_left(file):
    section = file.sections[0]
    edges = (section.page_width, section.page_height, section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(edge / Mm(1)) for edge in edges] == [210, 297, 37, 35, 28, 26]
    assert file.settings.odd_and_even_pages_header_footer
    assert file.settings.element.find(qn("w:mirrorMargins")) is not None


def test_every_page_says_its_number_and_whose_numbers_they_are(file):
    section, document = file.sections[0], sample()
    for footer in (section.footer, section.even_page_footer):
        assert " PAGE " in [code.text for code in footer._element.iter(qn("w:instrText"))]
        assert all(text in footer.paragraphs[0].text for text in document.footer)
    for header in (section.header, section.even_page_header):
        assert document.demo in header.paragraphs[0].text
    assert section.footer.paragraphs[0].text.endswith("—")
    assert section.even_page_footer.paragraphs[0].text.startswith("—")


def test_chinese_has_chinese_fonts_and_its_language(file):
    east = {name: file.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) for name in ("Body Text", "Heading 1", "Heading 2")}
    assert east == {"Body Text": "仿宋", "Heading 1": "黑体", "Heading 2": "楷体"}
    assert {tag.get(qn("w:eastAsia")) for tag in file.styles.element.iter(qn("w:lang"))} == {"zh-CN"}
    known = file.core_properties
    assert (known.title, known.language, known.author) == (sample().title, "zh-CN", "治理中心编")
    assert known.created == sample().made_at


def test_the_same_document_gives_the_same_bytes(made):
    assert docx.written(sample()) == made
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert parts.namelist()[0] == "[Content_Types].xml"
        assert not [name for name in parts.namelist() if "thumbnail" in name]


def test_what_xml_cannot_hold_is_left_out():
    strange = "甲\u0000\u0007\ud800\ufffe乙\U00020bb7"
    blocks = (Paragraph(strange), Chart("a.b", strange, strange, replace(drawn(215.0, "画"), alt=strange), strange), table(1, strange))
    whole = read(Opened(io.BytesIO(docx.written(with_blocks(*blocks)))))
    assert whole.count("甲乙\U00020bb7") == 6
