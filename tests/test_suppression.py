"""What is kept back protects every small count: attacked over many generated tables by an attacker that shares nothing with the product."""

import time
from collections import Counter
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from data.suppression import TOTAL, Relation, linked, two_way, withheld

K = 10
BATCHES, TABLES = 10, 1010
SIDES = ("topic", "street", "unit", "outcome", "channel")
CHAIN = (("ts", "topic", "street"), ("tu", "topic", "unit"), ("uo", "unit", "outcome"))
STAR = (*CHAIN, ("tc", "topic", "channel"))
GRIDS = arrays(
    int, array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=6), elements=st.one_of(st.integers(0, 12), st.integers(0, 60))
)


def crossed(name, rows, columns, grid):
    """The counts of a table with its totals, and every sum that is true of them."""
    counts, sums = {TOTAL: int(grid.sum())}, []
    for axis, side in enumerate((rows, columns)):
        for line in range(grid.shape[axis]):
            cells = [(name, str(line), str(at)) if axis == 0 else (name, str(at), str(line)) for at in range(grid.shape[1 - axis])]
            counts[side, str(line)] = int(grid.take(line, axis).sum())
            sums.append(((side, str(line)), tuple(cells)))
        sums.append((TOTAL, tuple((side, str(line)) for line in range(grid.shape[axis]))))
    counts |= {(name, str(row), str(column)): int(count) for (row, column), count in np.ndenumerate(grid)}
    return counts, sums


def one_way(rng):
    """Streets of a district, some with their communities."""
    streets = (rng.pareto(0.7, rng.integers(2, 10)) * rng.choice([2, 9])).astype(int)
    counts, sums = {TOTAL: int(streets.sum())}, [(TOTAL, tuple(("street", str(street)) for street in range(len(streets))))]
    for street, count in enumerate(streets.tolist()):
        counts["street", str(street)] = count
        if rng.random() < 0.5:
            split = rng.multinomial(count, rng.dirichlet(np.full(rng.integers(2, 6), 0.6)))
            parts = {("community", str(street), str(place)): int(part) for place, part in enumerate(split)}
            counts |= parts
            sums.append((("street", str(street)), tuple(parts)))
    return counts, sums


def table(rng):
    """A two-way table of 2×2 to 8×10, thin or thick, level or led by a few rows and columns as topics are."""
    rows, columns = rng.integers(2, 9), rng.integers(2, 11)
    led = np.outer(rng.dirichlet(np.full(rows, 0.8)), rng.dirichlet(np.full(columns, 0.8))) * rows * columns
    grid = rng.poisson(rng.choice([0.5, 2, 8, 30, 120]) * (led if rng.random() < 0.7 else np.ones((rows, columns))))
    return crossed("tu", "topic", "unit", grid * (rng.random(grid.shape) > rng.choice([0, 0.3, 0.7])))


def family(rng, links=CHAIN, sizes=None, matters=None):
    """Tables of the same matters, linked by the totals they share."""
    sizes = dict(zip(SIDES, sizes or rng.integers(2, 6, len(SIDES)).tolist(), strict=True))
    matters = matters or int(rng.choice([15, 60, 250, 1000]))
    of = {side: rng.choice(n, matters, p=rng.dirichlet(np.ones(n))) for side, n in sizes.items()}
    usual = rng.integers(0, sizes["unit"], sizes["topic"])[of["topic"]]
    of["unit"] = np.where(rng.random(matters) < 0.5, usual, of["unit"])
    counts, sums = {}, []
    for name, rows, columns in links:
        grid = np.zeros((sizes[rows], sizes[columns]), int)
        np.add.at(grid, (of[rows], of[columns]), 1)
        more, true = crossed(name, rows, columns, grid)
        counts, sums = counts | more, sums + true
    return counts, sums


def star(rng):
    return family(rng, STAR)


def generated(rng):
    return rng.choice([one_way, table, table, family, star])(rng)


def asked(counts, sums, k=K):
    return withheld(counts, [Relation(*true) for true in sums], k)


def primary(counts, k=K):
    return {cell for cell, count in counts.items() if 0 < count < k}


def recovered(sums, hidden):
    """The withheld cells that the sums alone tell: those on which every solution agrees, their rows of the null space being zero."""
    place = {cell: column for column, cell in enumerate(sorted(hidden, key=repr))}
    matrix = np.zeros((len(sums), len(place)))
    for row, (total, parts) in enumerate(sums):
        for cell, sign in [(total, -1), *((part, 1) for part in parts)]:
            if cell in place:
                matrix[row, place[cell]] += sign
    _, strength, directions = np.linalg.svd(matrix[matrix.any(axis=1)], full_matrices=False)
    left = 1 - (directions[strength > 1e-9] ** 2).sum(axis=0)  # squared lengths of the rows of the null space
    return {cell for cell, column in place.items() if left[column] < 1e-9}


