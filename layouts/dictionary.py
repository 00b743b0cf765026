"""An entry of the metric dictionary in words: what the terminal, the docs and the appendix of a briefing print."""

from collections.abc import Mapping
from typing import Any

from layouts.text import Words
from modules.spec import Better

Entry = Mapping[str, Any]


def lines_of(entry: Entry, words: Words) -> list[tuple[str, str]]:
    """An entry as a reader is told it: a word and its value, line by line."""
    quantity = Quantity(entry, words)
    sign = {Better.UP: "≥ ", Better.DOWN: "≤ "}.get(entry["better"], "")
    unit = words.of(entry["module"], "metric", entry["key"], "unit") or words.unit(entry["unit"])
    net = f" · {words('dictionary.net_gross')}" if entry["net_and_gross"] else ""
    lines = [
        ("definition.formula", f"{entry['formula']}{net}"),
        ("dictionary.window", words(f"window.{entry['window']}")),
        ("dictionary.unit", unit or words.known(f"unit.{entry['unit']}", entry["unit"])),
        ("definition.clock", words(f"clock.{entry['clock']}")),
        ("definition.target", "" if entry["target"] is None else f"{sign}{quantity(entry['target'])}"),
        ("definition.limits", quantity.limits()),
        ("dictionary.direction", words(f"better.{entry['better']}")),
        ("dictionary.rounding", words(f"rounding.{entry['rounding']}")),
        ("dictionary.alerts", quantity.alerts()),
        ("definition.basis", words.known(f"basis.{entry['basis']}", entry["basis"])),
        ("dictionary.status", words(f"setting.{entry['status']}")),
        ("definition.source", words.known(f"source.{entry['source']}", entry["source"])),
        ("definition.owner", words.known(f"owner.{entry['owner']}", entry["owner"])),
    ]
    return [(words(key), value or words("definition.none")) for key, value in lines]


class Quantity:
    """Numbers of one entry in one language, in its unit."""

    def __init__(self, entry: Entry, words: Words) -> None:
        self.entry, self.words = entry, words

    def __call__(self, value: float) -> str:
        """A value as it is printed."""
        return self.words.quantity(value, self.entry["unit"], None if value % 1 else 0)

    def limits(self) -> str:
        """The limits from mild to severe, or the band."""
        limits, band, words = self.entry["limits"], self.entry["band"], self.words
        if band:
            return f"{words('dictionary.band')} {self(band['low'])} – {self(band['high'])}"
        sign = "<" if self.entry["better"] == Better.UP else ">"
        return " · ".join(f"{words(f'status.{level}')} {sign} {self(limit)}" for level, limit in (limits or {}).items())

    def alerts(self) -> str:
        """When someone is told."""
        told = [(self.words(f"status.{alert['level']}"), round(alert["hold_s"] / 60)) for alert in self.entry["alerts"]]
        return " · ".join(self.words("dictionary.alert", level=level, hold=hold) for level, hold in told)
