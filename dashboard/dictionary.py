"""The metric dictionary: every metric of every module with its definition, as tile, interface, command and docs print it."""

from typing import Any

from dashboard.registry import watched
from layouts.dictionary import lines_of
from layouts.text import Words, words_for
from modules.spec import Metric, Module

Entry = dict[str, Any]
HEAD = """# 指标字典 · Metric dictionary

Written by `make docs` from the modules: a change here is a change there. Each entry is told in Chinese and in English.
A status of “{local}” means that target and limits are settings of this place, not law; they are changed in the module's file.
"""


def entries(lang: str) -> list[Entry]:
    """One entry per metric, tiles first, in the order of the modules."""
    return [_entry(module, metric, words_for(lang)) for module in watched().values() for metric in module.every_metric]


def _entry(module: Module, metric: Metric, words: Words) -> Entry:
    limits, band = metric.limits, metric.band
    return {
        "key": metric.key,
        "code": metric.code,
        "module": module.key,
        "name": words.of(module.key, "metric", metric.key),
        "formula": words.of(module.key, "metric", metric.key, "formula"),
        "unit": metric.unit,
        "decimals": metric.decimals,
        "rounding": metric.rounding,
        "window": metric.over,
        "settles": metric.settles,
        "quantile": metric.quantile if metric.unit == "seconds" else None,
        "clock": metric.clock,
        "target": metric.target,
        "better": metric.better,
        "limits": limits and {name: getattr(limits, name) for name in ("watch", "warning", "critical")},
        "band": band and {"low": band.low, "high": band.high},
        "net_and_gross": metric.gross is not None,
        "alerts": [{"level": alert.at, "hold_s": alert.hold.total_seconds()} for alert in module.alerts if alert.metric == metric],
        "basis": metric.basis,
        "status": metric.status,
        "owner": metric.owner,
        "source": metric.source,
        "fresh_for_s": metric.fresh_for.total_seconds(),
    }


def markdown() -> str:
    """The dictionary as a document: every metric once, its lines in Chinese, then in English."""
    chinese, english = words_for("zh"), words_for("en")
    parts = [HEAD.format(local=english("setting.local"))]
    module = ""
    for entry, other in zip(entries("zh"), entries("en"), strict=True):
        if entry["module"] != module:
            module = entry["module"]
            parts.append(f"## {chinese.module(module)} · {english.module(module)}\n")
        parts.append(f"### {entry['code']} {entry['name']} · {other['name']}\n\n`{module}.{entry['key']}`\n")
        for words, told in ((chinese, entry), (english, other)):
            parts.append("\n".join(f"- {word}: {value}" for word, value in lines_of(told, words)) + "\n")
    return "\n".join(parts)


def listing(lang: str) -> str:
    """The dictionary for a terminal, in one language."""
    words, parts = words_for(lang), []
    for entry in entries(lang):
        lines = "\n".join(f"  {word}: {value}" for word, value in lines_of(entry, words))
        parts.append(f"{entry['code']} {entry['name']} ({entry['module']}.{entry['key']})\n{lines}")
    return "\n\n".join(parts)
