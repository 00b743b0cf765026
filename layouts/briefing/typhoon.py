"""The special report of a response: level and orders, lists as n/N, relocation, incidents, and every gap. Counts only, never people.

What is not complete is told as what is missing; 100 % is told only of what is complete by two sources.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal

from layouts.briefing.document import Block, Cell, Chapter, Cover, Document, Heading, Item, Items, Paragraph, Table
from layouts.briefing.subject import day_text, moment_text, ordinal
from layouts.text import NO_VALUE, Words, percent, words_for
from modules.spec import Level

Grade = Literal[1, 2, 3, 4]


@dataclass(frozen=True, slots=True)
class Named:
    """A name in both languages."""

    label_zh: str
    label_en: str

    def of(self, words: Words) -> str:
        """The name in the reader's language."""
        return words.label({"label_zh": self.label_zh, "label_en": self.label_en})


@dataclass(frozen=True, slots=True)
class Tally:
    """So many done of so many, by an hour, confirmed by so many independent sources. Raises ValueError for more than all."""

    name: Named
    done: int
    total: int
    due_at: datetime | None = None
    sources: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.done <= self.total:
            raise ValueError(f"{self.name.label_en}: {self.done} of {self.total} is no count of what is done")

    @property
    def missing(self) -> int:
        """How many are not done."""
        return self.total - self.done

    @property
    def whole(self) -> bool:
        """Whether all are done and a second source says so."""
        return self.missing == 0 and self.sources > 1

    def level(self, now: datetime) -> Level:
        """Critical past its hour with something missing, warning while missing or confirmed by one source only."""
        if self.whole:
            return Level.OK
        late = self.missing and self.due_at is not None and self.due_at < now
        return Level.CRITICAL if late else Level.WARNING if self.missing else Level.WATCH


@dataclass(frozen=True, slots=True)
class Relocation:
    """People moved out of a place for one cause, as a count."""

    place: Named
    cause: Named
    people: Tally


@dataclass(frozen=True, slots=True)
class Incidents:
    """Incidents of a kind: reported, under way, closed, and late among those not closed."""

    kind: Named
    opened: int
    under_way: int
    closed: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Order:
    """An order in force with its number and the hour it names."""

    number: str
    text: Named
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """The state of a response at one moment."""

    event: Named
    grade: Grade
    signal: Named  # the weather service's warning, which is not the level
    ordered_by: Named
    since: datetime
    as_of: datetime
    number: int
    place: Named
    centre: Named
    orders: tuple[Order, ...] = ()
    tallies: tuple[Tally, ...] = ()
    relocations: tuple[Relocation, ...] = ()
    incidents: tuple[Incidents, ...] = ()
    review_at: datetime | None = None
    exercise: bool = False
    digest: str = ""


def document_of(response: Response, lang: str, zone: tzinfo) -> Document:
    """The report in one language."""
    return _Report(response, words_for(lang), zone).document()


