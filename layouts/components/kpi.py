"""A number that is never alone: name, value and unit, status, target, numerator and denominator, comparison, age when late."""

from dash import html
from dash.development.base_component import Component

from layouts.components.mark import mark, state_of, status
from layouts.components.no_data import no_data
from layouts.components.spark import spark
from layouts.view import View
from modules.spec.snapshot import PanelData, Reading

_SHOWN = ("good", "stale")


def value_with_unit(reading: Reading, view: View, module: str = "") -> Component:
    """The number with its unit at 42 % of its size; greyed and dotted when stale, a mark and a word where there is none."""
    quality = str(reading.quality)
    if quality not in _SHOWN or reading.value is None:
        state = quality if quality not in _SHOWN else "missing"
        return html.Span([mark(state), view.words(f"status.{state}")], className=f"value value-none nd-{state}")
    digits = view.words.number(reading.value, reading.unit, reading.decimals, reading.rounding)
    parts: list[Component | str] = [html.Span(digits, className="digits")]
    if unit := view.unit(reading, module):
        parts.append(html.Span(unit, className="unit"))
    return html.Span(parts, className=f"value is-{quality}")


def limit_text(limit: float, reading: Reading, view: View, module: str = "") -> str:
    """A target or limit in the unit the value is printed in: 95%, 20 件."""
    digits, unit = view.words.number(limit, reading.unit, None if limit % 1 else 0), view.unit(reading, module)
    return digits + unit if unit == "%" else f"{digits} {unit}".rstrip()


def target_text(reading: Reading, view: View, module: str = "") -> str:
    """目标 ≥ 95%, in the direction the target is judged and the unit the value is printed in; empty without one."""
    if reading.target is None:
        return ""
    key = "kpi.target_down" if str(reading.better) == "down" else "kpi.target_up"
    return view.words(key, value=limit_text(reading.target, reading, view, module))


def comparison_text(reading: Reading, view: View) -> str:
    """较同周日 −3.1 pt, or the usual band where only a band is known; empty without a comparison."""
    compared, words = reading.comparison, view.words
    if compared is None:
        return ""
    if compared.delta is not None:
        weekday = words.weekday(view.local(view.snapshot.as_of))
        key = {"weekday_band": "weekday", "usual": "usual", "year": "year"}.get(compared.kind, "previous")
        return words(f"kpi.versus_{key}", delta=words.delta(compared.delta, reading.unit), weekday=weekday)
    return ""


def band_text(reading: Reading, view: View) -> str:
    """常态 410–520; empty without a band."""
    compared, words = reading.comparison, view.words
    if compared is None or compared.low is None or compared.high is None:
        return ""
    low, high = words.number(compared.low, reading.unit), words.number(compared.high, reading.unit)
    return words("kpi.normal_band", low=low, high=high)


def ground_text(reading: Reading, view: View) -> str:
    """1,012 / 1,173, or n = 345 where only the size of the sample is known; empty without either."""
    words = view.words
    if reading.denominator is None:
        return ""
    if reading.numerator is None:
        return words("kpi.n", n=words.number(reading.denominator))
    return words("kpi.of", numerator=words.number(reading.numerator), denominator=words.number(reading.denominator))


def _ground(reading: Reading, view: View) -> list[str]:
    texts = (ground_text(reading, view), target_text(reading, view) or band_text(reading, view))
    return [text for text in texts if text]


def _past(reading: Reading, view: View) -> list[str]:
    words = view.words
    texts = [comparison_text(reading, view)]
    if reading.gross is not None:
        texts.append(words("kpi.gross", value=words.quantity(reading.gross, reading.unit)))
    age = view.age_s(reading.as_of)
    if str(reading.quality) == "stale" and age is not None:
        texts.insert(0, words("kpi.old_value", age=words.age(age)))
    return [text for text in texts if text]


def _untold(key: str, state: str, view: View) -> Component:
    """Why there is no value; a metric may say in its own words when it has none, as one that has a season, or of a part of the place."""
    if state in ("denied", "error", "suppressed"):
        return no_data(state, view)
    why = ("part", "missing") if view.snapshot.place.get("area_zh") else ("missing",)
    said = (view.words.of(view.snapshot.module, "metric", key, field) for field in why)
    return no_data("missing", view, said=next((text for text in said if text), ""))


def draw(panel: PanelData, view: View) -> Component:
    """One key number of the module."""
    key = str(panel.data.get("metric", panel.key))
    reading = view.snapshot.readings.get(key) or Reading(key, None, quality="missing")
    state = state_of(reading)
    judged = status(state, view) if state != "none" else None
    head = html.Div([html.H3(view.metric(key), className="kpi-name"), judged], className="kpi-head")
    if str(reading.quality) not in _SHOWN or reading.value is None:
        return html.Div([head, _untold(key, state, view)], className="kpi")
    line = spark(reading.spark, reading.target, reading.unit, view)
    foot = [" · ".join(_ground(reading, view)), " · ".join(_past(reading, view))]
    return html.Div(
        [
            head,
            html.Div([value_with_unit(reading, view), line], className="kpi-body"),
            html.Div([html.P(text, className=f"kpi-line kpi-line-{n}") for n, text in enumerate(foot) if text], className="kpi-foot"),
        ],
        className=f"kpi kpi-{state}",
    )
