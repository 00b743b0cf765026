"""Everything published about petitions, for the district and every sub-district, set against an attacker who adds and subtracts.

Each number read from a snapshot is a known sum over the cells of a tally in a period. A withheld number must not follow from them:
its own sum must lie outside the space the known sums span (linear algebra over all cells, those of published zeros left out).
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest

from dashboard.taking.moment import Taking
from dashboard.taking.readings import reading_of
from dashboard.taking.snapshot import take
from data.db import reading
from data.measures import Scope, Span
from data.subjects import hotline, mediation, petitions
from modules import petitions as module
from tests.subjects.conftest import NOW, PLACE
from tests.subjects.petition_numbers import MADE, MONTH, OF_UNITS, QUARTER, UNGUARDED, WEEK, Tallies

STREETS = [f"44051200{n}" for n in range(1, 8)]
K = 10


@dataclass(frozen=True)
class Sum:
    """A published or withheld number: the cells of a table, counter and period that carry these keys (each one of several)."""

    of: tuple  # table, counter, days
    keys: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def one_cell(self) -> bool:
        """Whether it is of one key of each kind; a sum of several that are withheld may well be known."""
        return all(len(keys) == 1 for _, keys in self.keys)

    @classmethod
    def at(cls, table, counter, days, **keys):
        return cls((table, counter, days), tuple(sorted((name, (key,)) for name, key in keys.items())))


Said = tuple[Sum, float | None]  # None: withheld


def street_of(code):
    return {} if code == PLACE.root else {"subdistrict": code}


def said_by_readings(code, readings) -> Iterator[Said]:
    """Counts a key number tells: its denominator, or itself; the same of the period before."""
    for key, reading_ in readings.items():
        if key in OF_UNITS or key in UNGUARDED or (code != PLACE.root and not MADE[key].streets):
            continue
        made = MADE[key]
        where = {made.where[0]: made.where[1]} if made.where else {}
        sum_ = Sum.at(made.table, made.under, made.days, **street_of(code), **where)
        yield sum_, None if reading_.quality == "suppressed" else reading_.denominator if made.over else reading_.value


BARS = {
    "ageing": (petitions.petition_stock, "open", WEEK, "age"),
    "reversal": (petitions.petition_review, "reviewed", QUARTER, "handler"),
    "again_by_unit": (petitions.petition_reply, "replied", QUARTER, "handler"),
    "reasons": (petitions.petition_extension, "extended", QUARTER, "reason"),
    "channels": (petitions.petition_cell, "registered", MONTH, "channel"),
    "mediation_kinds": (mediation.mediation_day, "concluded", MONTH, "kind"),
    "hotline_types": (hotline.hotline_day, "due", WEEK, "type"),
    "hotline_received": (hotline.hotline_day, "received", MONTH, "type"),
}
REPLIES = (petitions.petition_reply, "replied", QUARTER)


def said_by_bars(code, key, data) -> Iterator[Said]:
    table, counter, days, by = BARS[key]
    for row in data["rows"]:
        number = row["of"] if data["unit"] == "percent" else row["value"]
        yield Sum.at(table, counter, days, **street_of(code), **{by: row["key"]}), None if row["withheld"] else number


def said_by_flow(data, tallies) -> Iterator[Said]:
    replies, columns = tallies[petitions.petition_reply], ("appeal", "handler", "answer")
    shown = {column: [node["key"].partition(":")[2] for node in data["nodes"] if node["key"].startswith(column)] for column in columns}

    def keys(node):
        by, _, key = node.partition(":")
        return by, (key,) if key != "others" else tuple(sorted(set(replies[by]) - set(shown[by])))

    for node in data["nodes"]:
        yield Sum(REPLIES, (keys(node["key"]),)), None if node["withheld"] else node["value"]
    for link in data["links"]:
        yield Sum(REPLIES, tuple(sorted(keys(link[end]) for end in ("from", "to")))), None if link["withheld"] else link["value"]


def said_by_matrix(data) -> Iterator[Said]:
    for row, line in zip(data["rows"], data["cells"], strict=True):
        for column, cell in zip(data["columns"], line, strict=True):
            sum_ = Sum.at(*REPLIES, appeal=row["key"], subdistrict=column["key"])
            yield sum_, None if cell["withheld"] else cell["value"] or 0.0


def said_by_panels(code, snapshot, tallies) -> Iterator[Said]:
    told = {panel.key: panel.data for panel in snapshot.panels if not panel.data.get("missing")}
    for key in BARS.keys() & told.keys():
        yield from said_by_bars(code, key, told[key])
    for row in told["topics"]["rows"]:
        yield Sum.at(*REPLIES, **street_of(code), appeal=row["key"]), row["value"]
    for group in told["waiting"]["groups"]:
        yield Sum.at(petitions.petition_wait, "begun", QUARTER, **street_of(code), stage=group["key"]), group["n"]
    for area in told["map"]["areas"]:
        sum_ = Sum.at(petitions.petition_cell, "registered", MONTH, subdistrict=area["code"])
        yield sum_, None if area.get("withheld") else area["value"]
    if code == PLACE.root:
        yield from said_by_flow(told["flow"], tallies)
        yield from said_by_matrix(told["topic_place"])
        for point in told["content"]["points"]:
            yield Sum.at(petitions.petition_cell, "evaluable", QUARTER, unit=point["key"]), point["n"]
        for row in told["on_time_by_unit"]["rows"]:
            yield Sum.at(petitions.petition_cell, "reply_due", QUARTER, unit=row["key"]), row["n"][-1]


PANELS_HELD = {
    "flow", "ageing", "waiting", "reversal", "content", "topics", "clocks", "on_time_by_unit", "topic_place", "again_by_unit", "reasons",
    "channels", "by_month", "held", "counts", "mediation", "mediation_kinds", "hotline", "hotline_types", "hotline_received", "receptions",
    "map", "sources",
}  # fmt: skip


@pytest.fixture(scope="module")
def published(history, workday):
    """Every sum said anywhere, with its number (None: withheld), and the rows themselves."""
    said: dict[Sum, float | None] = {}
    with reading(history) as connection:
        tallies = Tallies.read(connection)
        for code in (PLACE.root, *STREETS):
            taking = Taking(connection, PLACE.region, PLACE.root, code, NOW, PLACE.zone, workday=workday)
            snapshot = take(module.MODULE, taking, {}, True)
            assert {panel.key for panel in snapshot.panels if panel.kind != "kpi"} == PANELS_HELD
            for sum_, number in (*said_by_readings(code, snapshot.readings), *said_by_panels(code, snapshot, tallies)):
                assert said.setdefault(sum_, number) == number, f"{sum_} is told twice, and differently"
    return said, tallies


def counted(tallies, sum_):
    """What a sum is, by the rows."""
    table, counter, days = sum_.of
    frame = tallies[table]
    frame = frame[frame.day.between(*days)]
    for name, keys in sum_.keys:
        frame = frame[frame[name].isin(keys)]
    return float(frame[f"{counter}_n"].sum())


def test_much_is_said_and_much_is_withheld(published):
    said, _ = published
    withheld = sum(number is None for number in said.values())
    assert len(said) > 350
    assert 0.2 < withheld / len(said) < 0.7


def test_what_is_said_is_what_the_rows_count(published):
    said, tallies = published
    for sum_, number in said.items():
        if number is not None:
            assert number == counted(tallies, sum_), sum_


def test_no_number_below_ten_is_said(published):
    said, _ = published
    assert not [sum_ for sum_, number in said.items() if number is not None and 0 < number < K]


def test_no_number_of_the_past_below_ten_is_said(history, workday):
    counts = [metric for metric in module.MODULE.every_metric if metric.unit == "count" and metric.key not in OF_UNITS]
    said = []
    with reading(history) as connection:
        for code in (PLACE.root, *STREETS):
            taking = Taking(connection, PLACE.region, PLACE.root, code, NOW, PLACE.zone, workday=workday)
            for metric in counts:
                found = reading_of(metric, taking)
                said += [*found.spark, found.comparison and found.comparison.median]
    assert len([value for value in said if value]) > 100
    assert not [value for value in said if value and value < K]


def test_every_number_below_ten_is_withheld(published):
    said, tallies = published
    small = [sum_ for sum_ in said if 0 < counted(tallies, sum_) < K]
    assert len(small) > 60
    assert all(said[sum_] is None for sum_ in small)


def axes_of(sums):
    return sorted({name for sum_ in sums for name, _ in sum_.keys})


def system(sums, tallies):
    """One column for each combination of keys that may be more than zero, one row of ones and zeros for each sum."""
    table = sums[0].of[0]
    axes = axes_of(sums)
    values = [sorted(set(tallies[table][axis])) for axis in axes]
    cells = list(product(*values))
    rows = np.zeros((len(sums), len(cells)))
    for row, sum_ in enumerate(sums):
        wanted = dict(sum_.keys)
        rows[row] = [all(key in wanted.get(axis, (key,)) for axis, key in zip(axes, cell, strict=True)) for cell in cells]
    return rows


def test_no_withheld_number_follows_from_the_others(published):
    said, tallies = published
    families = defaultdict(list)
    for sum_ in said:
        families[sum_.of].append(sum_)
    attacked = 0
    for sums in families.values():
        rows = system(sums, tallies)
        zero = np.array([said[sum_] == 0 for sum_ in sums])
        possible = ~rows[zero].any(axis=0)
        known = np.array([said[sum_] is not None for sum_ in sums]) & ~zero
        basis = row_space(rows[known][:, possible])
        for sum_, row in zip(sums, rows[:, possible], strict=True):
            if said[sum_] is None and sum_.one_cell:
                rest = row - basis.T @ (basis @ row)
                assert np.abs(rest).max() > 1e-6, f"{sum_} can be worked out"
                attacked += 1
    assert attacked > 120


def test_months_and_their_quarter_do_not_tell_more_together(history):
    """The same matters by sub-district in each month, and by unit in the quarter: what is withheld in either stays so."""
    cells = list(product(range(3), STREETS, sorted_units := unit_keys(history)))
    rows, withheld = [], []

    def tell(part, inside):
        row = np.array([float(inside(*cell)) for cell in cells])
        (withheld if part.withheld else rows).append(row)

    with reading(history) as connection:
        for monthly, quarterly in (
            (petitions.evaluated, petitions.unit_evaluated),
            (petitions.reply_due, petitions.unit_reply_on_time.under),
        ):
            rows.clear()
            withheld.clear()
            for number, days in enumerate(((20454, 20484), (20485, 20512), (20513, 20543))):  # January to March 2026
                tell(monthly.total(connection, Scope(PLACE.region), Span(*days)), lambda month, *_, n=number: month == n)
                for code, part in monthly.by_area(connection, PLACE.region, STREETS, Span(*days)).items():
                    tell(part, lambda month, street, _, n=number, c=code: (month, street) == (n, c))
            for key, part in quarterly.by_key(connection, Scope(PLACE.region), "unit", Span(*QUARTER)).items():
                tell(part, lambda _, __, unit, k=key: unit == k)
            assert withheld
            assert len(rows) > len(sorted_units)
            basis = row_space(np.array(rows))
            assert all(np.abs(row - basis.T @ (basis @ row)).max() > 1e-6 for row in withheld)


def unit_keys(history):
    with reading(history) as connection:
        return sorted(set(Tallies.read(connection)[petitions.petition_cell].unit))


def row_space(rows):
    """Orthonormal rows that span the same."""
    if not rows.size:
        return np.zeros((0, rows.shape[1]))
    _, sizes, basis = np.linalg.svd(rows, full_matrices=False)
    return basis[sizes > 1e-8 * max(sizes[0], 1)]


def test_the_attack_finds_what_can_be_worked_out(published):
    said, tallies = published
    parts = [sum_ for sum_ in said if sum_.of == REPLIES and [name for name, _ in sum_.keys] == ["subdistrict"]]
    whole = Sum.at(*REPLIES)
    assert len(parts) == len(STREETS)
    rows = system([whole, *parts], tallies)
    basis = row_space(rows[:-1])
    assert np.abs(rows[-1] - basis.T @ (basis @ rows[-1])).max() < 1e-9