@dataclass(frozen=True, slots=True)
class _Report:
    response: Response
    words: Words
    zone: tzinfo

    def document(self) -> Document:
        told, words = self.response, self.words
        cover = Cover(
            masthead=words("typhoon.masthead", place=told.place.of(words), event=told.event.of(words)),
            kind=words("typhoon.kind"),
            number=words("typhoon.number", n=told.number),
            unit=words("briefing.edited_by", unit=told.centre.of(words)),
            date=day_text(told.as_of.astimezone(self.zone).date(), words),
            lines=self._facts(),
        )
        as_of = f"{words('briefing.as_of')} {self._moment(told.as_of)}"
        return Document(
            title=f"{cover.masthead} {cover.number}",
            subject=words("typhoon.kind"),
            lang=words.lang,
            cover=cover,
            chapters=(Chapter("response", tuple(self._blocks())),),
            footer=(as_of, told.place.of(words), f"{words('briefing.digest')} {told.digest}"),
            digest=told.digest,
            made_at=told.as_of,
            demo=words("typhoon.exercise") if told.exercise else "",
        )

    def _facts(self) -> tuple[tuple[str, str], ...]:
        told, words = self.response, self.words
        facts = (
            ("level", words(f"typhoon.level_{told.grade}")),
            ("signal", told.signal.of(words)),
            ("since", self._moment(told.since)),
            ("ordered_by", told.ordered_by.of(words)),
            ("review", self._moment(told.review_at)),
        )
        return tuple((words(f"typhoon.{name}"), said) for name, said in facts)

    def _moment(self, moment: datetime | None) -> str:
        return NO_VALUE if moment is None else moment_text(moment.astimezone(self.zone), self.words)

    def _blocks(self) -> list[Block]:
        parts = (
            ("state", self._orders()),
            ("lists", self._lists()),
            ("relocation", self._relocation()),
            ("incidents", self._incidents()),
            ("gaps", self._gaps()),
        )
        blocks: list[Block] = [Paragraph(self._lead(), lead=True)]
        for number, (name, block) in enumerate(parts, start=1):
            blocks += [Heading(1, ordinal(number, self.words) + self.words(f"typhoon.{name}"), name), block]
        return blocks

    def _lead(self) -> str:
        told, words = self.response, self.words
        full = sum(tally.whole for tally in told.tallies)
        return words(
            "typhoon.lead",
            event=told.event.of(words), level=words(f"typhoon.level_{told.grade}"), since=self._moment(told.since),
            items=len(told.tallies), full=full, open=len(told.tallies) - full,
            due=words.number(sum(one.people.total for one in told.relocations)),
            moved=words.number(sum(one.people.done for one in told.relocations)),
            incidents=sum(one.opened for one in told.incidents),
            unclosed=sum(one.opened - one.closed for one in told.incidents),
            late=sum(one.overdue for one in told.incidents),
        )  # fmt: skip

    def _table(self, names: Sequence[str], rows: Sequence[tuple[Cell, ...]], widths: tuple[float, ...], caption: str) -> Block:
        if not rows:
            return Paragraph(self.words("typhoon.nothing"))
        numbers = ("done", "share", "missing", "moved", "opened", "under_way", "closed", "overdue")
        head = tuple(Cell(self.words(f"typhoon.{name}"), number=name in numbers) for name in names)
        return Table(self.words(f"typhoon.{caption}"), head, tuple(rows), widths, self.words("typhoon.counts_only"))

    def _orders(self) -> Block:
        rows = [
            (Cell(one.number), Cell(one.text.of(self.words)), Cell(self._moment(one.due_at), soft=True)) for one in self.response.orders
        ]
        return self._table(("order_number", "order", "due"), rows, (0.2, 0.55, 0.25), "state")

    def _counted(self, tally: Tally) -> tuple[Cell, ...]:
        words = self.words
        whole = tally.missing > 0 or tally.whole
        share = f"{percent(100 * tally.done / tally.total)}%" if tally.total and whole else NO_VALUE
        return (
            Cell(f"{words.number(tally.done)} / {words.number(tally.total)}", number=True),
            Cell(share, number=True),
            Cell(words.number(tally.missing), number=True),
        )

    def _lists(self) -> Block:
        words, now = self.words, self.response.as_of
        rows = [
            (
                Cell(tally.name.of(words), str(tally.level(now))),
                *self._counted(tally),
                Cell(words("typhoon.two_sources" if tally.sources > 1 else "typhoon.one_source"), soft=True),
                Cell(self._moment(tally.due_at), soft=True),
            )
            for tally in self.response.tallies
        ]
        return self._table(("item", "done", "share", "missing", "sources", "due"), rows, (0.3, 0.16, 0.1, 0.08, 0.14, 0.22), "lists")

    def _relocation(self) -> Block:
        words = self.words
        rows = [(Cell(one.place.of(words)), Cell(one.cause.of(words)), *self._counted(one.people)) for one in self.response.relocations]
        return self._table(("place", "cause", "moved", "share", "missing"), rows, (0.3, 0.24, 0.2, 0.14, 0.12), "relocation")

    def _incidents(self) -> Block:
        words = self.words
        rows = [
            (
                Cell(one.kind.of(words)),
                *(Cell(words.number(count), number=True) for count in (one.opened, one.under_way, one.closed, one.overdue)),
            )
            for one in self.response.incidents
        ]
        return self._table(("kind_of", "opened", "under_way", "closed", "overdue"), rows, (0.4, 0.15, 0.15, 0.15, 0.15), "incidents")

    def _gaps(self) -> Block:
        """Every list that is not whole, what is past its hour first, then late incidents."""
        words, now = self.words, self.response.as_of
        short = [*self.response.tallies, *(one.people for one in self.response.relocations if one.people.missing)]
        order = (Level.CRITICAL, Level.WARNING, Level.WATCH)
        open_ = sorted((tally for tally in short if not tally.whole), key=lambda tally: (order.index(tally.level(now)), -tally.missing))
        items = [Item(self._gap(tally), str(tally.level(now))) for tally in open_]
        late = [one for one in self.response.incidents if one.overdue]
        items += [Item(words("typhoon.gap_late_incidents", name=one.kind.of(words), n=one.overdue), str(Level.CRITICAL)) for one in late]
        return Items(tuple(items)) if items else Paragraph(words("typhoon.no_gaps"))

    def _gap(self, tally: Tally) -> str:
        words, name = self.words, tally.name.of(self.words)
        if not tally.missing:
            return words("typhoon.gap_unconfirmed", name=name)
        passed = tally.due_at is not None and tally.due_at < self.response.as_of
        key = "typhoon.gap_late" if passed else "typhoon.gap_due"
        due = words(key, due=self._moment(tally.due_at)) if tally.due_at else ""
        counts = {"missing": words.number(tally.missing), "done": words.number(tally.done), "total": words.number(tally.total)}
        return words("typhoon.gap", name=name, late=due, **counts)
