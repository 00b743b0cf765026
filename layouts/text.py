"""Words and numbers in two languages: strings come from TOML files, numbers follow one set of laws (万/亿, U+2212, h:mm)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("zh", "en")
MINUS = "−"
NO_VALUE = "—"
_HERE = Path(__file__).parent
SHELL = _HERE / "strings" / "shell.toml"
MODULES = _HERE.parent / "modules" / "strings"


def _rounded(value: float, decimals: int, rounding: str = ROUND_HALF_UP) -> str:
    step = Decimal(1).scaleb(-decimals)
    return f"{Decimal(repr(float(value))).copy_abs().quantize(step, rounding):,}"


def _signed(value: float, digits: str) -> str:
    return MINUS + digits if value < 0 and digits.strip("0,.") else digits


def _scaled(value: float, lang: str) -> tuple[float, str]:
    size = abs(value)
    if lang == "zh":
        steps = ((100_000_000.0, 100_000_000.0, "亿"), (100_000.0, 10_000.0, "万"))
    else:
        steps = ((1_000_000.0, 1_000_000.0, "M"), (100_000.0, 1_000.0, "k"))
    for start, divisor, mark in steps:
        if size >= start:
            return value / divisor, mark
    return value, ""


def plain(value: float | None, decimals: int = 0, lang: str = "zh") -> str:
    """A count as text: 1,248; 12.3万 from 100,000 and 1.2亿 from 100,000,000 (en: 123.5k, 1.2M); minus is U+2212."""
    if value is None:
        return NO_VALUE
    scaled, mark = _scaled(value, lang)
    return _signed(value, _rounded(scaled, 1 if mark else decimals) + mark)


def percent(value: float | None, decimals: int = 1, rounding: str = "half_up") -> str:
    """A percentage without its sign. Never rounds up to 100 what is below it, nor down to 0 what is above it."""
    if value is None:
        return NO_VALUE
    digits = _rounded(value, decimals, ROUND_DOWN if rounding == "truncate" else ROUND_HALF_UP)
    edge = Decimal(1).scaleb(-decimals)
    if abs(value) < 100 <= Decimal(digits.replace(",", "")):
        digits = str(100 - edge)
    elif value != 0 and not digits.strip("0."):
        return f"<{edge}"
    return _signed(value, digits)


def duration(seconds: float | None) -> str:
    """Hours and minutes, h:mm; overdue times carry U+2212. Minutes are cut, not rounded."""
    if seconds is None:
        return NO_VALUE
    minutes = int(abs(seconds)) // 60
    return f"{MINUS if seconds < 0 else ''}{minutes // 60:,}:{minutes % 60:02d}"


def number(value: float | None, unit: str = "count", decimals: int | None = None, lang: str = "zh", rounding: str = "half_up") -> str:
    """A value as text without its unit, by the law of that unit."""
    if unit == "seconds":
        return duration(value)
    if unit in ("percent", "pt"):
        return percent(value, 1 if decimals is None else decimals, rounding)
    if decimals is None:
        decimals = 0 if value is None or float(value).is_integer() else 1
    return plain(value, decimals, lang)


def delta(value: float | None, unit: str = "count", lang: str = "zh") -> str:
    """A difference with its sign; differences of percentages are points (pt)."""
    if value is None:
        return NO_VALUE
    text = _signed(value, _rounded(value, 1)) if unit == "percent" else number(value, unit, None, lang)
    sign = "+" if value > 0 and text.strip("0,.:") else ""
    return f"{sign}{text} pt" if unit == "percent" else sign + text


@dataclass(frozen=True)
class Words:
    """The words of one language. Calling it with a shell key gives the text; `of` gives a module's words."""

    lang: str
    shell: Mapping[str, Any]
    modules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __call__(self, key: str, **values: object) -> str:
        """The shell text of a dotted key, with {names} filled in. Raises KeyError for a key that is not there."""
        section, _, name = key.partition(".")
        text = str(self.shell[section][name][self.lang])
        return text.format(**values) if values else text

    def has(self, key: str) -> bool:
        """Whether the shell knows that dotted key."""
        section, _, name = key.partition(".")
        return name in self.shell.get(section, {})

    def known(self, key: str, otherwise: str) -> str:
        """The shell text of a dotted key, or `otherwise` if there is none."""
        return self(key) if self.has(key) else otherwise

    def of(self, module: str, what: str, key: str, field: str = "") -> str:
        """A module's word: `what` is metric or panel, `field` sub or formula; panels fall back to the shell's, "" if neither."""
        name = f"{field}_{self.lang}" if field else self.lang
        entry = self.modules.get(module, {}).get(what, {}).get(key) or self.shell.get(what, {}).get(key, {})
        return str(entry.get(name, "" if field else key))

    def module(self, module: str) -> str:
        """The module's own name; its key if it has no words."""
        if module == "overview":
            return self("wall.overview")
        return str(self.modules.get(module, {}).get("module", {}).get(self.lang, module))

    def label(self, row: Mapping[str, Any], name: str = "label") -> str:
        """`label_zh` or `label_en` of a row, with the other language rather than nothing."""
        other = "en" if self.lang == "zh" else "zh"
        text = str(row.get(f"{name}_{self.lang}") or row.get(f"{name}_{other}") or row.get("key") or "")
        return self.known(f"code.{text}", text)

    def number(self, value: float | None, unit: str = "count", decimals: int | None = None, rounding: str = "half_up") -> str:
        """A value without its unit."""
        return number(value, unit, decimals, self.lang, rounding)

    def unit(self, unit: str) -> str:
        """The word of a unit; times carry theirs in the form h:mm."""
        return "" if unit == "seconds" else self.known(f"unit.{unit}", "")

    def quantity(self, value: float | None, unit: str = "count", decimals: int | None = None) -> str:
        """A value with its unit: 86.3%, 37 件."""
        text, word = self.number(value, unit, decimals), self.unit(unit)
        return text if value is None or not word else f"{text}{'' if word == '%' else ' '}{word}"

    def delta(self, value: float | None, unit: str = "count") -> str:
        """A difference with its sign."""
        return delta(value, unit, self.lang)

    def age(self, seconds: float | None) -> str:
        """How long ago, in its largest unit: 12 秒, 47 分, 3 时, 2 天."""
        if seconds is None:
            return self("age.unknown")
        whole = max(0, int(seconds))
        for limit, size, name, next_size in ((90, 1, "second", 60), (90 * 60, 60, "minute", 3600), (48 * 3600, 3600, "hour", 86400)):
            if whole < limit and (whole < next_size or whole % next_size):
                return self(f"age.{name}", n=whole // size)
        return self("age.day", n=whole // 86400)

    def date(self, moment: datetime, weekday: bool = True) -> str:
        """11月22日 周日 or Sun 22 Nov, of a moment already in local time."""
        names = {
            "month": moment.month,
            "day": moment.day,
            "name": self("date.months").split()[moment.month - 1],
            "weekday": self.weekday(moment),
        }
        return self("date.day_weekday" if weekday else "date.day", **names)

    def weekday(self, moment: datetime) -> str:
        """周日 or Sun."""
        return self("date.weekdays").split()[moment.weekday()]

    def time(self, moment: datetime) -> str:
        """14:32, of a moment already in local time."""
        return f"{moment:%H:%M}"


def local(moment: datetime | str, zone: tzinfo) -> datetime:
    """A moment in the place's time; ISO text is read, naive moments are taken as local already."""
    when = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return when.replace(tzinfo=zone) if when.tzinfo is None else when.astimezone(zone)


@cache
def _tables() -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    shell: dict[str, Any] = {}
    for path in sorted(SHELL.parent.glob("*.toml")):
        for section, entries in tomllib.loads(path.read_text("utf-8")).items():
            shell.setdefault(section, {}).update(entries)
    modules = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(MODULES.glob("*.toml"))}
    return shell, modules


@cache
def words_for(lang: str) -> Words:
    """The words of a language; anything but zh and en is refused with ValueError."""
    if lang not in LANGUAGES:
        raise ValueError(f"language {lang!r} is not one of {LANGUAGES}")
    shell, modules = _tables()
    return Words(lang, shell, modules)
