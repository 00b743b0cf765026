"""The bindery: takes orders, makes what was ordered stage by stage, and files it. What cannot be made says why, in words."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.exc import SQLAlchemyError

from dashboard.briefings.archive import Archive, file_stem, key_of
from dashboard.briefings.editions import Editions, NothingRead
from dashboard.briefings.jobs import CANCELLED, DONE, FAILED, LEASE, Cancelled, Jobs, Lost
from dashboard.briefings.orders import Order
from dashboard.taking.opened import UnknownArea
from layouts.briefing.edition import DISTRICT, Edition, Kind
from layouts.text import Words

log = logging.getLogger(__name__)
SIGN_S = (LEASE / 4) / timedelta(seconds=1)
Stage = Callable[[str, str | None], None]  # the stage that begins, and the edition once it is known


class Unmade(Exception):
    """A briefing that could not be made: the key of the reason, and what it is said with."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.key, self.values = key, values

    def said(self, words: Words) -> str:
        """The reason in words."""
        return message(self.key, self.values, words)


@dataclass(frozen=True, slots=True)
class Bound:
    """A briefing as bytes, with its title and, where it has such, its pages."""

    body: bytes
    title: str
    pages: int | None = None


def message(key: str, values: dict[str, str], words: Words) -> str:
    """What a reason says; modules among its values by their names."""
    named = {name: _module(value, words) if name == "module" else value for name, value in values.items()}
    return words(f"making.{key}", **named) if key else ""


def _module(key: str, words: Words) -> str:
    return words("briefing.district") if key == DISTRICT else words.module(key)


