"""`python -m bench [measurement …]`: measure, print a table, write bench/results.json."""

import argparse
import sys
from importlib import import_module

from bench.figure import Figure, keep, printed

MEASUREMENTS = ("start", "refresh", "growth", "channels", "cached", "ingest", "streams", "crowd", "briefing")


def main() -> int:
    """Run the measurements asked for, all by default; each keeps its figures as soon as it has them."""
    commands = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    commands.add_argument(
        "measurement", nargs="*", help=f"any of {', '.join(MEASUREMENTS)}; all by default. BENCH_FULL=1 adds the long ones"
    )
    wanted = commands.parse_args().measurement or MEASUREMENTS
    if unknown := sorted(set(wanted) - set(MEASUREMENTS)):
        print(f"no such measurement: {', '.join(unknown)}; there are {', '.join(MEASUREMENTS)}", file=sys.stderr)
        return 2
    for name in wanted:
        figures: list[Figure] = []
        for figure in import_module(f"bench.{name}").measure():
            figures.append(figure)
            print(printed(figure), flush=True)
        keep(figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
