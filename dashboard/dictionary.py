"""The metric dictionary: every metric of every module with its definition, as tile, interface and docs print it."""

from typing import Any

from dashboard.registry import watched
from layouts.text import words_for


def entries(lang: str) -> list[dict[str, Any]]:
    """One entry per metric, in the order of the modules."""
    words = words_for(lang)
    return [
        {
            "key": metric.key,
            "code": metric.code,
            "module": module.key,
            "name": words.of(module.key, "metric", metric.key),
            "formula": words.of(module.key, "metric", metric.key, "formula"),
            "unit": metric.unit,
            "decimals": metric.decimals,
            "rounding": metric.rounding,
            "window": metric.over,
            "clock": metric.clock,
            "target": metric.target,
            "better": metric.better,
            "limits": metric.limits and {name: getattr(metric.limits, name) for name in ("watch", "warning", "critical")},
            "basis": metric.basis,
            "status": metric.status,
            "owner": metric.owner,
            "source": metric.source,
            "fresh_for_s": metric.fresh_for.total_seconds(),
        }
        for module in watched().values()
        for metric in module.metrics
    ]


def markdown() -> str:
    """The dictionary as a document, both languages side by side."""
    lines = ["# Metric dictionary", "", "Written by `make docs` from the modules. A change here is a change there.", ""]
    english = {(entry["module"], entry["key"]): entry for entry in entries("en")}
    for entry in entries("zh"):
        other = english[entry["module"], entry["key"]]
        limits = entry["limits"]
        lines += [
            f"## {entry['code']} {entry['name']} · {other['name']}",
            "",
            f"`{entry['module']}.{entry['key']}`",
            "",
            f"- {entry['formula']}",
            f"- {other['formula']}",
            f"- unit {entry['unit']}, window {entry['window']}, clock {entry['clock']}, "
            f"better {entry['better']}, rounding {entry['rounding']}",
            f"- target {entry['target']}, limits {limits and ' / '.join(f'{value:g}' for value in limits.values())}",
            f"- basis {entry['basis']} ({entry['status']}), source {entry['source']}, owner {entry['owner']}",
            "",
        ]
    return "\n".join(lines)
