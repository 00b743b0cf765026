"""`python -m dashboard brief`: makes one briefing in this process and files it, or lists what is filed."""

import argparse
import sys
from pathlib import Path

from sqlalchemy import RowMapping

from dashboard.briefings.archive import Search
from dashboard.briefings.bindery import Bindery, Unmade
from dashboard.briefings.dispatch import dispatch_of
from dashboard.briefings.maker import bindery_of
from dashboard.briefings.orders import Order, order_of, said
from dashboard.place import prepared, say_on_terminal, shown_locality
from dashboard.refusal import Refusal
from dashboard.settings import Settings
from dashboard.start import REFUSED
from dashboard.taking.opened import UnknownArea
from dashboard.watcher import Clock, wall_clock
from data.db import engine_for
from data.periods import date_of
from layouts.briefing.edition import FORMS, Kind
from layouts.text import LANGUAGES, Words, words_for

LISTED = 50
HELP = """Make a briefing and file it.

  brief --kind daily                        the whole district, yesterday, as PDF
  brief --subject petitions --period 2026-10
  brief --kind weekly --period running --form docx --out week.docx
  brief list                                what is filed, newest first
  brief schedules                           what appears by itself: when next, and what became of the last
"""


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its options."""
    part = commands.add_parser(
        "brief", help="Make a briefing, or list those made.", description=HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    usual = Order()
    part.add_argument("what", nargs="?", choices=("make", "list", "schedules"), default="make")
    part.add_argument("--subject", default=usual.subject, help=f"a module's key, or {usual.subject} (default)")
    part.add_argument("--kind", default=usual.kind, choices=[str(kind) for kind in Kind], help=f"default: {usual.kind}")
    part.add_argument(
        "--period", default="", help="2026-11-21, 2026-W47, 2026-11, running; of special 2026-11-21T15:00 (default: the last finished; now)"
    )
    part.add_argument("--area", default="", help="the code of an area (default: the whole district)")
    part.add_argument("--lang", default=usual.lang, choices=LANGUAGES, help=f"default: {usual.lang}")
    part.add_argument("--appendix", default=True, action=argparse.BooleanOptionalAction, help="with the dictionary, sources and digests")
    part.add_argument("--form", default=usual.form, choices=FORMS, help=f"default: {usual.form}")
    part.add_argument("--out", type=Path, metavar="FILE", help="write a copy here as well")
    part.set_defaults(does=brief)


def brief(settings: Settings, chosen: argparse.Namespace, clock: Clock = wall_clock) -> int:
    """Make or list; what is not allowed or cannot be made is one line and status 2."""
    engine = engine_for(settings.database)
    place = prepared(engine, settings, clock(), say_on_terminal)
    bindery, words = bindery_of(engine, shown_locality(place, settings), settings, clock), words_for(chosen.lang)
    try:
        if chosen.what == "list":
            return _list(bindery)
        if chosen.what == "schedules":
            print(*dispatch_of(bindery, settings).lines(), sep="\n")
            return 0
        return _make(bindery, chosen, words)
    except Refusal as error:
        fault = words("problem.allowed", found=error.found, allowed=", ".join(said(error, words)))
    except UnknownArea as error:
        fault = words("making.no_area", area=error.args[0])
    except Unmade as error:
        fault = error.said(words)
    except OSError as error:
        fault = words("making.no_disk", reason=f"{error.filename}: {error.strerror}")
    finally:
        engine.dispose()
    sys.stderr.write(f"{fault}\n")
    return REFUSED


def _make(bindery: Bindery, chosen: argparse.Namespace, words: Words) -> int:
    wanted = {name: getattr(chosen, name) for name in Order.__dataclass_fields__}
    order = order_of(wanted, bindery.editions)
    made = bindery.made(order, lambda stage, _: say_on_terminal(f"{words(f'making.{stage}')} …\n"))
    path = bindery.archive.path(made)
    if chosen.out:
        chosen.out.write_bytes(path.read_bytes())
    print(made["title"])
    print(path, *([f"{made['pages_n']} p."] if made["pages_n"] else []), f"{made['size_n']} B", made["digest"], sep="  ")
    return 0


def _list(bindery: Bindery) -> int:
    for row in bindery.archive.listed(Search(limit=LISTED))[:LISTED]:
        print(_line(row, bindery))
    return 0


def _line(row: RowMapping, bindery: Bindery) -> str:
    period = f"{date_of(row['first_on'])}…{date_of(row['last_on'])}"
    made = row["made_at"].astimezone(bindery.editions.here.zone).strftime("%Y-%m-%d %H:%M")
    return "  ".join((made, row["kind"], period, row["area"], row["subject"], row["lang"], row["form"], row["digest"], row["file"]))