def ambiguous(counts, sums, hidden, cell):
    """Whether other tables of whole numbers would have been published alike, with another count in this cell, no withheld one being zero.

    Steps of one suffice: the sums of linked two-way tables are those of a network."""
    lines = [{part: sign for part, sign in [(total, -1), *((part, 1) for part in parts)] if part in hidden} for total, parts in sums]

    def mended(steps, more):
        off, broken = next(
            ((gap, line) for line in lines if (gap := sum(sign * steps.get(part, 0) for part, sign in line.items()))), (0, {})
        )
        tries = {part: -sign if off > 0 else sign for part, sign in broken.items() if part not in steps} if more else {}
        return not broken or any(mended({**steps, part: step}, more - 1) for part, step in tries.items() if counts[part] + step > 0)

    return any(mended({cell: step}, more) for more in range(len(hidden)) for step in (1, -1) if counts[cell] + step > 0)


def least_sum(counts, sums, hidden):
    """The least that the withheld parts of a published total come to."""
    known = [
        sum(counts[part] for part in parts if part in hidden) for total, parts in sums if total not in hidden and hidden.intersection(parts)
    ]
    return min(known, default=inf)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_an_attacker_recovers_nothing(batch):
    rng, protected = np.random.default_rng(batch), 0
    for _ in range(TABLES):
        counts, sums = generated(rng)
        hidden = asked(counts, sums)
        assert primary(counts) <= hidden <= {cell for cell, count in counts.items() if count}
        if hidden:
            assert not recovered(sums, hidden), (counts, hidden)
            assert least_sum(counts, sums, hidden) >= K, (counts, hidden)
            protected += 1
    assert protected > TABLES / 2


def test_the_attack_succeeds_where_only_small_counts_are_withheld():
    rng, broken = np.random.default_rng(1), Counter()
    for make in (one_way, table, family, star):
        for _ in range(100):
            counts, sums = make(rng)
            hidden = primary(counts)
            broken[make] += bool(hidden) and bool(recovered(sums, hidden))
    assert min(broken.values()) > 20, broken


@pytest.mark.parametrize("make", [one_way, table, family])
def test_every_small_count_could_be_another(make):
    rng, looked = np.random.default_rng(3), 0
    for _ in range(250):
        counts, sums = make(rng)
        hidden = asked(counts, sums)
        if len(hidden) <= 24:
            for cell in primary(counts):
                assert ambiguous(counts, sums, hidden, cell), (counts, hidden, cell)
                looked += 1
    assert looked > 300


def test_zeros_are_published_so_ones_cannot_shrink():
    """A ring of six that no equation solves, each sum large enough: yet two ones hold it fast from both sides."""
    grid = np.array([[1, 9, 70], [80, 9, 1], [9, 90, 9]])
    ring = {("tu", row, column) for row, column in ("00", "01", "11", "12", "22", "20")}
    counts, sums = crossed("tu", "topic", "unit", grid)
    assert not recovered(sums, ring) and least_sum(counts, sums, ring) >= K
    assert not ambiguous(counts, sums, ring, ("tu", "0", "0"))
    hidden = asked(counts, sums)
    assert hidden > ring
    assert all(ambiguous(counts, sums, hidden, cell) for cell in primary(counts))


def test_a_total_of_nothing_but_ones_is_withheld():
    grid = np.array([[1] * 12, [40] * 12])
    assert {("topic", "0"), ("topic", "1")} <= asked(*crossed("tu", "topic", "unit", grid))


@pytest.mark.parametrize(
    ("streets", "kept_back"),
    [
        ((3, 20, 50, 70), {0, 1}),
        ((3, 4, 50, 60), {0, 1, 2}),
        ((2, 9, 30), {0, 1}),
        ((2, 3, 5, 30), {0, 1, 2}),
        ((3, 0, 0, 50), {0, 3}),
        ((9, 0, 10), {0, 2}),
        ((0, 0, 10), set()),
    ],
)
def test_the_cheapest_that_protect_are_withheld(streets, kept_back):
    counts = {TOTAL: sum(streets), **dict(enumerate(streets))}
    assert asked(counts, [(TOTAL, tuple(range(len(streets))))]) == kept_back


def test_a_district_of_one_small_street_is_withheld_whole():
    assert asked({"a": 4, "b": 0, TOTAL: 4}, [(TOTAL, ("a", "b"))]) == {"a", TOTAL}


def test_one_small_count_takes_three_others_along_and_no_total():
    grid = np.random.default_rng(2).integers(20, 90, (8, 10))
    grid[3, 4] = 2
    hidden = asked(*crossed("tu", "topic", "unit", grid))
    assert len(hidden) == 4
    assert {cell[0] for cell in hidden} == {"tu"}


