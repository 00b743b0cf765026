"""What is only markup is folded into one component: the same words and attributes, a tenth of the components."""

from dash import dcc, html
from hypothesis import given
from hypothesis import strategies as st

from layouts.markup import HTML, KIND, plain, rendered

words = st.text(alphabet="濠江abc<&>\"' ", min_size=1, max_size=8)
attributes = st.fixed_dictionaries({}, optional={"className": words, "title": words, "style": st.just({"left": "3%"})})


def _element(children):
    return st.builds(
        lambda kind, inside, given: kind(inside, **given), st.sampled_from([html.Div, html.Span, html.B]), st.lists(children), attributes
    )


def _addressed(children):
    return st.builds(lambda inside, name: html.Div(inside, id=f"p-{name}"), st.lists(children), st.integers(0, 99))


trees = st.recursive(
    st.one_of(words, st.integers(0, 9), st.none(), st.builds(lambda: dcc.Graph(figure={}))),
    lambda children: st.one_of(_element(children), _addressed(children)),
    max_leaves=30,
)


def _leaves(value):
    """Every element, attribute and text in reading order, whether folded or not."""
    if isinstance(value, list):
        for part in value:
            yield from _leaves(part)
    elif isinstance(value, dict) and value.get("type") == KIND:
        for node in value["props"]["tree"]:
            yield from _folded_leaves(node)
    elif isinstance(value, dict) and value.get("namespace") == HTML:
        props = dict(value["props"])
        children = props.pop("children", None)
        yield value["type"].lower(), props
        yield from _leaves(children)
    elif isinstance(value, dict):
        yield value["type"], value["props"]
    elif value is not None:
        yield value


def _folded_leaves(node):
    if not isinstance(node, list):
        yield from () if node is None else (node,)
        return
    tag, props, *children = node
    yield tag, props
    for child in children:
        yield from _folded_leaves(child)


def _components(value):
    if isinstance(value, list):
        return sum(_components(part) for part in value)
    if not isinstance(value, dict) or "namespace" not in value:
        return 0
    return 1 + _components(value["props"].get("children"))


@given(trees)
def test_folding_changes_no_word_no_attribute_and_no_order(tree):
    assert list(_leaves(rendered(tree))) == list(_leaves(plain(tree)))
    assert _components(rendered(tree)) <= _components(plain(tree))


@given(trees)
def test_what_is_addressed_or_alive_stays_a_component(tree):
    def alive(value):
        if isinstance(value, list):
            return [one for part in value for one in alive(part)]
        if not isinstance(value, dict) or "namespace" not in value:
            return []
        kept = value["namespace"] not in (HTML, "district_wall") or "id" in value["props"]
        return [(value["type"], value["props"].get("id"))] * kept + alive(value["props"].get("children"))

    assert alive(rendered(tree)) == alive(plain(tree))


def test_a_table_becomes_one_component():
    table = html.Table([html.Tr([html.Td(str(n)) for n in range(10)]) for _ in range(50)])
    assert _components(plain(table)) == 551
    assert _components(rendered([table, " ", html.P("end")])) == 1


def test_what_could_run_is_never_folded():
    found = rendered(html.Div([html.Script("x"), html.Iframe(src="/")]))
    assert [part["type"] for part in found["props"]["children"]] == ["Script", "Iframe"]
