"""The register of public video in the demonstration: sites in every community, their channels, the switches and supplies they hang on.

How many channels there are is asked for; everything else follows from the seed. Places are fictive, and so are the contractors.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import accumulate
from operator import itemgetter
from random import Random
from typing import Any

from data.gb28181 import CameraCode
from data.periods import day_of, period
from data.seed.demo.plans import Planner
from data.seed.demo.streams import number_of, stream
from data.seed.demo.tallied import Choice
from data.seed.demo.town import Ground, Point, Town
from data.subjects.public_video import CLOCK_S, LONGEST_DAYS

CHANNELS = 2_700
KINDS = {  # site kind: names, share of sites, channels of one (least, most), industry of GB/T 28181
    "junction": ("路口", "Junction", 30.0, (4, 8), "04"),
    "gate": ("小区出入口", "Estate gate", 24.0, (2, 5), "01"),
    "village": ("村口", "Village entrance", 16.0, (2, 4), "00"),
    "square": ("广场公园", "Park", 10.0, (3, 7), "08"),
    "school": ("校园门口", "School gate", 9.0, (2, 4), "11"),
    "market": ("市场", "Market", 6.0, (3, 6), "00"),
    "quay": ("码头岸线", "Quay", 5.0, (3, 6), "00"),
}
CLASSES = {"class_1": 46.0, "class_2": 38.0, "class_3": 16.0}
_KINDS, _CLASSES = Choice({kind: told[2] for kind, told in KINDS.items()}), Choice(CLASSES)
NETS = {"class_1": "0", "class_2": "6", "class_3": "8"}
KEY_KINDS, KEY_SHARE = ("junction", "school", "square", "quay"), 0.16
LOTS = ("lot_1", "lot_2", "lot_3", "lot_4")
REPAIRS = {"lot_1": 0.8, "lot_2": 1.0, "lot_3": 1.55, "lot_4": 0.95}  # how long each takes, against the usual
SWITCH_CHANNELS, POWER_SWITCHES = (8, 14), (2, 3)
UNCONNECTED, RETIRED, UNARCHIVED = 0.0075, 0.007, 0.011
FIRST_BUILT, LAST_BUILT = date(2014, 3, 1), date(2025, 3, 31)
ANALOGUE = 0.08
BESIDE = 0.00006  # degrees, a few metres from the pole
CLOCK_DAYS = 28  # clocks are set each four weeks
BAD_CLOCKS, BAD_DRIFT = 0.02, (0.08, 0.2)  # share, seconds a day
HELD = {17: 0.5, 24: 0.6, 31: 30.0, 34: 16.0, 45: 24.0, 60: 18.0, 90: 10.0, 95: 0.5, 120: 0.3}  # days recordings are kept: weight
_HELD = Choice({str(days): weight for days, weight in HELD.items()})
LAWFUL_HOLD = 0.6  # of the channels that keep longer than they may
UNSIGNED, LEFT_UNSIGNED = 0.02, 0.25  # sites a quarterly round finds without a sign; of these, those that have none at the next yet


@dataclass(frozen=True, slots=True)
class Site:
    """A pole or a gate with one or several channels."""

    number: int
    kind: str
    name_zh: str
    name_en: str
    ground: Ground
    at: Point
    video_class: str
    unit: str
    contractor: str
    key: bool
    connected: bool
    built: int  # local day number
    weak: float  # how easily it fails
    held: int
    lawful_hold: bool


@dataclass(slots=True)
class Channel:
    """One channel: what never changes of its row, and what its state follows from."""

    number: int
    site: Site
    row: dict[str, Any]
    weak: float
    drift: float  # seconds a day
    phase: int  # days since its clock was last set, on day 0


class Register:
    """Every site and channel of a place. `channels` are in service; a few more are not connected yet, or retired."""

    def __init__(self, town: Town, areas: Iterable[Mapping[str, Any]], seed: int, channels: int = CHANNELS) -> None:
        self._town, self._seed, self.count = town, seed, channels
        rows = {str(row["code"]): row for row in areas if not row["valid_to"]}
        self._names = {code: (str(row["name_zh"]), str(row["name_en"])) for code, row in rows.items()}
        self._grounds: dict[str, list[Ground]] = {}
        for ground in town.grounds:
            self._grounds.setdefault(ground.community, []).append(ground)
        self.sites: list[Site] = []
        self.channels: list[Channel] = []
        for community, quota in self._quotas():
            self._build(community, quota)
        self.used = [one for one in self.channels if one.row["connected"] and one.row["retired_on"] is None]
        self.sums = list(accumulate(one.weak for one in self.used))
        self.by_switch = _grouped(self.used, "switch")
        self.by_power = _grouped(self.used, "power")
        self.drifting = [one for one in self.used if abs(one.drift) * (CLOCK_DAYS - 1) > CLOCK_S]

    def _quotas(self) -> Iterator[tuple[str, int]]:
        """Channels in service by community, by residents and by chance; they sum to what was asked for."""
        rng = stream(self._seed, "video", "quotas")
        weights = {
            community: (sum(ground.residents for ground in grounds) + 900) * rng.uniform(0.7, 1.35)
            for community, grounds in self._grounds.items()
        }
        whole, reached, given = sum(weights.values()), 0.0, 0
        for community, weight in weights.items():
            reached += weight
            share = round(self.count * reached / whole) - given
            given += share
            yield community, share

    def _build(self, community: str, quota: int) -> None:
        rng = stream(self._seed, "video", community)
        sites = [
            *self._sites(community, quota, rng),
            *self._sites(community, 3 * _rounded(UNCONNECTED * quota / 3, rng), rng, connected=False),
        ]
        built = [(site, index) for site, count in sites for index in range(1, count + 1)]
        retired = set(rng.sample(range(len(built)), min(len(built), _rounded(RETIRED * quota, rng))))
        wires = _Wires(rng, community)
        for place, (site, index) in enumerate(built):
            if place in retired:
                self._add(site, len(built) + place, wires, rng, retired=True)
            self._add(site, index, wires, rng)

    def _sites(self, community: str, quota: int, rng: Random, connected: bool = True) -> Iterator[tuple[Site, int]]:
        """Sites with their number of channels, from west to east, until the quota is met."""
        counts = dict.fromkeys(KINDS, 0)
        places = ((rng.choice(ground.points), ground) for ground in rng.choices(self._grounds[community], k=quota))
        drawn = sorted(places, key=itemgetter(0))
        left = quota
        while left > 0:
            kind = _KINDS(rng)
            count = min(left, rng.randint(*KINDS[kind][3]))
            counts[kind] += 1
            at, ground = drawn[quota - left]
            left -= count
            site = self._site(kind, counts[kind] if connected else 90 + counts[kind], at, ground, _CLASSES(rng), connected, rng)
            self.sites.append(site)
            yield site, count

    def _site(self, kind: str, serial: int, at: Point, ground: Ground, video_class: str, connected: bool, rng: Random) -> Site:
        zh, en = KINDS[kind][:2]
        street, community = self._names[ground.subdistrict], self._names[ground.community]
        held = int(_HELD(rng))
        video_class = video_class if connected else rng.choice(("class_2", "class_3"))
        built = rng.randint(day_of(FIRST_BUILT), day_of(LAST_BUILT))
        age = (day_of(LAST_BUILT) - built) / 365.25
        return Site(
            number=len(self.sites) + 1,
            kind=kind,
            name_zh=f"{street[0].removesuffix('街道')}·{community[0]}·{zh}{serial:02d}",
            name_en=f"{en} {serial:02d}, {community[1].removesuffix(' Community')}, {street[1].removesuffix(' Sub-district')}",
            ground=ground,
            at=at,
            video_class=video_class,
            unit="dept_police" if video_class == "class_1" else ground.unit,
            contractor=LOTS[sorted(self._town.offices).index(ground.subdistrict) % len(LOTS)],
            key=kind in KEY_KINDS and rng.random() < KEY_SHARE * 2,
            connected=connected,
            built=built,
            weak=rng.lognormvariate(0, 0.45) * (0.6 + 0.13 * age),
            held=held,
            lawful_hold=held > LONGEST_DAYS and rng.random() < LAWFUL_HOLD,
        )

    def _add(self, site: Site, index: int, wires: "_Wires", rng: Random, retired: bool = False) -> None:
        number, bad = len(self.channels) + 1, rng.random() < BAD_CLOCKS
        drift = rng.uniform(*BAD_DRIFT) if bad else min(0.03, rng.lognormvariate(-4.6, 0.6))
        switch, power = wires.next()
        row = {
            "number": number,
            "code": self._code(site, number, rng),
            "name_zh": f"{site.name_zh}-{index}",
            "name_en": f"{site.name_en}, no. {index}",
            "site": site.number,
            "subdistrict": site.ground.subdistrict,
            "community": site.ground.community,
            "grid": site.ground.code,
            **{name: round(value + rng.uniform(-BESIDE, BESIDE), 6) for name, value in zip(("lon", "lat"), site.at, strict=True)},
            "video_industry": KINDS[site.kind][4],
            "video_net": NETS[site.video_class],
            "video_class": site.video_class,
            "unit": site.unit,
            "contractor": site.contractor,
            "switch": switch,
            "power": power,
            "installed_on": site.built,
            "retired_on": site.built + rng.randint(1200, 2400) if retired else None,
            "connected": site.connected and not retired,
            "archived": rng.random() >= (UNARCHIVED if site.connected else 0.5),
            "key_site": site.key,
            "held_days": site.held,
            "lawful_hold": site.lawful_hold,
        }
        self.channels.append(Channel(number, site, row, site.weak, drift * rng.choice((-1, 1)), rng.randrange(CLOCK_DAYS)))

    def _code(self, site: Site, number: int, rng: Random) -> str:
        kind = "131" if rng.random() < ANALOGUE else "132"
        return str(CameraCode(f"{self._town.root}00", KINDS[site.kind][4], kind, NETS[site.video_class], f"{number:06d}"))


@lru_cache(maxsize=1 << 16)
def signed(seed: int, site: int, quarter: int) -> bool:
    """Whether a site has its sign in a quarter, by the quarter's last day."""
    before = period(quarter, "quarter", 1)[1]
    missing, left = (number_of(seed, "sign", site, last) < UNSIGNED * 2**64 for last in (quarter, before))
    return not (missing or (left and number_of(seed, "left", site, quarter) < LEFT_UNSIGNED * 2**64))