def test_a_cell_inside_is_withheld_rather_than_a_total():
    grid = np.array([[2, 30], [15, 0], [40, 40]])
    assert asked(*crossed("tu", "topic", "unit", grid)) == {("tu", row, column) for row in "02" for column in "01"}


def test_a_withheld_total_counts_for_what_is_withheld_in_it():
    """Without 20 the district's total and 20 would tell that a and b1 come to 9."""
    counts = {"a": 5, "a1": 2, "a2": 3, "b": 24, "b1": 4, "b2": 20, TOTAL: 29}
    sums = [(TOTAL, ("a", "b")), ("a", ("a1", "a2")), ("b", ("b1", "b2"))]
    without = {"a", "a1", "a2", "b", "b1"}
    assert not recovered(sums, without) and least_sum(counts, sums, without) >= K
    assert asked(counts, sums) == {*without, "b2"}


def test_what_is_linked_to_nothing_is_withheld_alone():
    assert withheld({"a": 3, "b": 30}, ()) == {"a"}


@pytest.mark.parametrize("k", [2, 5, 10, 30])
@given(grid=GRIDS)
def test_no_small_count_is_published_whatever_the_threshold(grid, k):
    counts, sums = crossed("tu", "topic", "unit", grid)
    hidden = asked(counts, sums, k)
    assert primary(counts, k) <= hidden
    assert not recovered(sums, hidden)
    assert least_sum(counts, sums, hidden) >= k


@given(GRIDS, st.randoms(use_true_random=False))
def test_the_order_of_cells_and_sums_does_not_matter(grid, chance):
    counts, sums = crossed("tu", "topic", "unit", grid)
    hidden = asked(counts, sums)
    cells, sums = list(counts.items()), [(total, chance.sample(parts, len(parts))) for total, parts in sums]
    chance.shuffle(cells)
    chance.shuffle(sums)
    assert asked(dict(cells), [(total, tuple(parts)) for total, parts in sums + sums[:2]]) == hidden


@given(GRIDS)
def test_without_a_small_count_all_is_published(grid):
    counts, sums = crossed("tu", "topic", "unit", grid * K)
    assert asked(counts, sums) == frozenset()


@given(GRIDS)
def test_withholding_is_settled_after_one_pass(grid):
    """With what was withheld left out of the tables nothing else has to go; asked again the answer is the same."""
    counts, sums = crossed("tu", "topic", "unit", grid)
    hidden = asked(counts, sums)
    left = [(total, parts) for total, parts in sums if not hidden.intersection((total, *parts))]
    assert asked({cell: count for cell, count in counts.items() if cell not in hidden}, left) == frozenset()
    assert asked(counts, sums) == hidden


@given(GRIDS)
def test_a_two_way_table_names_its_cells_and_sums(grid):
    counts, sums = crossed("tu", "topic", "unit", grid)
    cells = {(str(row), str(column)): int(count) for (row, column), count in np.ndenumerate(grid)}
    made = two_way("tu", cells, "topic", "unit")
    assert made.counts == counts
    assert set(made.relations) == {Relation(*true) for true in sums}
    thin = two_way("tu", {pair: count for pair, count in cells.items() if count}, "topic", "unit")
    assert withheld(*thin) == asked(counts, sums), "a pair that is not there is a zero"


def test_linked_tables_share_their_totals():
    streets = two_way("ts", {("land", "a"): 4, ("land", "b"): 26, ("pay", "a"): 30, ("pay", "b"): 40}, "topic", "street")
    units = two_way("tu", {("land", "x"): 30, ("pay", "x"): 20, ("pay", "y"): 50}, "topic", "unit")
    both = linked(streets, units)
    assert both.counts == {**streets.counts, **units.counts}
    assert withheld(*both) == {("ts", topic, street) for topic in ("land", "pay") for street in "ab"}
    with pytest.raises(ValueError, match=r"different counts of 'total', \('topic', 'land'\)"):
        linked(streets, two_way("tu", {("land", "x"): 31, ("pay", "x"): 70}, "topic", "unit"))


@pytest.mark.parametrize(
    ("counts", "said"), [({"a": -1, "b": 3, TOTAL: 2}, "below zero: 'a'"), ({"a": 1, "b": 3, TOTAL: 5}, "'total' is not the sum")]
)
def test_counts_that_cannot_be_are_refused(counts, said):
    with pytest.raises(ValueError, match=said):
        withheld(counts, (Relation(TOTAL, ("a", "b")),))


@pytest.mark.parametrize("matters", [300, 3000, 30000])
def test_the_figures_of_a_district_take_a_moment(matters):
    counts, sums = family(np.random.default_rng(4), CHAIN, (12, 7, 18, 6, 1), matters)
    spent = []
    for _ in range(5):
        start = time.process_time()
        hidden = asked(counts, sums)
        spent.append(time.process_time() - start)
    assert not recovered(sums, hidden)
    assert min(spent) < 0.05
