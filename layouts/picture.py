"""The request for a live picture: purpose and reason, what becomes of both, and the place the picture appears in if it is granted."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.view import View

LEAST_REASON, MOST_REASON = 10, 200  # characters, as the door for actions has them
_SAID = ("expired", "stopped", "ended", "broken", "unheard", "left", "stop", "pattern", "label")  # what the browser's part says


def picture_request(channel: Mapping[str, Any], view: View, purposes: Sequence[str]) -> Component:
    """A disclosure with the form; the browser's part is assets/js/player.js."""
    words = view.words
    choices = [html.Option(words("picture.choose"), value="")]
    choices += [html.Option(words(f"purpose.{purpose}"), value=purpose) for purpose in purposes]
    hint = words("picture.hint", least=LEAST_REASON, most=MOST_REASON)
    fields = [
        html.Label([html.Span(words("picture.purpose")), html.Select(choices, name="purpose")]),
        html.Label([html.Span(words("picture.reason")), html.Textarea(name="reason", rows=3, maxLength=MOST_REASON, placeholder=hint)]),
        html.P(words("picture.recorded"), className="drawer-note is-close"),
        html.Button(words("picture.ask"), type="submit"),
    ]
    form = html.Form(fields, className="picture-form", noValidate=True, autoComplete="off")
    says = [html.Span(words(f"picture.{name}"), hidden=True, **attributes(data_say=name)) for name in _SAID]
    parts = [
        html.Summary(words("picture.title")),
        form,
        html.P("", className="picture-said", role="alert", **attributes(data_part="said")),
        html.Div(className="picture-stage", **attributes(data_part="stage")),
        *says,
    ]
    return html.Details(
        parts,
        className="picture",
        **attributes(data_picture=str(channel["number"]), data_language=words.lang, aria_label=words("picture.title")),
    )
