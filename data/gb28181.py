"""Codes of GB/T 28181 for cameras, 20 digits: centre 8, industry 2, type 3, network 1, serial 6. They carry no check digit.

Digits 1 to 6 are an area of GB/T 2260, mostly a county; 7 and 8 tell stations of one area apart.
"""

from collections.abc import Collection
from dataclasses import dataclass

LENGTH = 20
PROVINCES = frozenset(  # GB/T 2260, digits 1 and 2
    ("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45", "46",
     "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82")
)  # fmt: skip
CAMERAS = frozenset(("131", "132"))  # camera, network camera; recorders, alarms and servers are no channels
INDUSTRIES = frozenset(f"{number:02d}" for number in (*range(15), *range(40, 56), *range(80, 100)))  # the rest is reserved
NETWORKS = frozenset("012345678")  # 0–4 video network, 5 police, 6 government, 7 internet, 8 society; 9 is reserved


class CodeError(ValueError):
    """No code of a camera; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class CameraCode:
    """The parts of a camera's code."""

    centre: str  # county and station
    industry: str
    kind: str
    network: str
    serial: str

    @property
    def county(self) -> str:
        """The county of GB/T 2260."""
        return self.centre[:6]

    def __str__(self) -> str:
        return self.centre + self.industry + self.kind + self.network + self.serial


def parsed(code: str, counties: Collection[str] = ()) -> CameraCode:
    """The parts of a code; with `counties`, only of these. CodeError says what is wrong."""
    reason = refusal(code, counties)
    if reason:
        raise CodeError(reason)
    return CameraCode(code[:8], code[8:10], code[10:13], code[13], code[14:])


def refusal(code: str, counties: Collection[str] = ()) -> str | None:
    """Why a code is not a camera's, of one of these counties if any are named; None when it is."""
    if len(code) != LENGTH:
        return f"code {code!r} has {len(code)} characters, not {LENGTH}"
    if not (code.isascii() and code.isdigit()):
        return f"code {code!r} is not made of digits"
    return next((reason for reason in _reasons(code, counties) if reason), None)


def _reasons(code: str, counties: Collection[str]) -> tuple[str | None, ...]:
    county, industry, kind, network = code[:6], code[8:10], code[10:13], code[13]
    return (
        f"province {county[:2]} is not in GB/T 2260" if county[:2] not in PROVINCES else None,
        f"county {county} is not served here" if counties and county not in counties else None,
        f"industry {industry} is reserved" if industry not in INDUSTRIES else None,
        f"type {kind} is no camera ({', '.join(sorted(CAMERAS))})" if kind not in CAMERAS else None,
        f"network {network} is reserved" if network not in NETWORKS else None,
        "serial 000000 is no serial" if code[14:] == "000000" else None,
    )
