"""Briefings as DOCX, for editing: the content of the PDF in styles, real tables and pictures with their words, on the same page."""

import io
import re
from collections.abc import Iterator
from datetime import UTC

import docx
from docx.document import Document as File
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.table import Table as Grid
from docx.table import _Cell as Place
from docx.table import _Row as Row

from layouts.briefing.columns import right_aligned, setting
from layouts.briefing.document import Block, Cell, Chart, Document, Heading, Items, Paragraph, Table
from layouts.briefing.docx_page import border, centred, colour, field, rule, set_feet, set_heads, set_page, set_styles, tab_at_end
from layouts.briefing.pdf import drawings
from layouts.figures.theme import LEVELS, LINE, SOFT, TEXT
from layouts.repacked import repacked
from layouts.text import words_for

SHAPES = {"ok": "●", "watch": "▲", "warning": "■", "critical": "◆", "none": "◌"}
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IN_TABLES = "NoSpacing"  # the key of the style; to look it up by name in every cell takes longer than all the rest


def written(document: Document) -> bytes:
    """The document as DOCX; the same document gives the same bytes. Raises CannotTypeset where a chart cannot be drawn."""
    file = docx.Document()
    _forget_template(file)
    set_page(file)
    set_styles(file, document.lang)
    cover = document.cover
    set_heads(file, plain("  ".join(part for part in (cover.masthead, cover.kind, cover.number) if part)), plain(document.demo))
    set_feet(file, [plain(part) for part in document.footer])
    _name(file, document)
    _add_cover(file, document)
    pictures = iter(drawings(document))
    for chapter in document.chapters:
        for block in chapter.blocks:
            _add_block(file, block, pictures)
    return _packed(file)


def plain(text: str) -> str:
    """The text without what XML cannot hold."""
    return _NO_XML.sub("", text)


def _forget_template(file: File) -> None:
    """Without the picture of the library's own template."""
    package = file.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            package.rels.pop(key)


def _name(file: File, document: Document) -> None:
    at = document.made_at.astimezone(UTC).replace(tzinfo=None)
    known = file.core_properties
    known.title, known.subject, known.author = plain(document.title), plain(document.subject), plain(document.cover.unit)
    known.last_modified_by, known.comments, known.keywords = known.author, "", document.digest
    known.language = "zh-CN" if document.lang == "zh" else "en-GB"
    known.created = known.modified = at
    known.revision = 1


def _add_cover(file: File, document: Document) -> None:
    cover = document.cover
    centred(file.add_paragraph(plain(cover.masthead), "Title"))
    centred(file.add_paragraph(plain("  ".join(part for part in (cover.kind, cover.number) if part)), "Subtitle"))
    line = file.add_paragraph(plain(f"{cover.unit}\t{cover.date}"))
    tab_at_end(line)
    rule(line, "bottom")
    for word, said in cover.lines:
        line = file.add_paragraph(style="No Spacing")
        line.paragraph_format.space_before = Pt(4)
        line.add_run(f"{plain(word)}\u3000").font.color.rgb = colour(SOFT)
        line.add_run(plain(said))
    _add_contents(file, document)
    if cover.distribution:
        line = file.add_paragraph(plain(cover.distribution))
        line.paragraph_format.space_before = Pt(24)
        rule(line, "top", "bottom")


def _add_contents(file: File, document: Document) -> None:
    """A field the office fills with pages; until then the chapters stand there."""
    file.add_paragraph(words_for(document.lang)("briefing.contents"), "Caption")
    line = file.add_paragraph(style="No Spacing")
    line.paragraph_format.line_spacing = 1.5
    chapters = [block.text for block in document.blocks if isinstance(block, Heading) and block.level == 1]
    field(line, 'TOC \\o "1-2" \\h \\z \\u', plain("\n".join(chapters)))


def _add_block(file: File, block: Block, pictures: Iterator[bytes]) -> None:
    if isinstance(block, Heading):
        file.add_paragraph(plain(block.text), f"Heading {block.level}")
    elif isinstance(block, Paragraph):
        _add_paragraph(file, block)
    elif isinstance(block, Table):
        _add_table(file, block)
    elif isinstance(block, Chart):
        _add_chart(file, block, next(pictures))
    else:
        _add_items(file, block)


