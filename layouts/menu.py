"""A button that opens a list of links: plain HTML, so it works with the keyboard, without a callback and before any script."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a menu; `mark` is a component before the text, `current` is what the address says now."""

    text: str
    href: str
    current: bool = False
    mark: Component | None = None
    note: str = ""


def choice_list(choices: Sequence[Choice]) -> Component:
    """The choices as a list of links."""
    return html.Ul([html.Li(_link(choice)) for choice in choices], className="menu-list")


def menu(name: str, value: str, body: Sequence[Component], set_: bool = False) -> Component:
    """A named value that opens to its choices; `set_` says it differs from the default."""
    shown = [html.Span(name, className="menu-name"), html.Span(value, className="menu-value")]
    return html.Details(
        [html.Summary(shown), html.Div(list(body), className="menu-body")],
        className=f"menu{' is-set' if set_ else ''}",
    )


def _link(choice: Choice) -> Component:
    text = [choice.mark, html.Span(choice.text)]
    if choice.note:
        text.append(html.Span(choice.note, className="menu-note"))
    current = attributes(aria_current="true") if choice.current else {}
    return html.A([part for part in text if part is not None], href=choice.href, className="menu-link", **current)
