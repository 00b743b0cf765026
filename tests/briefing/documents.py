"""Briefings made by hand: one of every kind of block in each language, and tables of any length."""

from dataclasses import replace
from datetime import UTC, datetime

from layouts.briefing.document import Cell, Chapter, Chart, Cover, Document, Heading, Item, Items, Paragraph, Table
from layouts.figures import Figure
from layouts.figures.canvas import Canvas

LEVELS = ("ok", "watch", "warning", "critical", "none")
PLACES = "滘石、礐石、埭头、濠江"


def drawn(width: float, word: str, height: float = 90.0) -> Figure:
    """A figure that shows one word."""
    canvas = Canvas(width, height)
    canvas.rect(0, 0, width / 2, 20, "#0B64A0")
    canvas.text(4, 60, word)
    return Figure(canvas.svg(), width, height, f"图示：{word}")


def table(rows: int, caption: str = "各单位办结") -> Table:
    """Names, numbers and levels."""
    head = (Cell("单位"), Cell("应结", number=True), Cell("按期率", number=True), Cell("状态"))
    body = tuple(
        (Cell(f"单位{row}"), Cell(f"{row:,}", number=True), Cell(f"{row % 100}.5%", number=True, soft=True), Cell("预警", LEVELS[row % 5]))
        for row in range(1000, 1000 + rows)
    )
    return Table(caption, head, body, (3, 1, 1, 1), note=f"{caption}：截至 19:00")


def sample(lang: str = "zh") -> Document:
    """Two chapters with everything a briefing can hold."""
    first = (
        Heading(1, "一、城市运行", "city"),
        Paragraph(f"本月办结 12,840 件，{PLACES}面积 1,200 ㎡，气温 −3℃。", lead=True),
        Heading(3, "主要指标", "city.kpi"),
        table(12),
        Chart("city.trend", "走势", "近 30 天", drawn(442.0, "宽图 1,234"), "来源：城市运行系统"),
        Chart("city.left", "左", "件", drawn(215.0, "左图 56")),
        Chart("city.right", "右", "件", drawn(215.0, "右图 78")),
        Chart("city.last", "末", "件", drawn(215.0, "末图 90")),
    )
    second = (
        Heading(1, "二、信访维稳", "petitions"),
        Heading(2, "（一）问题与发现", "petitions.findings"),
        Items(tuple(Item(f"发现{place}：按期率 {90 + place}.1%。", level, f"判定{place}") for place, level in enumerate(LEVELS))),
        Paragraph("* 与同星期几的中位数相比。", soft=True),
    )
    cover = Cover(
        "濠江区区域运行简报", "月报", "〔2026〕11号", "治理中心编", "2026年11月22日", (("统计期", "10月26日至11月25日"),), "分送：各单位。"
    )
    return Document(
        "濠江区区域运行简报（月报）", "月报", lang, cover, (Chapter("city", first), Chapter("petitions", second)),
        ("截至 2026-11-22 19:00", "濠江区全区", "摘要 3fa98b1c77d0"), "3fa98b1c77d0", datetime(2026, 11, 22, 11, tzinfo=UTC), "演示数据",
    )  # fmt: skip


def with_blocks(*blocks: object) -> Document:
    """A briefing of one chapter with these blocks after its heading."""
    heading = Heading(1, "一、章", "one")
    return replace(sample(), chapters=(Chapter("one", (heading, *blocks)),))  # type: ignore[arg-type]


def texts(document: Document) -> list[str]:
    """What the document says, in the order of reading; figures by their alternative text left out."""
    found = [document.cover.masthead, document.cover.unit, document.cover.date]
    found += [text for line in document.cover.lines for text in line]
    for block in document.blocks:
        if isinstance(block, Heading | Paragraph):
            found.append(block.text)
        elif isinstance(block, Table):
            found += [block.caption, *(cell.text for row in (block.head, *block.rows) for cell in row), block.note]
        elif isinstance(block, Chart):
            found += [block.title, block.subtitle, block.note]
        else:
            found += [text for item in block.items for text in (item.text, item.ground)]
    return [text for text in found if text]