def _add_paragraph(file: File, block: Paragraph) -> None:
    line = file.add_paragraph(plain(block.text), "Body Text 3" if block.soft else "Body Text 2" if block.lead else "Body Text")
    if not block.soft:
        line.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY


def _add_items(file: File, block: Items) -> None:
    for number, item in enumerate(block.items, 1):
        line = file.add_paragraph(f"{number}\t", "List Paragraph")
        hanging = line.paragraph_format
        hanging.left_indent, hanging.first_line_indent = Pt(22), Pt(-22)
        hanging.tab_stops.add_tab_stop(Pt(22))
        hanging.keep_together = True
        if item.level:
            line.add_run(f"{SHAPES.get(item.level, SHAPES['none'])} ").font.color.rgb = colour(LEVELS.get(item.level, LEVELS["none"]))
        line.add_run(plain(item.text))
        if item.ground:
            hanging.keep_with_next = True
            file.add_paragraph(plain(item.ground), "Body Text 3").paragraph_format.left_indent = Pt(22)


def _add_chart(file: File, chart: Chart, picture: bytes) -> None:
    file.add_paragraph(plain(chart.title), "Caption")
    if chart.subtitle:
        file.add_paragraph(plain(chart.subtitle), "Body Text 3").paragraph_format.keep_with_next = True
    line = file.add_paragraph(style="No Spacing")
    line.paragraph_format.keep_with_next = bool(chart.note)
    run = line.add_run()
    run.add_picture(io.BytesIO(picture), width=Pt(chart.figure.width))
    for shown in run._r.iter(qn("wp:docPr")):
        shown.set("descr", plain(chart.figure.alt))
        shown.set("name", chart.key)
    if chart.note:
        file.add_paragraph(plain(chart.note), "Body Text 3")


def _add_table(file: File, table: Table) -> None:
    if table.caption:
        file.add_paragraph(plain(table.caption), "Caption")
    grid = file.add_table(rows=1 + len(table.rows), cols=len(table.head))
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    _set_borders(grid)
    widths, right = [Pt(width) for width in setting(table).widths], right_aligned(table)
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    for number, (row, cells) in enumerate(zip(grid.rows, (table.head, *table.rows), strict=True)):
        _set_row(row, head=number == 0)
        for place, cell, width, number_column in zip(row.cells, cells, widths, right, strict=True):
            place.width = width
            _fill(place, cell, number_column, head=number == 0)
    note = file.add_paragraph(plain(table.note), "Body Text 3")
    note.paragraph_format.space_before = Pt(3)


def _set_borders(grid: Grid) -> None:
    edges = OxmlElement("w:tblBorders")
    for side, eighths, ink in (("top", 8, TEXT), ("bottom", 6, TEXT), ("insideH", 3, LINE)):
        edges.append(border(side, eighths, ink))
    grid._tbl.tblPr.insert_element_before(edges, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")


def _set_row(row: Row, head: bool) -> None:
    known = row._tr.get_or_add_trPr()
    known.append(OxmlElement("w:cantSplit"))
    if head:
        known.append(OxmlElement("w:tblHeader"))


def _fill(place: Place, cell: Cell, right: bool, head: bool) -> None:
    line = place.paragraphs[0]
    line._p.style = _IN_TABLES
    line.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
    line.paragraph_format.keep_with_next = head
    if cell.level:
        line.add_run(f"{SHAPES.get(cell.level, SHAPES['none'])} ").font.color.rgb = colour(LEVELS.get(cell.level, LEVELS["none"]))
    run = line.add_run(plain(cell.text))
    if head or cell.soft:
        run.font.color.rgb = colour(SOFT)
    if head:
        edges = OxmlElement("w:tcBorders")
        edges.append(border("bottom", 6, TEXT))
        place._tc.get_or_add_tcPr().append(edges)


def _packed(file: File) -> bytes:
    made = io.BytesIO()
    file.save(made)
    return repacked(made.getvalue())
