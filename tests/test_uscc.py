"""Unified social credit codes: real ones are valid, whatever is wrong with one is named, and a row that carries such a one stays out."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, String, Table, select

from data import ledger, uscc
from data.db import engine_for, reading, writing
from data.schema import quarantine, region_column, version
from tests.factories import NOW, REGION

REAL = ("91110000600037341L", "9144030071526726XG", "91330100799655058B", "914403001922038216", "91110000802100433B")


@pytest.mark.parametrize("code", REAL)
def test_real_codes_are_valid(code):
    assert uscc.is_valid(code)
    assert uscc.completed(code[:16]) == code


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "has 0 characters, not 18"),
        ("91110000600037341", "has 17 characters"),
        ("9111000060003734IL", "has 'I', which no code has"),
        ("91110000600037341l", "has 'l'"),
        ("B1110000600037341L", "begins with 'B1', which no authority gives"),
        ("94110000600037341L", "begins with '94'"),
        ("9111A000600037341L", "has '11A000' where the division stands"),
        ("91110000600037342L", "has the organisation check '2', not '1'"),
        ("911100006000373419", "has the check '9', not 'L'"),
    ],
)
def test_what_is_wrong_is_named(code, said):
    assert said in uscc.flaw(code)
    assert not uscc.is_valid(code)


bodies = st.text(uscc.CHARACTERS, min_size=8, max_size=8)


@given(body=bodies)
def test_a_completed_code_is_valid(body):
    assert uscc.flaw(uscc.completed(f"92440512{body}")) is None


@given(body=bodies, place=st.integers(8, 17), other=st.sampled_from(uscc.CHARACTERS))
def test_one_wrong_character_is_noticed(body, place, other):
    code = uscc.completed(f"91440512{body}")
    changed = code[:place] + other + code[place + 1 :]
    assert uscc.is_valid(changed) == (changed == code)


@given(body=bodies, place=st.integers(8, 14))
def test_two_neighbours_exchanged_are_noticed(body, place):
    code = uscc.completed(f"91440512{body}")
    changed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert uscc.is_valid(changed) == (changed == code)


def test_a_row_with_a_bad_code_stays_out_with_its_reason():
    metadata = MetaData()
    columns = (region_column(), Column("uscc", String(18), primary_key=True), Column("trade", String(8)))
    table = Table("shop", metadata, *columns, info={"refusal": uscc.refusal})
    engine = engine_for("sqlite://")
    rows = [{"uscc": code, "trade": "fuel"} for code in (REAL[0], REAL[1][:-1] + "0")]
    with writing(engine) as connection:
        table.create(connection)
        version.create(connection)
        quarantine.create(connection)
        receipt = ledger.record_rows(connection, REGION, table, rows, NOW)
        again = ledger.record_rows(connection, REGION, table, rows, NOW)
        ledger.load_rows(connection, REGION, table, [{"uscc": code, "trade": "fuel"} for code in (REAL[2], "nonsense")])
    assert (receipt.accepted, again.accepted, again.duplicate) == (1, 0, 1)
    assert again.turned_away == receipt.turned_away
    ((row, reason),) = receipt.turned_away
    assert row == rows[1]
    assert reason == f"uscc {rows[1]['uscc']!r} has the check '0', not 'G'"
    with reading(engine) as connection:
        assert set(connection.scalars(select(table.c.uscc))) == {REAL[0], REAL[2]}
        (held,) = connection.execute(select(quarantine)).mappings().all()
    assert (held["source"], held["reason"], held["received_at"]) == ("shop", reason, NOW)
    assert json.loads(held["raw"]) == row


def test_a_row_may_name_no_organisation():
    assert uscc.refusal({"uscc": None}) is None
