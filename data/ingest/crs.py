"""Coordinate systems a source may use, converted to WGS 84 on entry and back for exports.

GCJ-02 is the shifted system of Chinese online maps; BD-09 is Baidu's further shift of it. Only the forward direction is
published, so the way back is found by iteration: the shift changes so slowly that it converges in a few steps.
The constants are those of the commonly published approximation (Krasovsky 1940 ellipsoid).
"""

from collections.abc import Callable
from enum import StrEnum
from math import atan2, cos, hypot, pi, sin, sqrt

Point = tuple[float, float]

_AXIS_M = 6378245.0
_FLATTENING = 0.00669342162296594323
_BAIDU_TURN = pi * 3000.0 / 180.0
_NEAR_DEG = 1e-10  # about 0.01 mm
_MAX_STEPS = 30
_CHINA = (72.004, 0.8293, 137.8347, 55.8271)  # the shift applies inside this box only


class Crs(StrEnum):
    """Coordinate systems accepted on entry; CGCS2000 equals WGS 84 for this purpose."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def to_wgs84(crs: Crs, lon: float, lat: float) -> Point:
    """Longitude and latitude in WGS 84, degrees, of a point given in `crs`. Exact to better than 1 cm."""
    if crs is Crs.BD09:
        lon, lat = _inverse(_gcj02_to_bd09, lon, lat)
    return (lon, lat) if crs is Crs.WGS84 else _inverse(_wgs84_to_gcj02, lon, lat)


def from_wgs84(crs: Crs, lon: float, lat: float) -> Point:
    """Longitude and latitude in `crs`, degrees, of a point given in WGS 84."""
    if crs is Crs.WGS84:
        return lon, lat
    shifted = _wgs84_to_gcj02(lon, lat)
    return _gcj02_to_bd09(*shifted) if crs is Crs.BD09 else shifted


def _inverse(forward: Callable[[float, float], Point], lon: float, lat: float) -> Point:
    near_lon, near_lat = lon, lat
    for _ in range(_MAX_STEPS):
        there_lon, there_lat = forward(near_lon, near_lat)
        off_lon, off_lat = there_lon - lon, there_lat - lat
        near_lon, near_lat = near_lon - off_lon, near_lat - off_lat
        if abs(off_lon) < _NEAR_DEG and abs(off_lat) < _NEAR_DEG:
            break
    return near_lon, near_lat


def _wgs84_to_gcj02(lon: float, lat: float) -> Point:
    west, south, east, north = _CHINA
    if not (west <= lon <= east and south <= lat <= north):
        return lon, lat
    x, y = lon - 105.0, lat - 35.0
    waves = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves
    north_m += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north_m += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves
    east_m += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east_m += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    angle = lat / 180.0 * pi
    magic = 1.0 - _FLATTENING * sin(angle) ** 2
    per_lat = _AXIS_M * (1.0 - _FLATTENING) / (magic * sqrt(magic)) * pi / 180.0
    per_lon = _AXIS_M / sqrt(magic) * cos(angle) * pi / 180.0
    return lon + east_m / per_lon, lat + north_m / per_lat


def _gcj02_to_bd09(lon: float, lat: float) -> Point:
    reach = hypot(lon, lat) + 0.00002 * sin(lat * _BAIDU_TURN)
    angle = atan2(lat, lon) + 0.000003 * cos(lon * _BAIDU_TURN)
    return reach * cos(angle) + 0.0065, reach * sin(angle) + 0.006
