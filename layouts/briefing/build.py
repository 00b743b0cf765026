"""Builds the document of an edition: cover, the district in one page, a chapter per field of work, appendix."""

from layouts.briefing.appendix import appendix as appendix_of
from layouts.briefing.chapter import chapter
from layouts.briefing.district import district
from layouts.briefing.document import Chapter, Cover, Document
from layouts.briefing.edition import DISTRICT, Edition
from layouts.briefing.findings import findings
from layouts.briefing.subject import OWN_WINDOWS, Subject, day_text, moment_text, subject_of
from layouts.text import Words, words_for

OVERVIEW = "overview"


def document_of(edition: Edition, lang: str, appendix: bool) -> Document:
    """The whole briefing in one language. The same edition gives the same document."""
    words = words_for(lang)
    subjects = [subject_of(edition, key, words) for key in edition.snapshots]
    fields = [subject for subject in subjects if subject.key != OVERVIEW]
    overview = next((subject for subject in subjects if subject.key == OVERVIEW), None)
    found = {subject.key: findings(subject) for subject in fields}
    chapters: list[Chapter] = [district(overview, fields, found)] if overview and edition.subject == DISTRICT else []
    for subject in fields:
        chapters.append(chapter(subject, len(chapters) + 1, found[subject.key]))
    if appendix:
        chapters.append(appendix_of(subjects, len(chapters) + 1))
    cover = cover_of(edition, subjects[0])
    return Document(
        title=words("briefing.title", masthead=cover.masthead, kind=cover.kind, number=cover.number),
        subject=cover.lines[0][1],
        lang=lang,
        cover=cover,
        chapters=tuple(chapters),
        footer=_footer(edition, subjects[0]),
        digest=edition.digest,
        made_at=edition.as_of,
        demo=words("briefing.demo") if edition.demo else "",
    )


def cover_of(edition: Edition, subject: Subject) -> Cover:
    """The cover, told by the snapshot of a subject."""
    words, place = subject.words, subject.view.snapshot.place
    name = words.label(place, "name")
    told = words("briefing.district") if edition.subject == DISTRICT else words.module(edition.subject)
    area = words.label(place, "area") if place.get("area_zh") else ""
    masthead = words("briefing.area_masthead" if area else "briefing.masthead", place=name, area=area, subject=told)
    year = edition.last.year
    return Cover(
        masthead=masthead,
        kind=words(f"briefing.{edition.kind}"),
        number=words("briefing.number", year=year, n=edition.number),
        unit=words("briefing.edited_by", unit=words.label(place, "centre")),
        date=day_text(subject.view.local(edition.as_of).date(), words),
        lines=_lines(edition, subject, area or words("briefing.whole_area", place=name)),
        distribution=words("briefing.distribution"),
    )


def _lines(edition: Edition, subject: Subject, area: str) -> tuple[tuple[str, str], ...]:
    words = subject.words
    lines = (
        ("period", period_text(edition, words)),
        ("area", area),
        ("as_of", _as_of(edition, subject)),
        ("digest", edition.digest),
    )
    return tuple((words(f"briefing.{name}"), said) for name, said in lines)


def period_text(edition: Edition, words: Words) -> str:
    """The days an edition tells of, that they were not over, and whether each metric has its own window."""
    first, last = day_text(edition.first, words), day_text(edition.last, words)
    text = first if edition.first == edition.last else words("briefing.period_days", first=first, last=last)
    text = words("briefing.running", period=text) if edition.running else text
    return f"{text}{words('charts.between')}{words('briefing.own_windows')}" if edition.kind in OWN_WINDOWS else text


def _as_of(edition: Edition, subject: Subject) -> str:
    return moment_text(subject.view.local(edition.as_of), subject.words)


def _footer(edition: Edition, subject: Subject) -> tuple[str, ...]:
    words, place = subject.words, subject.view.snapshot.place
    area = words.label(place, "area") if place.get("area_zh") else words.label(place, "name")
    told = words("briefing.district") if edition.subject == DISTRICT else words.module(edition.subject)
    return (
        f"{words('briefing.as_of')} {_as_of(edition, subject)}",
        f"{area} · {told}",
        f"{words('briefing.digest')} {edition.digest}",
    )
