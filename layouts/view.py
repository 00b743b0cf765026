"""What a component needs to draw one panel: the snapshot it belongs to, the words, and the surface it stands on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from layouts.text import Words, local
from modules.spec.snapshot import PanelData, Reading, Snapshot

Surface = Literal["wall", "desk"]
CHOSEN = "chosen"  # the period a reader chose instead of a panel's own window
MIXED = "chosen_mixed"  # several windows, of which the reader's own period replaces some
LEVELS = ("none", "ok", "watch", "warning", "critical")


@dataclass(frozen=True, slots=True)
class View:
    """The snapshot, the words and the surface of one drawing."""

    snapshot: Snapshot
    words: Words
    surface: Surface = "wall"

    @property
    def wall(self) -> bool:
        """Whether this is drawn for a wall."""
        return self.surface == "wall"

    @property
    def zone(self) -> ZoneInfo:
        """The place's time zone."""
        return ZoneInfo(str(self.snapshot.place.get("timezone") or "Asia/Shanghai"))

    def local(self, moment: datetime | str) -> datetime:
        """A moment in the place's time."""
        return local(moment, self.zone)

    def age_s(self, moment: datetime | None) -> float | None:
        """Seconds from a moment to the snapshot's."""
        return None if moment is None else max(0.0, (self.snapshot.as_of - moment) / timedelta(seconds=1))

    def title(self, panel: PanelData) -> str:
        """A panel's title: its module's word, the shell's, or the word of its kind."""
        for key in (panel.title, panel.key):
            found = self.words.of(self.snapshot.module, "panel", key) if key else ""
            if found and found != key:
                return found
        return self.words.of(self.snapshot.module, "panel", panel.kind)

    def subtitle(self, panel: PanelData) -> str:
        """What the panel counts, over which period; empty if nothing is said."""
        over = str(panel.data.get("over") or "")
        if over == MIXED:
            return self.words(f"window.{over}")
        for key in (panel.title, panel.key):
            found = self.words.of(self.snapshot.module, "panel", key, "sub") if key else ""
            if found:
                return found.replace("{over}", self.words.known(f"window.{over}", "")).strip(" ·")
        return ""

    def metric(self, key: str, module: str = "") -> str:
        """A metric's name."""
        return self.words.of(module or self.snapshot.module, "metric", key)

    def unit(self, reading: Reading, module: str = "") -> str:
        """The word of a reading's unit; a metric may bring its own (路, 件次 …)."""
        own = self.words.of(module or self.snapshot.module, "metric", reading.metric, "unit")
        return own or self.words.unit(reading.unit)


def level_of(row: dict[str, Any]) -> str:
    """The level named in a row, `none` if it names none we know."""
    level = str(row.get("level") or "none")
    return level if level in LEVELS else "none"
