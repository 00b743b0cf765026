"""Metrics side by side: the parts of a whole as the lines of a table."""

from collections.abc import Mapping
from typing import Any

from dashboard.taking.moment import Taking
from dashboard.taking.panels import funnel
from layouts.text import LANGUAGES, words_for
from modules.spec import Figures, Level, Metric, Quality, Reading, StageTable, Unit

Data = dict[str, Any]
TIMES = ("p50", "value", "target", "denominator", "level")
SHARES = ("value", "numerator", "denominator", "target", "level")
STAGES = {"count": "count", "through": "percent", "waiting": "count", "p50_s": "seconds", "p90_s": "seconds"}
UNITS = {"numerator": "count", "denominator": "count", "level": "level"}


def figures(panel: Figures, module: str, readings: Mapping[str, Reading]) -> Data:
    """A table: one line a metric. Durations show P50 beside the value, the rest what was divided."""
    unit = panel.metrics[0].unit
    names = TIMES if unit is Unit.SECONDS else SHARES
    columns = [{"key": "figure", "unit": ""}, *({"key": name, "unit": UNITS.get(name, unit.value)} for name in names)]
    return {"columns": columns, "rows": [_row(metric, module, readings[metric.key]) for metric in panel.metrics]}


def stage_table(panel: StageTable, taking: Taking) -> Data:
    """The stages of a shorter loop: how many reached each, the share that went on, how many wait, and how long it took."""
    found = funnel(panel, taking)
    columns = [{"key": "figure", "unit": ""}, *({"key": name, "unit": unit} for name, unit in STAGES.items())]
    rows = [{"key": stage["key"], **_named(f"stage.{stage['key']}"), **stage} for stage in found["stages"]]
    return {"columns": columns, "rows": rows, "missing": found["missing"]}


def _named(key: str) -> dict[str, str]:
    return {f"figure_{lang}": words_for(lang)(key) for lang in LANGUAGES}


def _row(metric: Metric, module: str, reading: Reading) -> Data:
    names = {f"figure_{lang}": words_for(lang).of(module, "metric", metric.key) for lang in LANGUAGES}
    return {
        "key": metric.key,
        **names,
        "value": reading.value,
        "p50": reading.p50,
        "numerator": reading.numerator if reading.known else None,
        "denominator": reading.denominator if reading.known else None,
        "target": reading.target,
        "level": reading.level if reading.level != Level.NONE else None,
        "quality": reading.quality,
        "withheld": reading.quality == Quality.SUPPRESSED,
    }
