"""Folds what is only markup into one component, so that the browser carries a hundred components of Dash instead of thousands.

Dash keeps every component in a store and, when a page or a panel is set, tells every component of every new one: the price grows with the
square of their number. Words, tables and bars need none of that. Only what is addressed by an id, charts, maps and fields stay Dash's.
"""

from typing import Any

from dash.development.base_component import Component

HTML = "dash_html_components"
NAMESPACE, KIND = "district_wall", "Markup"
_TAGS = {"MapEl": "map", "ObjectEl": "object"}
_NEVER = frozenset({"Script", "Iframe", "Embed", "ObjectEl", "Base", "Link", "Meta"})
_DASH_ONLY = frozenset({"children", "n_clicks", "n_clicks_timestamp", "disable_n_clicks"})

# What a component of Dash keeps beside its properties. Its own `to_plotly_json` asks for every property a component might have.
_DECLARED = frozenset({"_prop_names", "_valid_wildcard_attributes", "available_properties", "available_wildcard_properties"})

Markup = list[Any] | str | int | float | None


def rendered(component: Any) -> Any:
    """A component, or a list of them, as the browser takes it."""
    return folded(plain(component))


def plain(component: Any) -> Any:
    """A component, or a list of them, as plain lists and dicts the browser renders."""
    if isinstance(component, str):
        return component
    if isinstance(component, Component):
        props = {name: plain(value) for name, value in vars(component).items() if name not in _DECLARED}
        return {"props": props, "type": component._type, "namespace": component._namespace}
    if isinstance(component, list | tuple):
        return [plain(part) for part in component]
    if isinstance(component, dict):
        return {name: plain(value) for name, value in component.items()}
    return component


def folded(value: Any) -> Any:
    """Plain components (`plain`) with every part that is only markup folded; anything else comes back as it is."""
    if isinstance(value, list):
        return _folded_list(value)
    if not isinstance(value, dict):
        return value
    if "namespace" not in value or "props" not in value:
        return {name: folded(part) for name, part in value.items()}
    if _is_markup(value):
        return _component([_element(value)])
    return value | {"props": {name: folded(part) if name == "children" else part for name, part in value["props"].items()}}


def _folded_list(parts: list[Any]) -> list[Any]:
    """Neighbours that are only markup become one component; text between them goes with them."""
    found: list[Any] = []
    run: list[Any] = []
    for part in [*parts, _END]:
        if part is not _END and _is_markup(part):
            run.append(part)
            continue
        if run:
            found += [_component([_element(one) for one in run])] if any(isinstance(one, dict) for one in run) else run
            run = []
        if part is not _END:
            found.append(folded(part))
    return found


_END = object()


def _component(tree: list[Markup]) -> dict[str, Any]:
    return {"namespace": NAMESPACE, "type": KIND, "props": {"tree": tree}}


def _is_markup(value: Any) -> bool:
    """Whether it is text, or an element without an id whose children are only markup too."""
    if isinstance(value, list):
        return all(_is_markup(part) for part in value)
    if not isinstance(value, dict):
        return value is None or isinstance(value, str | int | float)
    if value.get("namespace") != HTML or value.get("type") in _NEVER or "id" in value["props"]:
        return False
    return _is_markup(value["props"].get("children"))


def _element(value: Any) -> Markup:
    """[tag, attributes, child …] of an element, the text itself of a text."""
    if not isinstance(value, dict):
        return value  # type: ignore[no-any-return]
    props = value["props"]
    children = props.get("children")
    inside = children if isinstance(children, list) else [] if children is None else [children]
    attributes = {name: attribute for name, attribute in props.items() if name not in _DASH_ONLY}
    return [_TAGS.get(value["type"], value["type"].lower()), attributes, *(_element(child) for child in _flat(inside))]


def _flat(parts: list[Any]) -> list[Any]:
    return [one for part in parts for one in (_flat(part) if isinstance(part, list) else [part])]
