"""How large type must be on a wall to be read: from the distance people stand at and the size of a pixel."""

from math import radians, tan

ARC_MINUTES = 30  # height of a sign that is read without effort, as an angle
NUMBER, LABEL = 108, 36  # units of what tells how a module fares, and of what tells why
NEAR = 3 / 8  # who asks why steps up: 3 m where the number is read at 8 m


def legible_unit(distance_m: float, pitch_mm: float) -> float:
    """Pixels a wall's unit must have at least, so that numbers read at the distance and labels at 3/8 of it; 0 without a profile."""
    if distance_m <= 0 or pitch_mm <= 0:
        return 0.0
    needed = distance_m * 1000 * tan(radians(ARC_MINUTES / 60)) / pitch_mm
    return max(needed / NUMBER, needed * NEAR / LABEL)
