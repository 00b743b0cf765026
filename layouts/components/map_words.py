"""What a map says: its module's words where the module has them, the map's own otherwise; names of areas, of layers and of their points."""

from collections.abc import Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.ids import panel_id
from layouts.view import View
from modules.spec.snapshot import PanelData

Row = Mapping[str, Any]
SHAPES = ("critical", "warning", "watch", "ok", "none")  # the worst first
KINDS = ("subdistrict", "community", "grid")


def word(view: View, key: str, **values: object) -> str:
    """The word of a dotted key, the module's own or the map's, in the view's language."""
    section, _, name = key.partition(".")
    text = view.words.of(view.snapshot.module, section, name)
    return text.format(**values) if values else text


def has_own(view: View, key: str) -> bool:
    """Whether the module itself says that word of the map."""
    return key in view.words.modules.get(view.snapshot.module, {}).get("map", {})


def layer_id(panel: PanelData, view: View, layer: str) -> str:
    """The id of one layer: the panel's own id, two hyphens, the layer."""
    return f"{panel_id(view.snapshot.module, panel.key)}--{layer}"


def short_name(row: Row, lang: str) -> str:
    """An area's name without the word for its kind; of a grid its number within the community."""
    if row.get("kind") == "grid" and "-" in str(row["code"]):
        return str(row["code"]).rpartition("-")[2]
    name = str(row.get(f"label_{lang}") or row.get(f"label_{'en' if lang == 'zh' else 'zh'}") or row["code"])
    for ending in (" Sub-district", " Community", "街道", "社区"):
        name = name.removesuffix(ending) or name
    return name


def named_areas(panel: PanelData, view: View) -> list[Row]:
    """The areas the map names: one level below the area shown, or that area itself where nothing lies below."""
    here = view.snapshot.area
    rows: list[Row] = [row for row in panel.data["areas"] if row["code"] != here]
    below = next((found for kind in KINDS if (found := [row for row in rows if row["kind"] == kind])), [])
    return below or [row for row in panel.data["areas"] if row["code"] == here]


def area_line(row: Row, panel: PanelData, view: View) -> str:
    """An area's value in words: withheld, not known, or the number with what is late."""
    if row.get("withheld"):
        return word(view, "map.withheld")
    if row["value"] is None:
        return word(view, "map.no_data")
    unit, key = panel.data.get("unit", "count"), "line" if row["overdue"] else "line_calm"
    if unit != "count" and not has_own(view, key):
        key = "line_share"
    value = view.words.number(row["value"]) if unit == "count" else view.words.quantity(row["value"], unit)
    return word(view, f"map.{key}", value=value, overdue=view.words.number(row["overdue"]))


def summary(panel: PanelData, view: View) -> str:
    """The map in one sentence: how many cases are open, by time left; without cases the area with the highest value. Then the layers."""
    counts = {level: view.words.number(panel.data["counts"].get(level, 0)) for level in SHAPES}
    told = {**counts, "open": view.words.number(sum(panel.data["counts"].values())), "title": view.title(panel), **_highest(panel, view)}
    key = "summary" if panel.data["counts"] or has_own(view, "summary") else "summary_areas" if told["area"] else "summary_bare"
    said = [layer_line(layer, view) for layer in layers_of(panel, view)]
    return word(view, "map.and").join([word(view, f"map.{key}", **told), *said])


def _highest(panel: PanelData, view: View) -> dict[str, str]:
    known = [row for row in named_areas(panel, view) if row["value"] is not None]
    if not known:
        return {"area": "", "line": ""}
    highest = max(known, key=lambda row: (row["value"], str(row["code"])))
    return {"area": view.words.label(dict(highest)), "line": area_line(highest, panel, view)}


def area_list(panel: PanelData, view: View) -> list[Component]:
    """The map in words, for those who hear the page: every area it names with its values."""
    return [
        html.Li(word(view, "map.item", area=view.words.label(dict(row)), line=area_line(row, panel, view)))
        for row in named_areas(panel, view)
    ]


def layers_of(panel: PanelData, view: View) -> list[Row]:
    """The layers of points this surface has: on a wall, which nobody can ask, only those shown."""
    return [layer for layer in panel.data.get("layers", ()) if layer["shown"] or not view.wall]


def layer_line(layer: Row, view: View) -> str:
    """A layer in words: how many of its points have which level."""
    counted = [f"{level_word(layer, level, view)} {view.words.number(layer['counts'][level])}" for level in levels_of(layer)]
    nothing = word(view, "map.no_data") if layer.get("missing") else view.words.number(0)
    return word(view, "map.item", area=layer_name(layer, view), line=word(view, "map.comma").join(counted) or nothing)


def levels_of(layer: Row) -> list[str]:
    """The levels a layer has points of, the worst first."""
    return [level for level in SHAPES if layer["counts"].get(level)]


def layer_name(layer: Row, view: View) -> str:
    """A layer's name, by its module."""
    return word(view, f"map.{layer['key']}")


def level_word(layer: Row, level: str, view: View) -> str:
    """What a level means in a layer; the word of the status where the module says nothing."""
    return view.words.of(view.snapshot.module, "map", layer["key"], level) or view.words(f"status.{level}")


def kind_word(layer: Row, kind: str, view: View) -> str:
    """The word for what a point is: the module's, else the name its code list has."""
    own = word(view, f"kind.{kind}")
    return own if own != kind else view.words.label({"key": kind, **layer["kinds"].get(kind, {})})


def glyph(layer: Row, kind: str | None, view: View) -> str:
    """The letter a point carries: that of its kind, of its layer where it has none; the first of the word where nobody chose one."""
    what, key = ("kind", kind) if kind else ("map", str(layer["key"]))
    own = view.words.of(view.snapshot.module, what, key, "glyph")
    return own or (kind_word(layer, kind, view) if kind else layer_name(layer, view))[:1].upper()


def moment_word(at: str | None, view: View) -> str:
    """When something was told: the time, with the day where it is not the day shown."""
    if at is None:
        return ""
    when = view.local(at)
    time = view.words.time(when)
    return time if when.date() == view.local(view.snapshot.as_of).date() else f"{view.words.date(when, weekday=False)} {time}"
