"""The PDF of a briefing: what can be searched, heard and filed, and what a page never looks like."""

import io
import re
import resource
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layouts.briefing import pdf
from layouts.briefing.columns import CELL, SMALLER, TEXT_BLOCK, fitted, setting
from layouts.briefing.document import Cell, Chart, Heading, Paragraph, Table
from layouts.figures.canvas import text_width
from layouts.text import words_for
from tests.briefing.documents import PLACES, drawn, sample, table, texts, with_blocks


@pytest.fixture(scope="module")
def made():
    return pdf.typeset(sample())


@pytest.fixture
def opened(made):
    with pikepdf.open(io.BytesIO(made.pdf)) as found:
        yield found


def read(data):
    """The text of each page, without the spaces that only lay it out."""
    return [re.sub(r"\s", "", page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(data)).pages]


def structure(element, kind):
    """Elements of the structure tree of one kind."""
    if isinstance(element, pikepdf.Array):
        return [found for part in element for found in structure(part, kind)]
    if not isinstance(element, pikepdf.Dictionary):
        return []
    here = [element] if element.get("/S") == kind else []
    return here + (structure(element.K, kind) if "/K" in element else [])


def test_every_text_can_be_found(made):
    whole = "".join(read(made.pdf))
    document = sample()
    for text in (*texts(document), document.cover.distribution, "宽图 1,234", "左图 56", "末图 90", PLACES):
        assert re.sub(r"\s", "", text) in whole, text


def test_every_page_says_its_number_and_whose_numbers_they_are(made):
    document = sample()
    found = read(made.pdf)
    assert len(found) == made.pages >= 3
    for number, page in enumerate(found, 1):
        for text in (f"—{number}—", document.demo, *document.footer):
            assert re.sub(r"\s", "", text) in page


def test_it_declares_what_it_is(opened):
    root = opened.Root
    assert str(root.Lang) == "zh-CN"
    assert bool(root.MarkInfo.Marked)
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    with opened.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"], metadata["pdfuaid:part"]) == ("2", "A", "1")
        assert metadata["dc:title"] == sample().title


def test_every_figure_has_its_words_and_every_table_its_head(opened):
    root = opened.Root.StructTreeRoot.K
    figures = [str(element.Alt) for element in structure(root, "/Figure")]
    assert figures == [block.figure.alt for block in sample().blocks if isinstance(block, Chart)]
    assert len(structure(root, "/TH")) == 4
    assert len(structure(root, "/LI")) >= 5
    assert len(structure(root, "/H1")) == 2


def test_headings_are_bookmarks_without_a_level_left_out(opened):
    with opened.open_outline() as outline:
        found = [(item.title, [child.title for child in item.children]) for item in outline.root]
    assert found == [("一、城市运行", ["主要指标"]), ("二、信访维稳", ["（一）问题与发现"])]


def test_the_contents_lead_to_their_pages(opened):
    links = [note for note in opened.pages[0].get("/Annots", []) if note.Subtype == "/Link"]
    assert len(links) >= 4


def test_all_fonts_are_embedded(opened):
    fonts = {}
    for item in opened.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
            fonts[str(item.FontName)] = {"/FontFile2", "/FontFile3"} & set(item.keys())
    assert all(fonts.values())
    named = " ".join(fonts)
    for family in ("FandolFang", "BriefingFang", "BriefingKai", "NotoSansSC", "NotoSerifSC", "Inter"):
        assert family in named.replace("-", ""), named


def test_the_same_document_gives_the_same_bytes_in_any_thread(made):
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(pdf.written, [sample()] * 4)) == {made.pdf}
    assert pdf.written(replace(sample(), made_at=sample().made_at.replace(hour=12))) != made.pdf


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_character_no_font_has_is_shown_as_such_and_told(lang):
    strange = "文\U0001f600与\U00020bb7\ud800 x\u200b\u0007\ufe0fy e\u0301"
    blocks = (
        Paragraph(strange),
        Chart("a.b", strange, "", drawn(442.0, "图\U0001f600")),
        Table(strange, (Cell(strange),), ((Cell(strange),),), (1,)),
    )
    found = pdf.typeset(replace(with_blocks(*blocks), lang=lang))
    assert set(found.replaced) == {"\U0001f600", "\U00020bb7", "\ud800"}
    whole = "".join(read(found.pdf))
    assert whole.count("文〓与〓〓xyé") == 5
    assert "图〓" in whole
    assert ("字库缺字" if lang == "zh" else "nofontherehas") in whole


def test_nothing_is_said_of_missing_characters_where_none_is(made):
    assert made.replaced == ""
    assert "〓" not in "".join(read(made.pdf))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_word_of_the_product_has_its_glyphs(lang):
    words = words_for(lang)
    told = "".join(re.findall(r"[^\x00-\x7f]", repr((words.shell, words.modules))))
    assert len(set(told)) > 500
    assert set(told) <= pdf.covered()


def test_place_names_have_a_glyph_of_their_own():
    assert set("滘礐埭濠−㎡℃〓") <= pdf.covered()


def placed(data):
    """For each page the texts with the distance of their base line from the foot."""
    pages = []
    for page in pypdf.PdfReader(io.BytesIO(data)).pages:
        found = []
        page.extract_text(visitor_text=lambda text, cm, tm, font, size, found=found: found.append((text.strip(), cm[3] * tm[5] + cm[5])))
        pages.append([(text, round(y)) for text, y in found if text])
    return pages


