"""What the rules find in a chapter's numbers, each with the rule it was found by and its history. Rules only compare."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from layouts.briefing.subject import Subject
from layouts.components.kpi import limit_text, target_text
from layouts.text import Words
from modules.spec import Briefing, Level, Quality, Reading
from modules.spec.snapshot import SEVERITY

LEAST_N = 30  # smaller denominators move by themselves
LEAST_MOVE = 10  # of a count
MOST_MOVED = 4
NAMED = 5
PRESSING = (Level.CRITICAL, Level.WARNING)
JUDGED = (*PRESSING, Level.WATCH)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, how bad it is, on what grounds; `metric` where it is of one, `size` to order equals by."""

    text: str
    level: str
    ground: str
    metric: str = ""
    size: float = 0.0


def findings(subject: Subject) -> list[Finding]:
    """Everything the rules find in a chapter, the worst first."""
    briefing = subject.module.briefing
    if briefing is None:
        return []
    off = [_off_target(reading, subject) for reading in subject.readings if reading.known and reading.level in JUDGED]
    told = {finding.metric for finding in off}
    moved = [found for reading in subject.readings if reading.metric not in told and (found := _moved(reading, briefing, subject))]
    moved.sort(key=lambda finding: -finding.size)
    close = [found for key in briefing.concentrated if (found := _concentrated(key, briefing, subject))]
    every = [*off, *close, *moved[:MOST_MOVED], *_stale(subject), *_unknown(subject)]
    return sorted(every, key=lambda finding: -SEVERITY.index(Level(finding.level)))


def _off_target(reading: Reading, subject: Subject) -> Finding:
    words, entry = subject.words, subject.entries[reading.metric]
    ground = subject.ground(reading)
    told = {
        "name": subject.name(reading),
        "value": _spaced(subject.value(reading), subject),
        "ground": words("chapter.lead_ground", ground=ground) if ground else "",
        "missed": _missed(reading, entry, subject),
        "level": words(f"status.{reading.level}"),
    }
    grounds = joined((_limit(reading, entry, subject), history(reading, entry, subject)), words)
    return Finding(words("finding.off_target", **told), str(reading.level), grounds, reading.metric)


def joined(parts: Iterable[str], words: Words) -> str:
    """What is said of the parts that say something."""
    return words("charts.between").join(part for part in parts if part)


def _spaced(value: str, subject: Subject) -> str:
    return value if subject.words.lang == "en" else f" {value}"


def _missed(reading: Reading, entry: Mapping[str, Any], subject: Subject) -> str:
    words, band = subject.words, entry["band"]
    if reading.target is not None and _misses(reading.value, reading):
        aim = target_text(reading, subject.view).removeprefix(words("kpi_table.target")).strip()
        return words("finding.missed", target=aim)
    if band:
        low, high = (limit_text(band[side], reading, subject.view) for side in ("low", "high"))
        return words("finding.outside", low=low, high=high)
    return words("finding.beyond")


def _misses(value: float | None, reading: Reading) -> bool:
    if value is None or reading.target is None:
        return False
    return value > reading.target if str(reading.better) == "down" else value < reading.target


def _limit(reading: Reading, entry: Mapping[str, Any], subject: Subject) -> str:
    """The rule that gave the level: the limit it is beyond, or net and gross too far apart."""
    words, limits = subject.words, entry["limits"]
    beyond = limits and limits.get(str(reading.level))
    passed = beyond is not None and reading.value is not None
    down = str(reading.better) == "down"
    if passed and (reading.value > beyond if down else reading.value < beyond):
        level = words(f"status.{reading.level}")
        return words("finding.limit_down" if down else "finding.limit_up", limit=limit_text(beyond, reading, subject.view), level=level)
    if reading.gross is not None:
        return words("finding.gap", gross=subject.quantity(reading.gross, reading))
    return ""


def history(reading: Reading, entry: Mapping[str, Any], subject: Subject) -> str:
    """How often the target was missed lately and how long in a row; empty where too little is known or it never was."""
    known = [value for value in reading.spark if value is not None]
    missed = [_misses(value, reading) for value in known]
    if len(known) < 3 or not any(missed):
        return ""
    run = next((length for length, miss in enumerate(reversed(missed)) if not miss), len(missed))
    per = subject.words("finding.periods" if str(entry["window"]).startswith("last_") and entry["window"] != "last_day" else "finding.days")
    name = "finding.history_run" if run > 1 else "finding.history"
    return subject.words(name, known=len(known), n=sum(missed), run=run, per=per)


