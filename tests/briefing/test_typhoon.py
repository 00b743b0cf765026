"""The special report of a response: what is missing is told, and 100 % only of what two sources confirm."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layouts.briefing.document import Items, Paragraph, Table
from layouts.briefing.typhoon import Incidents, Named, Order, Relocation, Response, Tally, document_of
from modules.spec import Level

NOW = datetime(2026, 9, 12, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")


def named(name: str) -> Named:
    """A name of two languages."""
    return Named(f"{name}（中）", name)


def response(**changes: object) -> Response:
    """A response of level II with the facts given."""
    facts = {
        "event": named("Typhoon 12"), "grade": 2, "signal": named("orange"), "ordered_by": named("District command"),
        "since": NOW - timedelta(hours=5), "as_of": NOW, "number": 3, "place": named("District"), "centre": named("Centre"),
        "digest": "abc123",
    }  # fmt: skip
    return Response(**{**facts, **changes})  # type: ignore[arg-type]


def tally(done: int, total: int, due_h: float | None = None, sources: int = 2, name: str = "Boats in port") -> Tally:
    """A list of which so many are done."""
    return Tally(named(name), done, total, None if due_h is None else NOW + timedelta(hours=due_h), sources)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(1, 2), st.integers(-300, 300))
def test_only_what_is_whole_by_two_sources_is_told_as_whole(done: int, more: int, sources: int, due_min: int) -> None:
    one = tally(done, done + more, due_min / 60, sources)
    assert one.whole is (more == 0 and sources == 2)
    assert (one.level(NOW) is Level.OK) is one.whole
    assert (one.level(NOW) is Level.CRITICAL) is (more > 0 and due_min < 0)


def test_more_than_all_is_refused() -> None:
    with pytest.raises(ValueError, match="5 of 4"):
        tally(5, 4)


def test_a_full_list_by_one_source_is_not_told_as_hundred_percent() -> None:
    document = document_of(response(tallies=(tally(30, 30, sources=1), tally(10, 10, name="Rafts"))), "en", ZONE)
    table = next(block for block in document.blocks if isinstance(block, Table))
    assert [[cell.text for cell in row[:5]] for row in table.rows] == [
        ["Boats in port", "30 / 30", "—", "0", "one source only"],
        ["Rafts", "10 / 10", "100.0%", "0", "two sources"],
    ]
    (gaps,) = (block for block in document.blocks if isinstance(block, Items))
    assert [item.text for item in gaps.items] == ["Boats in port: complete by one source only, not reported as 100 %."]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_gaps_are_told_the_late_ones_first(lang: str) -> None:
    moved = (Relocation(named("Low ground"), named("flood"), tally(70, 74, 3, name="Low ground")),)
    facts = response(
        tallies=(tally(900, 917, 2, name="Rafts"), tally(711, 717, -1)), relocations=moved,
        orders=(Order("7", named("All boats in"), NOW),),
        incidents=(Incidents(named("Flooded road"), 5, 2, 2, 1), Incidents(named("Fallen tree"), 3, 0, 3, 0)), exercise=True,
    )  # fmt: skip
    document = document_of(facts, lang, ZONE)
    (gaps,) = (block for block in document.blocks if isinstance(block, Items))
    assert [item.level for item in gaps.items] == ["critical", "warning", "warning", "critical"]
    assert "6" in gaps.items[0].text and "711" in gaps.items[0].text and "17" in gaps.items[1].text
    assert document.demo == ("演练" if lang == "zh" else "EXERCISE")
    lead = next(block.text for block in document.blocks if isinstance(block, Paragraph))
    assert all(number in lead for number in ("70", "74", "8", "3", "1"))


def test_without_gaps_it_says_so() -> None:
    document = document_of(response(tallies=(tally(10, 10),)), "en", ZONE)
    assert document.blocks[-1] == Paragraph("No gaps: every list is complete and confirmed by two sources, no incident is late.")
