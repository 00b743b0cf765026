"""The command line: `python -m dashboard --help`."""

import argparse
import sys
from pathlib import Path

from dashboard.attached import end_with_starter
from dashboard.briefings import command
from dashboard.settings import Settings, settings_from
from dashboard.start import INTERRUPTED, REFUSALS, REFUSED, reason
from data.db import engine_for, reachable, reading, writing


def serve(settings: Settings, chosen: argparse.Namespace) -> int:
    """Run the web process."""
    if chosen.attached:
        end_with_starter()
    from dashboard.serve import serve as run_web

    run_web(settings)
    return 0


def work(settings: Settings, chosen: argparse.Namespace) -> int:
    """Run the worker."""
    if chosen.attached:
        end_with_starter()
    from dashboard.work import work as run_worker

    run_worker(settings)
    return 0


def ingest(settings: Settings, chosen: argparse.Namespace) -> int:
    """Load files, each in one transaction; prints what became of their rows. Cases come through a mapping, headlines without one."""
    if chosen.kind == "headlines":
        return _headlines(settings, chosen)
    from dashboard.fill import rules_of
    from dashboard.place import prepared, say_on_terminal
    from dashboard.watcher import wall_clock
    from data.ingest.file import load_file
    from data.ingest.mapping import MappingError, load_mapping
    from data.ingest.records import check_size

    if not chosen.mapping:
        raise MappingError("--mapping", "missing", "a mapping below data/ingest/mappings, or a path of a .toml file")
    mapping = load_mapping(chosen.mapping)
    if mapping.place.key != settings.place:
        allowed = f"a mapping for {settings.place}, or PLACE={mapping.place.key}"
        raise MappingError("place.key", f"the mapping is for {mapping.place.key}", allowed)
    for path in chosen.files:
        check_size(Path(path), mapping.file.max_bytes)
    engine = engine_for(settings.database)
    now = wall_clock()
    place = prepared(engine, settings, now, say_on_terminal)
    for path in chosen.files:
        with writing(engine) as connection:
            receipt = load_file(connection, Path(path), mapping, rules_of(connection, place), now)
        print(receipt, Path(path).name, sep="  ")
        for line, field, why in receipt.problems:
            print(f"  line {line}: {field}: {why}")
    return 0


def _headlines(settings: Settings, chosen: argparse.Namespace) -> int:
    from dashboard.place import prepared, say_on_terminal
    from dashboard.watcher import wall_clock
    from data.ingest.headlines import load_headlines

    engine = engine_for(settings.database)
    now = wall_clock()
    place = prepared(engine, settings, now, say_on_terminal)
    for path in map(Path, chosen.files):
        with writing(engine) as connection:
            receipt = load_headlines(connection, path, place, now)
        print(receipt, path.name, sep="  ")
        for line, field, why in receipt.problems:
            print(f"  line {line}: {field}: {why}")
    return 0


def metrics(settings: Settings, chosen: argparse.Namespace) -> int:
    """Print the metric dictionary."""
    from dashboard.dictionary import listing, markdown

    print(markdown() if chosen.markdown else listing(chosen.lang))
    return 0


def rollups(settings: Settings, chosen: argparse.Namespace) -> int:
    """Compare every counter, and every fact that follows from others, with what it is made from; or make them anew."""
    from dashboard.watcher import wall_clock
    from data import ledger
    from data.rollups import differences
    from data.seed.places import load_place

    engine, region = engine_for(settings.database), load_place(settings.place).region
    reachable(engine)
    if chosen.what == "rebuild":
        with writing(engine) as connection:
            ledger.rebuild_all(connection, region, wall_clock())
        print("rebuilt")
        return 0
    with reading(engine) as connection:
        found = [line for follower in ledger.all_followers() for line in follower.strayed(connection, region)]
        found += differences(connection, region, ledger.all_cubes())
    for line in found[:50]:
        print(line)
    print(f"{len(found)} differences")
    return 1 if found else 0


def audit(settings: Settings, chosen: argparse.Namespace) -> int:
    """Recompute the chain of the audit; names the first row that is wrong, else prints its head, to be compared with one noted before."""
    from data.audit import verified
    from data.seed.places import load_place

    engine, region = engine_for(settings.database), load_place(settings.place).region
    reachable(engine)
    with reading(engine) as connection:
        found = verified(connection, region)
    if found.broken is not None:
        print(f"row {found.broken}: {found.fault}; {found.rows} rows before it are whole")
        return 1
    print(f"{found.rows} rows are whole; head {found.head}")
    return 0


def parser() -> argparse.ArgumentParser:
    """All commands."""
    commands = argparse.ArgumentParser(prog="python -m dashboard", description="District operations wall")
    each = commands.add_subparsers(required=True, metavar="COMMAND")
    for name, does in (("serve", serve), ("work", work)):
        part = each.add_parser(name, help=(does.__doc__ or "").strip())
        part.add_argument("--attached", action="store_true", help="end when standard input ends")
        part.set_defaults(does=does)
    loading = each.add_parser("ingest", help="Load real data.")
    loading.add_argument("kind", choices=["file", "headlines"])
    loading.add_argument("--mapping", help="of files of cases: a mapping below data/ingest/mappings, or a path of a .toml file")
    loading.add_argument("files", nargs="+", metavar="FILE")
    loading.set_defaults(does=ingest)
    listing = each.add_parser("metrics", help="Print the metric dictionary.")
    listing.add_argument("--markdown", action="store_true", help="as the document docs/metrics.md")
    listing.add_argument("--lang", choices=["zh", "en"], default="zh")
    listing.set_defaults(does=metrics)
    counting = each.add_parser("rollups", help="Compare counters with facts, or rebuild them.")
    counting.add_argument("what", choices=["verify", "rebuild"])
    counting.set_defaults(does=rollups)
    proving = each.add_parser("audit", help="Prove that no row of the audit was changed.")
    proving.add_argument("what", choices=["verify"])
    proving.set_defaults(does=audit)
    command.add_to(each)
    return commands


def main() -> int:
    """Run one command; a refused start is one line and status 2."""
    chosen = parser().parse_args()
    try:
        return int(chosen.does(settings_from(), chosen))
    except REFUSALS as error:
        print(reason(error), file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