@pytest.mark.parametrize("before", range(5, 23, 2))
def test_neither_head_nor_heading_ends_a_page(before):
    lines = [Paragraph("甲" * 30) for _ in range(before)]
    blocks = (
        *lines,
        Heading(2, "（二）附题", "two"),
        table(30),
        *lines,
        Heading(2, "（三）图题", "three"),
        Chart("a.b", "图名", "副题", drawn(442.0, "画"), "注"),
    )
    pages = read(pdf.written(with_blocks(*blocks)))
    assert any("应结" in page for page in pages)
    for page in pages:
        if "应结" in page:
            assert re.search(r"状态单位1\d\d\d", page), "a table head without a row"
    heading = next(page for page in pages[1:] if "（二）附题" in page)
    assert "单位1000" in heading
    figure = next(page for page in pages[1:] if "（三）图题" in page)
    assert all(word in figure for word in ("图名", "副题", "画", "注"))


def test_the_head_is_repeated_on_every_page_of_a_table():
    pages = [page for page in read(pdf.written(with_blocks(table(100)))) if "单位10" in page]
    assert len(pages) >= 3
    assert all("应结按期率" in page for page in pages)


def test_narrow_figures_stand_two_in_a_row():
    names = ("甲", "乙", "丙")

    def heights(*widths):
        charts = [Chart(f"a.{name}", name, "", drawn(width, "画")) for name, width in zip(names, widths, strict=True)]
        [page] = placed(pdf.written(with_blocks(*charts)))[1:]
        return [next(y for text, y in page if text == name) for name in names]

    one, two, three = heights(215.0, 215.0, 215.0)
    assert one == two > three
    one, two, three = heights(442.0, 215.0, 442.0)
    assert one > two > three


def test_a_figure_higher_than_a_page_is_made_smaller():
    made = pdf.typeset(with_blocks(Chart("a.b", "高图", "", drawn(442.0, "画", 1400.0), "注")))
    assert made.pages == 2


def test_what_typst_refuses_is_one_clear_exception():
    broken = Chart("a.b", "坏图", "", replace(drawn(442.0, "画"), svg="<svg"))
    with pytest.raises(pdf.CannotTypeset, match=r"(?i)svg"):
        pdf.written(with_blocks(broken))
    assert pdf.typeset(sample()).pages >= 3


def test_figures_can_be_had_as_pictures():
    found = pdf.drawings(sample())
    assert len(found) == 4
    widths = [int.from_bytes(picture[16:20], "big") for picture in found]
    assert [round(width / 215) for width in widths[1:]] == [3, 3, 3]
    assert widths[0] > 442 / 72 * 200
    assert pdf.drawings(with_blocks(Paragraph("无图"))) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(5, 300), st.floats(5, 120)), min_size=1, max_size=9))
def test_columns_keep_their_sum_and_get_what_they_need_if_there_is_room(pairs):
    asked, needed = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    found = fitted(asked, needed)
    assert sum(found) == pytest.approx(sum(asked))
    if sum(needed) <= sum(asked):
        assert all(have >= need - 1e-6 for have, need in zip(found, needed, strict=True))


@given(
    st.lists(st.lists(st.text("数据1,. ", max_size=60), min_size=4, max_size=4), min_size=1, max_size=6),
    st.lists(st.floats(0.1, 9), min_size=4, max_size=4),
)
def test_columns_of_any_table_fill_the_text_block(rows, widths):
    cells = tuple(tuple(Cell(text, number=place == 1) for place, text in enumerate(row)) for row in rows)
    found = setting(Table("表", cells[0], cells, tuple(widths))).widths
    assert sum(found) == pytest.approx(TEXT_BLOCK)
    assert min(found) > 0


def test_short_texts_stay_whole_beside_long_ones():
    long = "口径与说明" * 30
    wordy = Table("表", (Cell("名"), Cell("时刻"), Cell("说明")), ((Cell("超期未结案件"), Cell("10月28日 08:28"), Cell(long)),), (4, 4, 12))
    name, moment, rest = setting(wordy).widths
    assert name > text_width("超期未结案件", CELL)
    assert moment > text_width("10月28日 08:28", CELL)
    assert rest > 200


def test_a_table_with_too_many_numbers_is_set_smaller():
    number = Cell("14,016 / 14,648", number=True)
    assert setting(Table("表", (number,) * 5, ((number,) * 5,), (1,) * 5)).size == CELL
    crowded = setting(Table("表", (number,) * 6, ((number,) * 6,), (1,) * 6))
    assert crowded.size == SMALLER
    assert sum(crowded.widths) == pytest.approx(TEXT_BLOCK)


def test_a_number_is_never_broken():
    narrow = Table("表", (Cell("名"), Cell("数")), ((Cell("长" * 40), Cell("1,234,567 / 9,876,543", number=True)),), (20, 1))
    assert sum(setting(narrow).widths) == pytest.approx(TEXT_BLOCK)
    assert "1,234,567/9,876,543" in "".join(read(pdf.written(with_blocks(narrow))))
    assert setting(narrow).widths[1] > 90


def in_use_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def test_documents_made_before_are_forgotten():
    for number in range(3):
        pdf.written(with_blocks(table(150, f"前{number}")))
    before = in_use_mb()
    for number in range(6):
        pdf.written(with_blocks(table(150, f"后{number}")))
    assert in_use_mb() - before < 25
