"""Codes of cameras: what is read out of a good one, and why a bad one is refused."""

import pytest

from data.gb28181 import CodeError, parsed, refusal

GOOD = "44051200001320000001"


def test_the_parts_of_a_code():
    found = parsed(GOOD)
    assert (found.centre, found.county, found.industry, found.kind, found.network, found.serial) == (
        "44051200", "440512", "00", "132", "0", "000001",
    )  # fmt: skip
    assert str(found) == GOOD
    assert refusal("34020000001320000101") is None


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (GOOD[:-1], "19 characters"),
        (GOOD + "0", "21 characters"),
        (GOOD[:-1] + "x", "digits"),
        (GOOD[:-1] + "１", "digits"),
        ("99" + GOOD[2:], "province 99"),
        (GOOD[:8] + "39" + GOOD[10:], "industry 39"),
        (GOOD[:10] + "118" + GOOD[13:], "type 118 is no camera"),
        (GOOD[:13] + "9" + GOOD[14:], "network 9"),
        (GOOD[:14] + "000000", "serial"),
    ],
)
def test_a_bad_code_is_refused_with_the_reason(code, said):
    assert said in (refusal(code) or "")
    with pytest.raises(CodeError, match=said):
        parsed(code)


def test_a_camera_of_another_county_is_refused_where_counties_are_named():
    assert refusal(GOOD, {"440512"}) is None
    assert refusal(GOOD, {"440513"}) == "county 440512 is not served here"


@pytest.mark.parametrize("industry", ["00", "09", "14", "40", "55", "80", "99"])
def test_industries_of_the_standard_pass(industry):
    assert refusal(GOOD[:8] + industry + GOOD[10:]) is None
