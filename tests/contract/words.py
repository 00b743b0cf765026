"""What a page says: every text a reader sees or hears, of components and of their plain form."""

import re
from typing import Any

from dash.development.base_component import Component

CHINESE = re.compile(r"[\u4e00-\u9fff]")
SPOKEN = ("title", "aria-label", "alt", "placeholder", "label")
PAGES = {"wall", "desk"}


def texts(part: Any) -> list[str]:
    """Every text below, in order; the link to the other language and the badge that speaks both are left out."""
    if isinstance(part, Component):
        return _of(part.to_plotly_json()["props"])
    if isinstance(part, list | tuple):
        return [text for one in part for text in texts(one)]
    if isinstance(part, dict):
        return _of(part.get("props", part))
    return [str(part)] if isinstance(part, str | int | float) and not isinstance(part, bool) else []


def _of(props: dict[str, Any]) -> list[str]:
    classes = set(str(props.get("className", "")).split())
    if "demo-badge" in classes or ((props.get("lang") or props.get("hrefLang")) and not classes & PAGES):
        return []
    if "tree" in props:
        return [text for node in props["tree"] for text in _folded(node)]
    return [str(props[name]) for name in SPOKEN if isinstance(props.get(name), str)] + texts(props.get("children"))


def _folded(node: Any) -> list[str]:
    if not isinstance(node, list):
        return texts(node)
    _, props, *children = node
    return _of({**props, "children": [{"props": {"tree": children}}]})
