"""The page of briefings: its address is its state, its form begins with it, its list says what there is; and the ways that lead to it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from dashboard.briefings.maker import bindery_of
from dashboard.briefings.orders import Order
from dashboard.briefings.page import PAGE, BriefingsPage
from dashboard.create import create_app
from dashboard.crowd import Crowds
from dashboard.pages import Address, drawn_page
from dashboard.registry import declared
from dashboard.settings import Settings
from layouts.address import BRIEFINGS
from layouts.address import Address as Link
from layouts.briefing.edition import FORMS
from layouts.briefing_archive import FILTERS, archive_section, file_size
from layouts.briefing_desk import KINDS, briefings_page
from layouts.ids import ARCHIVE_ID, DIGEST_ID
from layouts.markup import rendered
from layouts.text import LANGUAGES, words_for
from layouts.view import View
from modules.spec.snapshot import Snapshot
from tests.briefing.office import STREET, nothing
from tests.conftest import DEMO_NOW
from tests.test_desk import asked, links, of_class, parts, text

NOW = datetime(2026, 11, 22, 6, 32, tzinfo=UTC)
PLACE = {"key": "none", "name_zh": "濠江区", "name_en": "Haojiang", "timezone": "Asia/Shanghai"}
AREAS = [
    {"code": "440512", "kind": "district", "name_zh": "濠江区", "name_en": "Haojiang"},
    {"code": STREET, "kind": "subdistrict", "name_zh": "达濠街道", "name_en": "Dahao"},
]
PERIODS = {kind: {"last": f"last {kind}", "running": f"running {kind}"} for kind in KINDS if kind != "special"}
ROW = {
    "id": "0" * 24, "title": "濠江区<b>网格</b>简报", "subject": "grid_management", "kind": "weekly", "period": "2026-11-09 至 2026-11-15",
    "running": False, "name_zh": "濠江区", "name_en": "Haojiang", "lang": "zh", "form": "pdf", "appendix": True, "size_n": 381_204,
    "pages_n": 10, "made_at": NOW, "digest": "7017f42fa0b1c2d3e4f50617", "href": f"/briefings/{'0' * 24}.pdf",
}  # fmt: skip
EVERY = {"lang": "en", "theme": "dark", "area": STREET, "subject": "grid_management", "kind": "weekly", "written": "zh", "q": "网格"}


def offer(rows=(ROW,), page=1, more=False):
    archive = {"rows": list(rows), "page": page, "size": PAGE, "more": more}
    return {
        "subjects": ("district", *declared()),
        "areas": AREAS,
        "periods": PERIODS,
        "written": dict.fromkeys(KINDS, "x"),
        "archive": archive,
    }


def view(lang="zh", demo=True):
    return View(Snapshot("overview", "440512", NOW, demo=demo, place=PLACE), words_for(lang), "desk")


def page(lang="zh", query=None, **more):
    return briefings_page(view(lang), [{"key": key, "level": "ok"} for key in declared()], {"lang": lang, **(query or {})}, offer(**more))


def select(component, name):
    return next(part for part in parts(component) if part._type == "Select" and part.name == name)


def chosen(component, name):
    return [option.value for option in select(component, name).children if getattr(option, "selected", False)]


# The form


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_form_offers_every_subject_kind_area_language_and_form(lang):
    values = {name: [option.value for option in select(page(lang), name).children] for name in ("subject", "kind", "area", "lang", "form")}
    assert values["subject"] == ["district", *declared()]
    assert values["kind"] == list(KINDS)
    assert values["area"] == ["440512", STREET]
    assert values["lang"] == list(LANGUAGES)
    assert values["form"] == list(FORMS)
    assert all(text(option) for name in values for option in select(page(lang), name).children)


def test_the_form_begins_with_what_the_address_says():
    shown = page("en", EVERY)
    assert [chosen(shown, name) for name in ("subject", "kind", "area", "lang")] == [["grid_management"], ["weekly"], [STREET], ["en"]]
    assert "last weekly" in text(select(shown, "period"))
    assert [chosen(page(), name) for name in ("subject", "kind", "lang")] == [[], ["daily"], ["zh"]]


def test_a_period_has_its_name_for_each_kind_and_a_special_one_is_of_now():
    last, running, _ = select(page("en"), "period").children
    for kind in ("daily", "weekly", "monthly"):
        assert f"last {kind}" in getattr(last, f"data-{kind}")
        assert f"running {kind}" in getattr(running, f"data-{kind}")
    assert getattr(last, "data-special") == words_for("en")("briefings.now")
    assert not hasattr(running, "data-special")
    assert select(page("en", {"kind": "special"}), "period").children[1].hidden


def test_every_field_has_its_name():
    fields = [part for part in parts(page()) if part._type == "Select"]
    labels = [part for part in parts(of_class(page(), "make-form")) if part._type == "Label"]
    assert len(labels) == len(fields) + 1
    assert all(text(label.children[0]) for label in labels)


# The address is the state


def test_switching_the_language_or_the_theme_keeps_everything_else():
    query = {**EVERY, "page": "2"}
    shown = page("en", query)
    chinese = next(href for href in links(of_class(shown, "languages")) if "lang=zh" in href)
    assert asked(chinese) == {**query, "lang": "zh"}
    assert asked(links(of_class(shown, "theme"))[0]) == {key: value for key, value in query.items() if key != "theme"}


def test_a_filter_keeps_the_others_and_begins_at_the_first_page():
    menus = of_class(page("en", {**EVERY, "page": "3"}), "menu")
    assert len(menus) == len(FILTERS)
    for key, menu in zip(FILTERS, menus, strict=True):
        every, *others = links(menu)
        assert asked(every) == {name: value for name, value in EVERY.items() if name != key}
        assert all(set(asked(href)) == set(EVERY) for href in others)
        assert urlsplit(every).fragment == "archive"
    assert asked(of_class(page("en", EVERY), "clear")[0].href) == {"lang": "en", "theme": "dark"}


def test_the_search_carries_the_rest_of_the_query_and_its_text_stays_text():
    found = '"><script>alert(1)</script>&lang=x'
    shown = page("en", {**EVERY, "q": found, "page": "3"})
    fields = {part.name: part.value for part in parts(of_class(shown, "search")) if getattr(part, "name", None)}
    assert fields == {**EVERY, "q": found}
    hrefs = [href for href in links(shown) if "q=" in href]
    assert hrefs
    for href in hrefs:
        assert "<" not in href
        assert '"' not in href
        assert parse_qs(urlsplit(href).query)["q"] == [found]


def test_every_link_of_the_page_stays_in_the_house():
    for href in links(page("zh", EVERY, more=True)):
        assert href.startswith(("/", "#")), href


# The list


def test_a_row_tells_what_it_is_and_leads_to_its_file():
    row = of_class(page("en"), "briefing-row")[0]
    cells = {str(cell.className).split()[0]: cell for cell in row.children}
    assert [text(cells[f"cell-{name}"]) for name in ("area", "language", "form", "size", "pages", "made_at")] == [
        "Haojiang", "Chinese", "PDF", "381 kB", "10", "2026-11-22 14:32",
    ]  # fmt: skip
    assert cells["cell-digest"].children.title == ROW["digest"]
    assert text(cells["cell-digest"]) == ROW["digest"][:8]
    assert links(row) == [ROW["href"]] * 2
    assert all(getattr(cell, "data-label") for cell in row.children)


def test_a_title_is_text_in_its_own_language():
    title = next(part for part in parts(of_class(page("en"), "cell-what")) if getattr(part, "href", None))
    assert title.children == ROW["title"]
    assert title.lang == "zh-CN"
    named = [getattr(part, "aria-label") for part in parts(of_class(page("en"), "briefing-row")) if getattr(part, "aria-label", None)]
    assert named == [words_for("en")("briefings.download_of", title=f"Grid management · Weekly · {ROW['period']} · PDF")]


def test_what_differs_from_the_usual_is_said():
    rows = [{**ROW, "running": True, "appendix": False, "pages_n": None}]
    said = text(of_class(page("en", rows=rows), "briefing-row"))
    for key in ("unfinished", "short"):
        assert words_for("en")(f"briefings.{key}") in said
        assert words_for("en")(f"briefings.{key}") not in text(of_class(page("en"), "briefing-row"))
    assert "—" in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_list_says_why(lang):
    words = words_for(lang)
    assert words("briefings.no_rows") in text(page(lang, rows=()))
    assert words("briefings.not_found") in text(page(lang, {"q": "x"}, rows=()))


def test_demo_data_is_marked_on_the_page_and_on_the_list():
    assert "DEMO" in text(of_class(page("en"), "badge"))
    assert words_for("en")("briefings.demo") in text(of_class(page("en"), "archive"))
    plain = archive_section(view("en", demo=False), Link(BRIEFINGS, {}), offer())
    assert "DEMO" not in text(plain)


def test_pages_go_to_newer_and_older_and_stop_at_the_ends():
    assert not of_class(page(), "pages")
    assert [asked(href).get("page") for href in links(of_class(page(more=True), "pages"))] == ["2"]
    assert [asked(href).get("page") for href in links(of_class(page(page=2, more=True), "pages"))] == [None, "3"]
    assert [asked(href).get("page") for href in links(of_class(page(page=3), "pages"))] == ["2"]
    assert words_for("en")("briefings.rows", first="26", last="26") in text(page("en", page=2))


@pytest.mark.parametrize(
    ("size", "said"), [(0, "0.0 kB"), (9_940, "9.9 kB"), (23_375, "23 kB"), (999_999, "1,000 kB"), (1_640_000, "1.6 MB")]
)
def test_a_size_is_told_in_kb_or_mb(size, said):
    assert file_size(size, view("en")) == said


# The ways to it


@pytest.fixture(scope="module")
def office(demo_copy, tmp_path_factory) -> Iterator[SimpleNamespace]:
    """The application over the demo district with two briefings filed, its `page` and a `client`."""
    folder = tmp_path_factory.mktemp("office")
    settings = Settings(database_url=f"sqlite:///{demo_copy(folder)}", briefings=str(folder / "filed"))
    app = create_app(settings, lambda: DEMO_NOW)
    bindery = bindery_of(app.live.engine, app.live.locality, settings, lambda: DEMO_NOW)
    root = app.live.locality.root
    for order in (
        Order("grid_management", "daily", "2026-06-17", root, "zh", True, "xlsx"),
        Order("petitions", "weekly", "2026-W24", STREET, "en", False, "xlsx"),
    ):
        bindery.made(order, nothing)
    yield SimpleNamespace(
        live=app.live,
        page=BriefingsPage(app.live, bindery),
        client=app.server.test_client(),
        crowds=Crowds(app.live, lambda: DEMO_NOW, True),
    )
    app.close()


def rows(office, **query):
    return of_class(office.page.drawn({"lang": "en", **query}), "briefing-row")


def test_the_list_is_the_archive_by_the_filters_of_the_address(office):
    assert len(rows(office)) == 2
    for query, subject in (
        ({"subject": "petitions"}, "Petitions"), ({"kind": "daily"}, "Daily"), ({"area": STREET}, "Petitions"), ({"written": "zh"}, "Grid"),
        ({"q": "petitions"}, "Petitions"), ({"q": "网格"}, "Grid"), ({"written": "en", "kind": "weekly", "q": "24"}, "Petitions"),
    ):  # fmt: skip
        found = rows(office, **query)
        assert len(found) == 1, query
        assert subject in str(found[0].to_plotly_json()), query
    assert not rows(office, q="100%")
    assert not rows(office, page="2")


def test_the_form_names_the_periods_of_the_place(office):
    last, running, _ = select(office.page.drawn({"lang": "en"}), "period").children
    assert [getattr(last, f"data-{kind}").split()[-1] for kind in ("daily", "weekly", "monthly")] == ["2026-06-17", "2026-W24", "2026-05"]
    assert [getattr(running, f"data-{kind}").split()[-1] for kind in ("daily", "weekly", "monthly")] == [
        "2026-06-18",
        "2026-W25",
        "2026-06",
    ]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 200), ("?lang=en&theme=dark", 200), (f"?area={STREET}&subject=petitions&kind=daily&written=zh&page=2", 200), ("?x=1", 200),
        (f"?q={quote('<script>')}", 200), ("?lang=fr", 400), ("?theme=pink", 400), ("?subject=nix", 400), ("?subject=overview", 400),
        ("?kind=yearly", 400), ("?written=fr", 400), ("?page=0", 400), ("?page=x", 400), ("?page=99999", 400), (f"?q={'x' * 61}", 400),
        ("?q=%00", 400), ("?area=9", 404), ("?area=%00", 404),
    ],
)  # fmt: skip
def test_an_address_is_shown_or_refused_in_words(office, query, status):
    for lang in LANGUAGES:
        found = office.client.get(f"/briefings{query}", headers={"Accept-Language": lang})
        said = found.get_data(as_text=True)
        assert found.status_code == status
        assert "<script>alert" not in said
        if status != 200 and "lang=" not in query:
            assert words_for(lang)(f"error.{status}") in said


def test_nothing_is_drawn_of_a_wrong_address(office):
    for wrong in ({"page": "0"}, {"area": "9"}, {"subject": "nix"}):
        assert office.page.drawn({"lang": "en", **wrong}) == ""


def test_it_is_protected_like_every_page(office):
    headers = office.client.get("/briefings").headers
    assert headers["Content-Security-Policy"] == office.client.get("/desk/grid_management").headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("module", ["overview", "grid_management"])
@pytest.mark.parametrize("surface", ["wall", "desk"])
def test_wall_and_desk_lead_to_it_with_their_subject_and_area(office, module, surface):
    for area in (None, STREET):
        query = {"lang": "en"} | ({"area": area} if area else {})
        shown = drawn_page(Address.of(module, query, office.live, surface), office.live, office.crowds)
        links_ = of_class(shown, "to-briefings")
        subject = "district" if module == "overview" else module
        assert [asked(link.href) for link in links_] == [{**query, "subject": subject}]
        assert office.client.get(links_[0].href).status_code == 200
        if surface == "wall":
            assert links_[0] in of_class(shown, "screen-links")[0].children


@pytest.mark.parametrize("module", list(declared()))
def test_wall_desk_and_interface_carry_one_digest(office, module):
    told = office.client.get(f"/api/v1/modules/{module}/snapshot").get_json()
    for surface in ("wall", "desk"):
        shown = drawn_page(Address.of(module, {"lang": "zh"}, office.live, surface), office.live, office.crowds)
        sent = json.loads(office.live.drawn_bytes(module, None, surface, "zh")[1])
        assert getattr(shown, "data-digest") == sent["digest"] == told["digest"]
    line = next(part for part in parts(shown) if getattr(part, "id", None) == DIGEST_ID)
    assert line.title == sent["props"][DIGEST_ID]["title"] == told["digest"]
    assert told["digest"][:8] in line.children


def test_a_page_renews_its_list_from_the_same_archive(office):
    found = office.client.get("/live/briefings?lang=en&subject=petitions")
    assert found.status_code == 200
    assert found.headers["Cache-Control"] == "no-store"
    drawn = next(
        part for part in parts(office.page.drawn({"lang": "en", "subject": "petitions"})) if getattr(part, "id", None) == ARCHIVE_ID
    )
    assert found.get_json() == json.loads(json.dumps({"children": rendered(drawn.children)}, default=str))
    assert "briefing-row" in found.get_data(as_text=True)
    assert office.client.get("/live/briefings?kind=yearly").status_code == 400
