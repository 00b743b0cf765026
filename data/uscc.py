"""Unified social credit codes of organisations (GB 32100-2015): what is wrong with one, and the rest of one from its beginning.

Eighteen characters: who registered it, as what, in which division, the organisation's own code (GB 11714) and a check character.
"""

from collections.abc import Mapping
from typing import Any

CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V and Z
LENGTH, MODULUS = 18, len(CHARACTERS)
WEIGHTS = tuple(pow(3, place, MODULUS) for place in range(LENGTH - 1))
DIVISION, ORGANISATION = slice(2, 8), slice(8, 16)
ORGANISATION_WEIGHTS, ORGANISATION_MODULUS = (3, 7, 9, 10, 5, 8, 4, 2), 11
KINDS = {  # by the authority that registers: the kinds of organisation it registers
    "1": "1239", "2": "19", "3": "123459", "4": "19", "5": "1239", "6": "129", "7": "129", "8": "19", "9": "123", "A": "19", "N": "1239",
    "Y": "1",
}  # fmt: skip


def flaw(code: str) -> str | None:
    """Why a text is no valid code; None if it is one."""
    if len(code) != LENGTH:
        return f"has {len(code)} characters, not {LENGTH}"
    strange = sorted(set(code) - set(CHARACTERS))
    if strange:
        return f"has {', '.join(map(repr, strange))}, which no code has"
    if code[1] not in KINDS.get(code[0], ""):
        return f"begins with {code[:2]!r}, which no authority gives"
    if not code[DIVISION].isdigit():
        return f"has {code[DIVISION]!r} where the division stands"
    if code[16] != organisation_check(code[ORGANISATION]):
        return f"has the organisation check {code[16]!r}, not {organisation_check(code[ORGANISATION])!r}"
    return None if code[17] == check(code[:17]) else f"has the check {code[17]!r}, not {check(code[:17])!r}"


def is_valid(code: str) -> bool:
    """Whether a text is a valid code."""
    return flaw(code) is None


def completed(beginning: str) -> str:
    """The code that begins with these sixteen characters, both checks added."""
    begun = beginning + organisation_check(beginning[ORGANISATION])
    return begun + check(begun)


def check(begun: str) -> str:
    """The last character of a code from the seventeen before it (GB 32100-2015, annex: weights 3^i, modulus 31)."""
    total = sum(CHARACTERS.index(character) * weight for character, weight in zip(begun, WEIGHTS, strict=True))
    return CHARACTERS[-total % MODULUS]


def organisation_check(body: str) -> str:
    """The check character of an organisation's own code from its eight characters (GB 11714: modulus 11, ten is X)."""
    total = sum(int(character, 36) * weight for character, weight in zip(body, ORGANISATION_WEIGHTS, strict=True))
    left = -total % ORGANISATION_MODULUS
    return "X" if left == ORGANISATION_MODULUS - 1 else str(left)


def refusal(row: Mapping[str, Any]) -> str | None:
    """Why a row that names an organisation by `uscc` is refused; None if its code is valid, or it names none."""
    code = row["uscc"]
    found = None if code is None else flaw(str(code))
    return found and f"uscc {code!r} {found}"
