"""Data of the drawings that compare, as a snapshot carries it, and how a test draws and reads them: invented, with every kind of gap."""

from datetime import UTC, datetime
from typing import Any

from layouts.components.frame import body
from layouts.markup import plain
from layouts.text import LANGUAGES, Words, words_for
from layouts.view import Surface, View
from modules.spec.snapshot import PanelData, Snapshot
from tests.contract.words import texts

Data = dict[str, Any]

TOWNS = [("440512001", "达濠街道", "Dahao"), ("440512002", "礐石街道", "Queshi"), ("440512003", "马滘街道", "Majiao"),
         ("440512004", "玉新街道", "Yuxin"), ("440512005", "滨海街道", "Binhai"), ("440512006", "河浦街道", "Hepu"),
         ("440512007", "广澳街道", "Guang'ao")]  # fmt: skip
TOPICS = [("land", "征地拆迁", "Land and resettlement"), ("labour", "劳动报酬", "Wages"), ("housing", "物业与住房", "Housing"),
          ("traffic", "交通出行", "Traffic"), ("noise", "噪声与油烟", "Noise and fumes"), ("water", "供水排水", "Water and drains"),
          ("school", "入学教育", "Schools"), ("health", "医疗卫生", "Health care"), ("market", "消费纠纷", "Consumer disputes"),
          ("waste", "垃圾清运", "Waste"), ("light", "路灯照明", "Street lighting"), ("dogs", "犬只管理", "Dogs")]  # fmt: skip
UNITS = [("housing", "区住建局", "Housing bureau"), ("labour", "区人社局", "Human resources"), ("urban", "区城管局", "Urban management"),
         ("market", "区市监局", "Market supervision")]  # fmt: skip
ENDS = [("settled", "化解", "Settled"), ("refused", "不予受理", "Not accepted"), ("court", "转法院", "To court")]


def named(triples: list[tuple[str, str, str]], prefix: str = "") -> list[Data]:
    """Rows of key and both labels."""
    return [{"key": prefix + key, "label_zh": zh, "label_en": en} for key, zh, en in triples]


def pareto(values: list[float], others: Data | None = None) -> Data:
    """Rows in falling order with the share reached."""
    total = sum(values) + (others["value"] if others else 0.0)
    rows = [
        {**row, "value": value, "share": 100 * sum(values[: n + 1]) / total}
        for n, (row, value) in enumerate(zip(named(TOPICS), values, strict=False))
    ]
    return {"rows": rows, "unit": "count", "total": total, "others": others}


def sloped(values: list[list[float | None]]) -> list[Data]:
    """Rows of values over periods, each on enough answers but the last one."""
    rows = []
    for n, (row, line) in enumerate(zip(named(TOWNS), values, strict=False)):
        known = [value for value in line if value is not None]
        change = known[-1] - known[0] if len(known) > 1 else None
        rows.append({**row, "values": line, "n": [40.0 + n] * len(line), "delta": change, "small": n == 6})
    return rows


def celled(n: int, m: int) -> Data:
    """A cell of a matrix; some are small, kept back or not reported."""
    value, told = 99.5 - (7 * n + 11 * m) % 31, 180.0 - 20 * n - 3 * m
    if (n, m) == (3, 2):
        return {"value": None, "n": None, "small": False, "withheld": True}
    if (n, m) == (5, 5):
        return {"value": None, "n": None, "small": False, "withheld": False}
    return {"value": value, "n": told, "small": (n, m) in ((1, 4), (6, 6)), "withheld": False}


FLOWS = [("land", "housing", 64), ("land", "urban", 12), ("labour", "labour", 58), ("housing", "housing", 41), ("housing", "urban", 9),
         ("noise", "urban", 37), ("noise", "market", 6), ("market", "market", 33), ("water", "housing", None)]  # fmt: skip
OUTCOMES = [("housing", "settled", 70), ("housing", "refused", 14), ("housing", "court", 21), ("labour", "settled", 46),
            ("labour", "court", 12), ("urban", "settled", 49), ("urban", "refused", 9), ("market", "settled", 39),
            ("market", "refused", None)]  # fmt: skip


def link(start: str, end: str, value: float | None) -> Data:
    """A flow; None is kept back."""
    return {"from": start, "to": end, "value": None if value is None else float(value), "withheld": value is None}


def flows() -> Data:
    """Topics to units to outcomes: what goes into a unit comes out of it."""
    links = [link(f"topic:{a}", f"unit:{b}", n) for a, b, n in FLOWS] + [link(f"unit:{a}", f"outcome:{b}", n) for a, b, n in OUTCOMES]
    nodes = []
    for column, (name, triples) in enumerate((("topic", TOPICS), ("unit", UNITS), ("outcome", ENDS))):
        for row in named(triples, f"{name}:"):
            side = "to" if column else "from"
            mine = [one for one in links if one[side] == row["key"]]
            if mine:
                kept = all(one["withheld"] for one in mine)
                total = None if kept else sum(one["value"] or 0.0 for one in mine)
                nodes.append({**row, "column": column, "value": total, "withheld": kept})
    return {"columns": 3, "nodes": nodes, "links": links, "unit": "count"}


