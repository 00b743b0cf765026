"""The page of briefings: what is asked for is chosen here, its making is watched, and what was made is found again.

The form begins with what the address says; the browser's part, which asks and shows how far it is, is assets/js/briefings.js.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from layouts.address import BRIEFINGS, Address
from layouts.attributes import attributes
from layouts.briefing.edition import FORMS, RUNNING, Kind
from layouts.briefing_archive import archive_section, subject_name
from layouts.desk import MAIN_ID
from layouts.desk_bars import top_bar
from layouts.text import LANGUAGES
from layouts.theme import theme_class
from layouts.view import View

KINDS = tuple(str(kind) for kind in Kind)
LAST, OTHER = "", "other"  # what a period is chosen by
_LONGEST = 32  # characters of a period as people write it
# What the browser's part says, and what it fills in.
_SAID = ("asking", "unheard", "refused", "no_at", "lost", "cancel", "dismiss", "download", "progress", "percent", "pages_n", "digest")


def briefings_page(view: View, modules: Sequence[Mapping[str, Any]], query: Mapping[str, str], offer: Mapping[str, Any]) -> Component:
    """The whole page.

    `modules` as the desk's bar is given them; `offer`: `subjects`, `areas` (rows of code, kind, name_zh, name_en), `periods` (by kind
    the text of the `last` finished and the `running` one), `written` (by kind an example of how a period is written), and the `archive`.
    """
    words, address = view.words, Address(BRIEFINGS, query)
    main = html.Main(
        [
            html.H1(words("briefings.title"), className="unseen"),
            _making(view, address, offer),
            archive_section(view, address, offer),
        ],
        id=MAIN_ID,
    )
    return html.Div(
        [
            html.A(words("desk.skip"), href=f"#{MAIN_ID}", className="skip"),
            top_bar(view, modules, address, words("briefings.title")),
            main,
        ],
        className=f"desk briefings {theme_class(query.get('theme'), 'desk')}",
        lang="zh-CN" if words.lang == "zh" else "en",
    )


def _making(view: View, address: Address, offer: Mapping[str, Any]) -> Component:
    """The form, what came of asking, and the jobs the browser's part lists."""
    words = view.words
    head = html.Div(
        [html.H2(words("briefings.make")), html.P(words("briefings.make_sub"), className="sub")],
        className="section-head",
    )
    says = [html.Span(words(f"briefings.{name}"), hidden=True, **attributes(data_say=name)) for name in _SAID]
    said = html.P("", className="make-said", role="alert", **attributes(data_part="said"))
    spoken = attributes(data_part="jobs", aria_live="polite", aria_relevant="additions text", aria_label=words("briefings.jobs"))
    return html.Section(
        [head, _form(view, address, offer), said, html.Ol(className="jobs", **spoken), *says],
        className="make",
        **attributes(data_make=words.lang, aria_label=words("briefings.make")),
    )


def _form(view: View, address: Address, offer: Mapping[str, Any]) -> Component:
    words, query = view.words, address.query
    areas = [(str(row["code"]), words.label(dict(row), "name")) for row in offer["areas"]]
    kind = query.get("kind") or KINDS[0]
    fields = [
        _choice("subject", words("briefings.subject"), [(key, subject_name(key, view)) for key in offer["subjects"]], query.get("subject")),
        _choice("kind", words("briefings.kind"), [(key, words(f"briefing.{key}")) for key in KINDS], kind),
        _period(view, kind, offer["periods"]),
        _at(view, kind, offer["written"]),
        _choice("area", words("briefings.area"), areas, query.get("area")),
        _choice("lang", words("briefings.language"), [(lang, words(f"briefings.{lang}")) for lang in LANGUAGES], words.lang),
        _choice("appendix", words("briefings.appendix"), [("yes", words("briefings.with")), ("no", words("briefings.without"))], "yes"),
        _choice("form", words("briefings.form"), [(form, words(f"briefings.{form}")) for form in FORMS], FORMS[0]),
        html.Button(words("briefings.ask"), type="submit", className="make-ask"),
    ]
    return html.Form(fields, className="make-form", noValidate=True, autoComplete="off")


def _choice(name: str, label: str, options: Iterable[tuple[str, str]], chosen: str | None) -> Component:
    made = [html.Option(text, value=value, selected=value == chosen) for value, text in options]
    return html.Label([html.Span(label), html.Select(made, name=name)], className=f"pick-{name}")


def _period(view: View, kind: str, periods: Mapping[str, Mapping[str, str]]) -> Component:
    """The last one, the running one, or another; what each is called goes with the kind, which the browser's part follows."""
    words = view.words

    def texts(name: str) -> dict[str, str]:
        told = {key: words(f"briefings.{name}", period=period[name]) for key, period in periods.items() if period.get(name)}
        return told | ({Kind.SPECIAL: words("briefings.now")} if name == "last" else {})

    last, running = texts("last"), texts("running")
    options = [
        html.Option(last[kind], value=LAST, **attributes(**{f"data_{key}": text for key, text in last.items()})),
        html.Option(running.get(kind, ""), value=RUNNING, hidden=kind not in running,
                    **attributes(**{f"data_{key}": text for key, text in running.items()})),
        html.Option(words("briefings.other"), value=OTHER),
    ]  # fmt: skip
    return html.Label([html.Span(words("briefings.period")), html.Select(options, name="period")], className="pick-period")


def _at(view: View, kind: str, written: Mapping[str, str]) -> Component:
    """Which other period; the browser's part shows it where it is asked for and lets a date, week or month be picked."""
    names = {f"data_{key}": view.words(f"briefings.at_{key}") for key in KINDS}
    name = html.Span(names[f"data_{kind}"], **attributes(**names))
    examples = attributes(**{f"data_{key}": text for key, text in written.items()})
    field = dcc.Input(type="text", name="at", value="", placeholder=written[kind], maxLength=_LONGEST, autoComplete="off")
    return html.Label([name, html.Span(field, className="pick-at-field", **examples)], className="pick-at", hidden=True)