class Bindery:
    """Makes briefings of a place, one at a time."""

    def __init__(self, editions: Editions, archive: Archive, jobs: Jobs) -> None:
        self.editions, self.archive, self.jobs = editions, archive, jobs

    def ask(self, order: Order) -> RowMapping:
        """The job that makes what is ordered, over at once where it was made before. Raises Busy."""
        period = order.period_in(self.editions)
        known = self.editions.known(period, order.area) if period else None
        found = self.archive.found(key_of(_asked(order, known["id"]))) if known else None
        return self.jobs.add(order, known["id"] if found and known else None, found["id"] if found else None)

    def ask_again(self, made: RowMapping) -> RowMapping:
        """The job that makes a briefing anew from its kept numbers. Raises Busy."""
        kept = {name: made[name] for name in ("subject", "kind", "area", "lang", "appendix", "form")}
        return self.jobs.add(Order(period=self.editions.period(made).text, **kept), made["edition"])

    def work(self, job: RowMapping) -> None:
        """Make what a claimed job asks for; whatever comes of it, the job says so."""
        order = Order(**{name: job[name] for name in asdict(Order())})

        def begin(stage: str, edition: str | None = None) -> None:
            self.jobs.begin(job, stage, **({"edition": edition} if edition else {}))

        with self._signs(job):
            try:
                made = self.made(order, begin, job["edition"])
            except Cancelled:
                self.jobs.end(job, CANCELLED)
            except Lost:
                log.warning("briefing job %s is worked on elsewhere", job["id"])
            except Unmade as error:
                log.warning("briefing job %s failed: %s %s", job["id"], error.key, error.values)
                self.jobs.end(job, FAILED, said=error.key, **error.values)
            else:
                self.jobs.end(job, DONE, made["id"])

    def made(self, order: Order, begin: Stage, again: str | None = None) -> RowMapping:
        """The filed briefing; made anew from the kept edition `again`, where one is named. Raises Unmade, and what `begin` raises."""
        try:
            begin("taking", None)
            row = self.editions.row(again) if again else self.editions.taken(order.period_in(self.editions), order.area)
            if row is None:
                raise Unmade("gone")
            asked = _asked(order, row["id"])
            found = None if again else self.archive.found(key_of(asked))
            return found or self._bound_and_filed(order, row, asked, begin)
        except (Unmade, Cancelled, Lost):
            raise
        except Exception as error:
            raise _unmade(error) from error

    def _bound_and_filed(self, order: Order, row: RowMapping, asked: dict[str, Any], begin: Stage) -> RowMapping:
        begin("writing", row["id"])
        edition = self.editions.edition(row, order.subject)
        _told(edition)
        bound = _bound(edition, order, lambda: begin("typesetting", None))
        begin("filing", None)
        facts = {"title": bound.title, "digest": edition.digest, "pages_n": bound.pages}
        return self.archive.file(asked, facts, self._stem(order, edition), bound.body, self.editions.clock())

    def _stem(self, order: Order, edition: Edition) -> str:
        """What the file is called: subject, area, kind, period and, where that was not over or is a moment, as of when."""
        whole = edition.kind is not Kind.SPECIAL and not edition.running
        moment = "" if whole else edition.as_of.strftime("%Y%m%d-%H%M%S")
        period = "" if edition.kind is Kind.SPECIAL else order.period
        extent = "" if order.appendix else "short"
        return file_stem(order.subject, order.area, order.kind, period, moment, order.lang, extent, "DEMO" if edition.demo else "")

    @contextmanager
    def _signs(self, job: RowMapping) -> Iterator[None]:
        """Signs of life beside the work, which may say nothing for long."""
        over = threading.Event()

        def sign() -> None:
            while not over.wait(SIGN_S):
                try:
                    self.jobs.live(job)
                except SQLAlchemyError:
                    continue  # it is said where the work itself meets it

        thread = threading.Thread(target=sign, name="briefing-signs", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def _asked(order: Order, edition: str) -> dict[str, Any]:
    return {"edition": edition, "subject": order.subject, "lang": order.lang, "appendix": order.appendix, "form": order.form}


def _told(edition: Edition) -> None:
    """Nothing, or Unmade where the edition has nothing to tell."""
    snapshots = list(edition.snapshots.values())
    if not snapshots or all(snapshot.error for snapshot in snapshots):
        raise Unmade("unread", module=edition.subject)
    readings = [reading for snapshot in snapshots for reading in snapshot.readings.values()]
    if readings and not any(reading.known for reading in readings):
        raise Unmade("empty", module=edition.subject)


def _bound(edition: Edition, order: Order, typesetting: Callable[[], None]) -> Bound:
    """The edition in the form ordered. What typesets is large: it is loaded when it is first needed."""
    from layouts.briefing.build import document_of

    document = document_of(edition, order.lang, order.appendix)
    typesetting()
    if order.form == "pdf":
        from layouts.briefing.pdf import typeset

        made = typeset(document)
        return Bound(made.pdf, document.title, made.pages)
    if order.form == "docx":
        from layouts.briefing.docx import written

        return Bound(written(document), document.title)
    from dashboard.briefings.workbook import workbook

    return Bound(workbook(edition, document.title, order.lang), document.title)


def _unmade(error: Exception) -> Unmade:
    """Why nothing was made; what nobody foresaw is in the log with all there is to know."""
    from lxml.etree import SerialisationError  # what writes workbooks says so when its own files cannot be written

    from layouts.briefing.pdf import CannotTypeset

    first = (str(error).splitlines() or [type(error).__name__])[0]
    if isinstance(error, CannotTypeset):
        log.error("a briefing cannot be typeset: %s", error)
        return Unmade("cannot_typeset", reason=first)
    if isinstance(error, NothingRead):
        return Unmade("unread", module=DISTRICT)
    if isinstance(error, UnknownArea):
        return Unmade("no_area", area=str(error.args[0]))
    if isinstance(error, OSError | SerialisationError):
        return Unmade("no_disk", reason=getattr(error, "strerror", None) or first)
    if isinstance(error, SQLAlchemyError):
        return Unmade("no_database", reason=first)
    log.error("a briefing cannot be made", exc_info=error)
    return Unmade("failed", reason=type(error).__name__)