@lru_cache(maxsize=2)
def register_of(planner: Planner, channels: int = CHANNELS) -> Register:
    """The register of a planner's place, built once for all that tell of it."""
    return Register(planner.town, planner.place.areas(), planner.seed, channels)


class _Wires:
    """Switches and supplies of a community, filled one after the other."""

    def __init__(self, rng: Random, community: str) -> None:
        self._rng, self._tail = rng, community[-6:]
        self._switches = self._powers = self._ports = self._feeds = 0

    def next(self) -> tuple[str, str]:
        """The switch and the supply of the next channel."""
        if not self._ports:
            self._ports = self._rng.randint(*SWITCH_CHANNELS)
            self._switches += 1
            if not self._feeds:
                self._feeds = self._rng.randint(*POWER_SWITCHES)
                self._powers += 1
            self._feeds -= 1
        self._ports -= 1
        return f"SW{self._tail}-{self._switches:02d}", f"PW{self._tail}-{self._powers:02d}"


def _rounded(mean: float, rng: Random) -> int:
    """A whole number of that mean."""
    return int(mean + rng.random())


def _grouped(channels: Sequence[Channel], name: str) -> list[list[Channel]]:
    groups: dict[str, list[Channel]] = {}
    for one in channels:
        groups.setdefault(one.row[name], []).append(one)
    return list(groups.values())
