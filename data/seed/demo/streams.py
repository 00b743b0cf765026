"""Seeded random streams: every part of the demo draws from its own stream, named by what it is for.

A stream depends on the seed and its name only, never on what was drawn before it, so any day can be planned alone.
"""

from hashlib import blake2b
from random import Random


def number_of(seed: int, *names: object) -> int:
    """A 64-bit number that follows from the seed and the names alone."""
    text = ":".join(str(name) for name in (seed, *names))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())


def stream(seed: int, *names: object) -> Random:
    """A random stream of its own for these names."""
    return Random(number_of(seed, *names))  # noqa: S311 - demonstration data must be repeatable, not secret