def _moved(reading: Reading, briefing: Briefing, subject: Subject) -> Finding | None:
    compared, words = reading.comparison, subject.words
    if not reading.known or compared is None or compared.median is None or compared.delta is None or reading.value is None:
        return None
    if compared.kind != "previous":
        return _unusual(reading, subject)
    share = reading.unit == "percent"
    size = abs(compared.delta) if share else abs(compared.delta) / compared.median if compared.median else 0.0
    thin = (reading.denominator is not None and reading.denominator < LEAST_N) or (
        reading.unit == "count" and abs(compared.delta) < LEAST_MOVE
    )
    if thin or size < (briefing.moved_pt if share else briefing.moved):
        return None
    way, level = _way(compared.delta, reading)
    text = words("finding.moved", name=subject.name(reading), value=_spaced(subject.value(reading), subject), way=words(f"finding.{way}"),
                 before=subject.quantity(compared.median, reading), delta=words.delta(compared.delta, reading.unit))  # fmt: skip
    rule = (
        words("finding.moved_rule_pt", points=f"{briefing.moved_pt:g}")
        if share
        else words("finding.moved_rule", share=f"{100 * briefing.moved:g}")
    )
    year = words("finding.year_ground", delta=words.delta(compared.year, reading.unit)) if compared.year is not None else ""
    return Finding(text, level, joined((rule, year), words), reading.metric, size * (1 if share else 100))


def _way(delta: float, reading: Reading) -> tuple[str, str]:
    better = str(reading.better)
    if better == "band":
        return "changed", Level.NONE
    return ("better", Level.OK) if (delta > 0) is (better == "up") else ("worse", Level.WATCH)


def _unusual(reading: Reading, subject: Subject) -> Finding | None:
    compared, words = reading.comparison, subject.words
    if compared is None or compared.low is None or compared.high is None or reading.value is None:
        return None
    if compared.low <= reading.value <= compared.high:
        return None
    side = "above" if reading.value > compared.high else "below"
    low, high = (words.number(edge, reading.unit, reading.decimals) for edge in (compared.low, compared.high))
    text = words(f"finding.{side}_usual", name=subject.name(reading), value=_spaced(subject.value(reading), subject), low=low, high=high)
    return Finding(text, Level.WATCH, words("finding.usual_rule"), reading.metric, 100.0)


def _concentrated(key: str, rule: Briefing, subject: Subject) -> Finding | None:
    words = subject.words
    panel = next((one for one in subject.view.snapshot.panels if one.key == key), None)
    rows = [row for row in (panel.data.get("rows") or []) if row.get("value") is not None and not row.get("withheld")] if panel else []
    total = sum(row["value"] for row in rows)
    if panel is None or total < rule.least:
        return None
    top = max(rows, key=lambda row: row["value"])
    share = top["value"] / total
    if share < rule.share or len(rows) < 2:
        return None
    told = {
        "panel": subject.view.title(panel),
        "label": words.label(top) if words.lang == "en" else f" {words.label(top)} ",
        "share": words.number(100 * share, "percent"),
        "n": words.number(top["value"]),
        "total": words.number(total),
    }
    text = words("finding.concentrated", **told)
    return Finding(text, Level.WATCH, words("finding.concentrated_rule", share=f"{100 * rule.share:g}", least=rule.least), size=100 * share)


def _unknown(subject: Subject) -> list[Finding]:
    words = subject.words
    untold = [reading for reading in subject.readings if not reading.known and not subject.unkept(reading)]
    if not untold:
        return []
    reasons = dict.fromkeys(words(f"status.{reading.quality}") for reading in untold)
    text = words("finding.unknown", n=len(untold), names=some_names(untold, subject))
    return [Finding(text, Level.NONE, words("finding.unknown_ground", reasons=words("chapter.part_split").join(reasons)))]


def _stale(subject: Subject) -> list[Finding]:
    old = [reading for reading in subject.readings if reading.quality == Quality.STALE]
    if not old:
        return []
    text = subject.words("finding.stale", n=len(old), names=some_names(old, subject))
    return [Finding(text, Level.NONE, subject.words("finding.stale_rule"))]


def some_names(readings: Sequence[Reading], subject: Subject) -> str:
    """The first names, and that there are more."""
    names = [subject.name(reading) for reading in readings]
    joined = subject.words("chapter.part_split").join(names[:NAMED])
    return joined + (subject.words("finding.and_more") if len(names) > NAMED else "")


def next_steps(found: Sequence[Finding], subject: Subject) -> list[Finding]:
    """What follows from the findings: the step a module declares for a metric, else one by its owner, from warning on."""
    briefing, words = subject.module.briefing, subject.words
    declared = {metric.key for metric in briefing.steps} if briefing else set()
    steps = []
    for finding in found:
        if not finding.metric or finding.level not in PRESSING:
            continue
        own = words.of(subject.key, "step", finding.metric) if finding.metric in declared else ""
        name, owner = subject.view.metric(finding.metric), words.known(f"owner.{subject.entries[finding.metric]['owner']}", "")
        steps.append(Finding(own or words("next.generic", name=name, owner=owner), finding.level, "", finding.metric))
    untold = [reading for reading in subject.readings if reading.quality == Quality.MISSING and not subject.unkept(reading)]
    if untold:
        steps.append(Finding(words("next.unknown", names=some_names(untold, subject)), Level.NONE, ""))
    if any(reading.quality == Quality.STALE for reading in subject.readings):
        steps.append(Finding(words("next.stale"), Level.NONE, ""))
    return steps
