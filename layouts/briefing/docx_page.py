"""The page and the styles of briefings as DOCX: geometry of GB/T 9704, fonts every office has, heads and feet with page fields."""

from collections.abc import Sequence
from dataclasses import dataclass

from docx.document import Document as File
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import _Footer as Footer
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph as Line
from docx.text.run import Run

from layouts.figures.theme import SOFT, TEXT

TEXT_WIDTH = Mm(156)
SERIF, SANS = "Times New Roman", "Arial"
FANG, HEI, KAI, SONG = "仿宋", "黑体", "楷体", "宋体"


@dataclass(frozen=True, slots=True)
class Type:
    """How a style is set: sizes in points; `line` is the exact pitch, 0 for single."""

    east: str
    latin: str
    size: float
    bold: bool = False
    soft: bool = False
    line: float = 0.0
    before: float = 0.0
    after: float = 0.0


STYLES = {
    "Normal": Type(FANG, SERIF, 14, line=24),
    "Title": Type(SONG, SERIF, 28, bold=True, before=6, after=10),
    "Subtitle": Type(KAI, SERIF, 16, after=20),
    "Heading 1": Type(HEI, SANS, 18, bold=True, after=12),
    "Heading 2": Type(KAI, SANS, 16, before=18, after=8),
    "Heading 3": Type(HEI, SANS, 12, bold=True, before=12, after=6),
    "Body Text": Type(FANG, SERIF, 14, line=24, after=4),
    "Body Text 2": Type(FANG, SERIF, 16, line=28.99, after=6),
    "List Paragraph": Type(FANG, SERIF, 14, line=24, before=4),
    "Caption": Type(HEI, SANS, 10.5, bold=True, before=14, after=3),
    "No Spacing": Type(HEI, SANS, 9),
    "Body Text 3": Type(HEI, SANS, 8, soft=True, after=6),
    "Header": Type(HEI, SANS, 7.5, soft=True),
    "Footer": Type(HEI, SANS, 7.5, soft=True),
}
KEPT_WITH_NEXT = ("Heading 1", "Heading 2", "Heading 3", "Caption")
INDENTED = ("Body Text", "Body Text 2")  # by two characters, in Chinese
_AFTER_MIRRORED = ("w:alignBordersAndEdges", "w:doNotTrackMoves", "w:trackRevisions", "w:defaultTabStop", "w:evenAndOddHeaders",
                   "w:drawingGridHorizontalSpacing", "w:characterSpacingControl", "w:compat")  # fmt: skip


def set_page(file: File) -> None:
    """A4 bound on the left, printed on both sides."""
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(22), Mm(24)
    file.settings.odd_and_even_pages_header_footer = True
    known = file.settings.element
    following = [part for part in known if part.tag in {qn(name) for name in _AFTER_MIRRORED}]
    following[0].addprevious(OxmlElement("w:mirrorMargins"))


def set_styles(file: File, lang: str) -> None:
    """The styles by name, and the languages text is in where nothing else is said."""
    for name, kind in STYLES.items():
        style = file.styles[name]
        if isinstance(style, ParagraphStyle):
            _set_style(style, kind)
            style.paragraph_format.keep_with_next = name in KEPT_WITH_NEXT
            style.paragraph_format.page_break_before = name == "Heading 1"
            if lang == "zh" and name in INDENTED:
                style.paragraph_format.first_line_indent = Pt(2 * kind.size)
                style.element.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), "200")
    for tag in file.styles.element.iter(qn("w:lang")):
        tag.set(qn("w:val"), "zh-CN" if lang == "zh" else "en-GB")
        tag.set(qn("w:eastAsia"), "zh-CN")


def _set_style(style: ParagraphStyle, kind: Type) -> None:
    font, lines = style.font, style.paragraph_format
    font.size, font.bold, font.italic = Pt(kind.size), kind.bold, False
    font.color.rgb = colour(SOFT if kind.soft else TEXT)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.keys()):
        del fonts.attrib[name]
    for name, family in (("ascii", kind.latin), ("hAnsi", kind.latin), ("cs", kind.latin), ("eastAsia", kind.east)):
        fonts.set(qn(f"w:{name}"), family)
    for edge in style.element.iter(qn("w:pBdr")):
        edge.getparent().remove(edge)
    lines.space_before, lines.space_after = Pt(kind.before), Pt(kind.after)
    lines.line_spacing_rule = WD_LINE_SPACING.EXACTLY if kind.line else WD_LINE_SPACING.SINGLE
    if kind.line:
        lines.line_spacing = Pt(kind.line)


def colour(value: str) -> RGBColor:
    """A colour of the print theme."""
    return RGBColor.from_string(value.lstrip("#"))


def set_heads(file: File, title: str, demo: str) -> None:
    """The title and the mark of made-up data on every page."""
    section = file.sections[0]
    for header, parts in ((section.header, (title, demo)), (section.even_page_header, (demo, title))):
        line = header.paragraphs[0]
        tab_at_end(line)
        for place, part in enumerate(parts):
            run = line.add_run(("\t" if place else "") + part)
            run.bold = part == demo


def set_feet(file: File, said: Sequence[str]) -> None:
    """The page's number outside, what its numbers are as of inside."""
    section = file.sections[0]
    for footer, odd in ((section.footer, True), (section.even_page_footer, False)):
        _set_foot(footer, " · ".join(said), odd)


def _set_foot(footer: Footer, said: str, odd: bool) -> None:
    line = footer.paragraphs[0]
    tab_at_end(line)
    if odd:
        line.add_run(said + "\t")
    number = line.add_run("— ")
    field(line, "PAGE", "1")
    end = line.add_run(" —" if odd else " —\t")
    for run in (number, *line.runs[-2:], end):
        run.font.size = Pt(14)
    if not odd:
        line.add_run(said)


def tab_at_end(line: Line) -> None:
    """One tab stop, at the right end of the text."""
    stops = line.paragraph_format.tab_stops
    stops.clear_all()
    for place in (4680, 9360, 4320, 8640):  # those of the style
        stop = OxmlElement("w:tab")
        stop.set(qn("w:val"), "clear")
        stop.set(qn("w:pos"), str(place))
        line.paragraph_format.element.get_or_add_pPr().get_or_add_tabs().append(stop)
    stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)


def field(line: Line, code: str, shown: str) -> Run:
    """A field that the office fills in anew; `shown` stands until it does."""
    for kind, text in (("begin", ""), ("", code), ("separate", "")):
        run = line.add_run()
        run._r.append(_mark(kind) if kind else _code(text))
    found = line.add_run(shown)
    line.add_run()._r.append(_mark("end"))
    return found


def _mark(kind: str) -> BaseOxmlElement:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    return mark


def _code(text: str) -> BaseOxmlElement:
    code = OxmlElement("w:instrText")
    code.set(qn("xml:space"), "preserve")
    code.text = f" {text} "
    return code


def rule(line: Line, *sides: str) -> None:
    """Draw a line above (`top`) or below (`bottom`) a paragraph."""
    edges = OxmlElement("w:pBdr")
    for side in sides:
        edges.append(border(side, 8, TEXT))
    line._p.get_or_add_pPr().insert_element_before(edges, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def border(side: str, eighths: int, ink: str) -> BaseOxmlElement:
    """A border of so many eighths of a point."""
    edge = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "4"), ("color", ink.lstrip("#"))):
        edge.set(qn(f"w:{name}"), value)
    return edge


def centred(line: Line) -> Line:
    """The paragraph, in the middle."""
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return line