def waiting(days: list[float], shares: list[float]) -> Data:
    """A curve of those still waiting."""
    return {"x": [0.0, *days], "y": [1.0, *shares]}


def asked(base: float) -> list[Data]:
    """The areas' answers to a question."""
    rows = []
    for n, row in enumerate(named(TOWNS)):
        value, n_told = base + (5 * n) % 11 - 4, 420.0 - 55 * n
        half = 160 / n_told**0.5
        rows.append({**row, "value": value, "low": value - half, "high": min(100.0, value + half), "n": n_told, "small": n_told < 100,
                     "previous": None if n == 2 else value - 3 + n % 4})  # fmt: skip
    return rows


PARTS = [("filed", 30), ("handling", 22), ("suspended", 6), ("checked", 11), ("closed", 85)]


def stacked(n: int, row: Data) -> Data:
    """A whole in its parts, in the order of a case's life."""
    parts = [{"key": key, "value": float(value * (9 - n) // (7 + n % 3))} for key, value in PARTS]
    return {**row, "value": sum(part["value"] for part in parts), "parts": parts}


LANE_MARKS = [("filed", "2026-06-16T21:00:00+08:00"), ("handling", "2026-06-17T04:00:00+08:00"), ("closed", "2026-06-17T20:00:00+08:00")]


def laned(n: int, row: Data) -> Data:
    """A thing in time: late, nearly late, in time, without a limit, or done."""
    left, level = [(-3900.0, "critical"), (2520.0, "warning"), (36000.0, "ok"), (None, "none")][min(n, 3)]
    done = n > 3
    return {
        **row, "note_zh": "类别", "note_en": "Group", "values": [float((7 * hour + n) % (3 + n)) for hour in range(48)],
        "marks": [{"key": key, "at": at} for key, at in LANE_MARKS[: 3 if done else n]], "left_s": left, "level": "ok" if done else level,
        "due": None if left is None else f"2026-06-18T{8 + n:02d}:00:00+08:00", "took_s": 5400.0 + 600 * n if done else None,
    }  # fmt: skip


STEPS: list[float] = [5, 10, 15, 20, 30, 45, 60, 90]
SAMPLES: dict[str, Data] = {
    "pareto": pareto([212, 164, 121, 88, 61, 44, 30, 22, 17, 12, 8, 5], {"n": 7, "value": 16.0}),
    "slope": {
        "columns": ["2025-06-30", "2025-12-31", "2026-03-31", "2026-06-30"],
        "rows": sloped([[88.1, 90.2, 91.0, 93.4], [84.5, 86.0, 88.3, 89.9], [91.2, 90.1, 89.0, 87.7], [79.3, 82.2, 85.1, 88.0],
                        [None, 83.0, 84.4, 87.1], [86.0, 85.1, 83.2, 82.5], [90.0, 91.5, 90.4, 90.6]]),
        "unit": "percent", "target": 90.0, "better": "up",
    },
    "matrix": {
        "rows": named(TOPICS[:8]), "columns": named(TOWNS), "cells": [[celled(n, m) for m in range(7)] for n in range(8)],
        "unit": "percent", "better": "up", "target": 95.0,
    },
    "flows": flows(),
    "survival": {
        "groups": [
            {**group, **curve, "n": n}
            for group, curve, n in zip(
                named(TOPICS[:3]),
                [waiting(STEPS, [0.93, 0.81, 0.66, 0.5, 0.33, 0.2, 0.11, 0.04]),
                 waiting(STEPS, [0.88, 0.7, 0.52, 0.4, 0.22, 0.12, 0.05, 0]),
                 waiting(STEPS, [0.99, 0.96, 0.9, 0.86, 0.78, 0.7, 0.61, 0.55])],
                [412.0, 288.0, 131.0], strict=True,
            )
        ],
        "limits": [{"at": 15.0, "label_zh": "受理告知", "label_en": "notice"},
                   {"at": 60.0, "label_zh": "法定办结", "label_en": "legal limit"}],
        "unit": "days",
    },
    "scatter": {
        "points": [
            {**row, "x": x, "y": y, "n": n, "small": n < 30}
            for row, x, y, n in zip(
                named(TOWNS), [12.1, 31.5, 22.4, 8.0, 14.6, 27.9, 19.2], [96.1, 83.4, 90.2, 97.0, 95.5, 86.8, 92.3],
                [640.0, 212.0, 330.0, 95.0, 410.0, 150.0, 22.0], strict=True,
            )
        ],
        "x_unit": "rate", "y_unit": "percent", "x_target": 20.0, "y_target": 95.0,
    },
    "dots": {
        "groups": [{**question, "rows": asked(base)} for question, base in
                   zip([{"key": "safe", "label_zh": "夜间独行安全感", "label_en": "Safe alone at night"},
                        {"key": "served", "label_zh": "办事满意度", "label_en": "Content with services"}], [88.0, 81.0], strict=True)],
        "unit": "percent", "target": 90.0,
    },
    "bullets": {
        "rows": [{**row, "value": done, "of": of, "target": 75.0} for row, done, of in
                 zip(named(TOPICS[:7]), [46.0, 120.0, 33.0, 18.0, None, 9.0, 64.0],
                     [60.0, 150.0, 60.0, 15.0, 40.0, 12.0, 110.0], strict=True)],
        "unit": "count",
    },
    "lanes": {
        "from": "2026-06-16T09:00:00+08:00", "to": "2026-06-18T20:00:00+08:00", "now": "2026-06-18T08:20:00+08:00", "unit": "count",
        "marks": [key for key, _ in LANE_MARKS], "rows": [laned(n, row) for n, row in enumerate(named(TOPICS[:6]))],
    },
    "stacks": {
        "rows": [stacked(n, row) for n, row in enumerate(named(TOWNS))],
        "unit": "count",
    },
}  # fmt: skip

NUMBERS = {
    "pareto": [row["value"] for row in SAMPLES["pareto"]["rows"][:7]],
    "slope": [value for row in SAMPLES["slope"]["rows"] for value in row["values"]],
    "matrix": [cell["value"] for line in SAMPLES["matrix"]["cells"] for cell in line],
    "flows": [node["value"] for node in SAMPLES["flows"]["nodes"]],
    "survival": [group["n"] for group in SAMPLES["survival"]["groups"]],
    "scatter": [point[axis] for point in SAMPLES["scatter"]["points"] for axis in ("x", "y", "n")],
    "dots": [row[name] for group in SAMPLES["dots"]["groups"] for row in group["rows"]
             for name in ("value", "low", "high", "n", "previous")],
    "bullets": [row[name] for row in SAMPLES["bullets"]["rows"] for name in ("value", "of")],
    "lanes": [sum(row["values"]) for row in SAMPLES["lanes"]["rows"]],
    "stacks": [part["value"] for row in SAMPLES["stacks"]["rows"] for part in row["parts"]],
}  # fmt: skip

KINDS = sorted(SAMPLES)
SURFACES: tuple[Surface, ...] = ("wall", "desk")
PLACE = {"timezone": "Asia/Shanghai"}
MODULE = "sample"
OWN = {
    "scatter": {"x_zh": "每万人诉求", "x_en": "requests per 10,000", "y_zh": "按期办结率", "y_en": "closed in time"},
    "lanes": {"n_zh": "{n} 次", "n_en": "{n} times"},
    "flows": {f"column_{n}_{lang}": f"{lang} {n}" for n in (1, 2, 3) for lang in LANGUAGES},
}
PART_WORDS = {"filed": ("已立案", "Filed"), "handling": ("处置中", "Handling"), "suspended": ("已挂账", "Suspended"),
              "checked": ("已核查", "Checked"), "closed": ("已办结", "Closed")}  # fmt: skip


def view(kind: str, data: Data, lang: str, surface: Surface = "wall") -> tuple[PanelData, View]:
    """A panel and the view it is drawn in, by a module that has words for its parts, axes and lists."""
    panel = PanelData(kind, kind, kind, data)
    parts = {key: {"zh": zh, "en": en} for key, (zh, en) in PART_WORDS.items()}
    own = {key: {"zh": key, "en": key, **OWN.get(key, {})} for key in SAMPLES}
    words = Words(lang, words_for(lang).shell, {MODULE: {"panel": own, "part": parts}})
    snapshot = Snapshot(MODULE, "440512", datetime(2026, 6, 18, tzinfo=UTC), panels=(panel,), place=PLACE)
    return panel, View(snapshot, words, surface)


def drawn(kind: str, data: Data, lang: str = "zh", surface: Surface = "wall") -> Any:
    """The drawing as plain components."""
    panel, seen = view(kind, data, lang, surface)
    return plain(body(panel, seen))


def spoken(part: Any) -> str:
    return " | ".join(texts(part))


def every(part: Any, name: str) -> list[Data]:
    """The properties of every part below that has the class, in order."""
    if isinstance(part, list):
        return [found for one in part for found in every(one, name)]
    if not isinstance(part, dict):
        return []
    props: Data = part.get("props", {})
    own = [props] if name in str(props.get("className", "")).split() else []
    return own + every(props.get("children"), name)


def share(props: Data, side: str) -> float:
    """A length of the style, in per cent."""
    return float(str(props["style"][side]).rstrip("%"))
