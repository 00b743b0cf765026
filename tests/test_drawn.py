"""What is drawn goes to the browser as Dash itself would send it."""

import json
from datetime import UTC, datetime
from typing import Any

import dash_leaflet as dl
import pytest
from dash import dcc, html
from dash.development.base_component import Component
from plotly.utils import PlotlyJSONEncoder

from layouts.markup import plain

MADE = [
    html.Div(["a", html.B("b"), None, 3], className="panel", **{"data-key": "k", "aria-label": "l"}),
    html.Div(html.Span(title="t", style={"--share": "12%"}), id={"kind": "x", "key": "y"}, hidden=True, role="img"),
    html.Ul([html.Li(str(number)) for number in range(3)]),
    dcc.Graph(id="g", figure={"data": [{"y": [1, None, 2.5]}], "layout": {}}, config={"staticPlot": True}),
    dl.GeoJSON(id="points", hideout={"levels": {"a": 1}}, options={"pane": "p"}),
    html.Details([html.Summary("s"), html.P()], open=True, n_clicks=0),
]


@pytest.mark.parametrize("component", MADE, ids=lambda made: type(made).__name__)
def test_plain_is_what_dash_sends(component: Component) -> None:
    sent: Any = json.loads(json.dumps(component, cls=PlotlyJSONEncoder))
    assert json.loads(json.dumps(plain(component))) == sent


def test_what_stands_beside_components_is_kept() -> None:
    moment = datetime(2026, 6, 18, tzinfo=UTC)
    assert plain({"children": (html.B("b"), "text", 1.5, None, moment)})["children"][1:] == ["text", 1.5, None, moment]
