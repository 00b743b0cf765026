"""Build the fonts of screens (assets/fonts: Inter as published, one variable Noto Sans SC) and of paper (layouts/briefing/fonts).

Run it in a throw-away environment that has fonttools and brotli; <folder> holds the unpacked packages:
    npm pack @fontsource-variable/inter @fontsource-variable/noto-sans-sc   (unpack into ./inter and ./sc)
    python deploy/build_fonts.py screen <folder>
    npm pack @expo-google-fonts/noto-serif-sc                               (unpack into ./serif)
    apt-get download texlive-lang-chinese fonts-lxgw-wenkai                 (dpkg -x into ./fandol and ./wenkai)
    python deploy/build_fonts.py paper <folder>                             (takes Inter and Noto Sans SC from assets/fonts)
The published Noto Sans SC comes in a hundred slices; they share one design space, so their glyphs are put back together.
"""

import gzip
import re
import shutil
import sys
from pathlib import Path
from unicodedata import category

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).parents[1]
FONTS = ROOT / "assets" / "fonts"
PAPER = ROOT / "layouts" / "briefing" / "fonts"
FANDOL = Path("fandol/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/FandolFang-Regular.otf")
FANDOL_DOC = Path("fandol/usr/share/doc/texlive-doc/fonts/fandol")
WENKAI = Path("wenkai/usr/share/fonts/truetype/lxgw-wenkai")
WENKAI_LICENCE = Path("wenkai/usr/share/doc/fonts-lxgw-wenkai/copyright")
SERIF = Path("serif/package")
READ = {".py", ".toml", ".csv", ".json", ".css", ".js", ".md"}
PUNCTUATION = "，。、；：？！…—～·‘’“”（）《》〈〉【】「」『』％℃≤≥≠≈±×÷→←↑↓−‰㎡①②③④⑤⑥⑦⑧⑨⑩"
PLACE_NAMES = "滘礐埭濠澳濂浔澄潮汕岭埕墩坝堤堰涵闸汛窖厝寮"
WIDE_PUNCTUATION = "—…‘’“”"  # as wide as a character in Chinese, narrow in Latin
DROPPED = ("GSUB", "GPOS", "GDEF", "BASE", "HVAR", "vhea", "vmtx", "prep", "gasp", "STAT")


def level_one() -> set[str]:
    """The 3,755 characters of GB 2312 level 1 and the symbols of its first nine rows that are not Japanese."""
    return _rows_of_gb2312(*range(0xA1, 0xA4), *range(0xB0, 0xD8))


def level_two() -> set[str]:
    """The 3,008 characters of GB 2312 level 2: names of people and places, seldom anything else."""
    return _rows_of_gb2312(*range(0xD8, 0xF8))


def _rows_of_gb2312(*rows: int) -> set[str]:
    pairs = (bytes((high, low)) for high in rows for low in range(0xA1, 0xFF))
    return {text for pair in pairs if (text := pair.decode("gb2312", "ignore"))}


def written_here() -> set[str]:
    """Every character beyond ASCII that the repository itself uses."""
    found: set[str] = set()
    for folder in ("data", "modules", "layouts", "dashboard", "assets"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in READ and path.is_file():
                found.update(re.findall(r"[^\x00-\x7f]", path.read_text("utf-8", "ignore")))
    return found


def slice_with(path: Path, wanted: set[int]) -> TTFont | None:
    """The glyphs of one slice for the wanted code points, named by code point; None if it has none."""
    font = TTFont(path)
    here = sorted(wanted & set(font.getBestCmap()))
    if not here:
        return None
    options = Options(layout_features=[], drop_tables=list(DROPPED), notdef_outline=True, glyph_names=True, hinting=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=here)
    subsetter.subset(font)
    return font


def grow(whole: TTFont, part: TTFont) -> None:
    """Copy the glyphs of `part` that `whole` does not have yet."""
    order = whole.getGlyphOrder()
    known = set(whole.getBestCmap())
    for point, name in part.getBestCmap().items():
        if point in known:
            continue
        new = f"uni{point:04X}"
        glyph = part["glyf"][name]
        if glyph.isComposite():
            continue
        order.append(new)
        whole["glyf"].glyphs[new] = glyph
        whole["hmtx"].metrics[new] = part["hmtx"].metrics[name]
        whole["gvar"].variations[new] = part["gvar"].variations.get(name, [])
        for table in whole["cmap"].tables:
            if table.isUnicode() and (point < 0x10000 or table.format == 12):
                table.cmap[point] = new
    whole.setGlyphOrder(order)
    whole["glyf"].glyphOrder = order


def wanted_points() -> set[int]:
    """The code points every font is cut down to, as far as it has them."""
    wanted = {ord(text) for text in level_one() | written_here() | set(PUNCTUATION + PLACE_NAMES)}
    return wanted | set(range(0xFF01, 0xFF5F)) | set(range(0x20, 0x7F))


def noto(folder: Path) -> None:
    """Write assets/fonts/noto-sans-sc.woff2."""
    wanted = wanted_points()
    whole: TTFont | None = None
    for path in sorted(folder.glob("noto-sans-sc-*-wght-normal.woff2")):
        part = slice_with(path, wanted)
        if part is None:
            continue
        if whole is None:
            whole = part
        else:
            grow(whole, part)
    if whole is None:
        raise SystemExit("the family holds none of the characters")
    whole["maxp"].numGlyphs = len(whole.getGlyphOrder())
    whole["post"].formatType = 3.0
    whole.flavor = "woff2"
    whole.save(FONTS / "noto-sans-sc.woff2")
    missing = sorted(point for point in wanted - set(whole.getBestCmap()) if point > 0x2E7F)
    print(len(whole.getBestCmap()), "characters; not in the family:", "".join(map(chr, missing)))


def paper(folder: Path) -> None:
    """Build what briefings are typeset with, its licence texts, and the list of characters that one of the fonts has."""
    PAPER.mkdir(parents=True, exist_ok=True)
    latin: set[int] = set()
    for weight in (400, 600):
        latin = _instance("inter", weight, set()) - {ord(sign) for sign in WIDE_PUNCTUATION}
        _instance("noto-sans-sc", weight, latin)
    whole = (wanted_points() | {ord(text) for text in level_two()}) - latin
    _cut(folder / SERIF / "700Bold/NotoSerifSC_700Bold.ttf", wanted_points(), "noto-serif-sc-700.ttf")
    _cut(folder / SERIF / "400Regular/NotoSerifSC_400Regular.ttf", {ord(text) for text in "— 0123456789"}, "noto-serif-sc-400.ttf")
    fang = _cut(folder / FANDOL, whole, "fandol-fang.otf")
    _cut(folder / WENKAI / "LXGWWenKai-Regular.ttf", whole, "kai-400.ttf", "Briefing Kai")
    _cut(folder / WENKAI / "LXGWWenKai-Light.ttf", whole - fang, "fang-more.ttf", "Briefing Fang")
    shutil.copyfile(folder / SERIF / "LICENSE_FONT", PAPER / "noto-serif-sc-OFL.txt")
    shutil.copyfile(folder / WENKAI_LICENCE, PAPER / "kai-OFL.txt")
    (PAPER / "fandol-COPYING.txt").write_bytes(gzip.decompress((folder / FANDOL_DOC / "COPYING.gz").read_bytes()))
    shutil.copyfile(folder / FANDOL_DOC / "README", PAPER / "fandol-README.txt")
    points = set().union(*(TTFont(path).getBestCmap() for path in PAPER.glob("*.[ot]tf")))
    covered = "".join(sign for sign in map(chr, sorted(points)) if category(sign)[0] != "C")
    lines = [covered[start : start + 64] for start in range(0, len(covered), 64)]
    (PAPER / "covered.txt").write_text("\n".join(lines) + "\n", "utf-8")
    print(len(covered), "characters,", sum(path.stat().st_size for path in PAPER.iterdir()) // 1000, "kB")


def _instance(name: str, weight: int, without: set[int]) -> set[int]:
    """Write one weight of a variable font of the screens and give back its code points.

    In a line of an SVG the second font must not have what the first has: it would be taken for the whole line.
    """
    font = TTFont(FONTS / f"{name}.woff2", recalcTimestamp=False)
    axes = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes} | {"wght": weight}
    static = instantiateVariableFont(font, axes)
    static.flavor = None
    points = set(static.getBestCmap()) - without
    subsetter = Subsetter(Options(layout_features=["*"], notdef_outline=True, name_IDs=["*"]))
    subsetter.populate(unicodes=points)
    subsetter.subset(static)
    static["name"].setName(f"{static['name'].getBestFamilyName().removesuffix(' Thin').replace(' ', '')}-{weight}", 6, 3, 1, 0x409)
    static.save(PAPER / f"{name}-{weight}.ttf")
    shutil.copyfile(FONTS / f"{name}-OFL.txt", PAPER / f"{name}-OFL.txt")
    return points


def _cut(source: Path, points: set[int], name: str, family: str = "") -> set[int]:
    """Write what `source` has of the code points and give them back. `family`: the name reserved for the uncut font is put off."""
    font = TTFont(source, recalcTimestamp=False)
    options = Options(
        layout_features=[], drop_tables=[*DROPPED, "VORG"], notdef_outline=True, hinting=False, name_IDs=[0, 1, 2, 4, 6, 13, 14]
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=points & set(font.getBestCmap()))
    subsetter.subset(font)
    if family:
        for key, text in ((1, family), (2, "Regular"), (4, family), (6, family.replace(" ", ""))):
            font["name"].setName(text, key, 3, 1, 0x409)
    font.save(PAPER / name)
    return set(font.getBestCmap())


def screen(folder: Path) -> None:
    """Build both families of the screens and their licence texts."""
    FONTS.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(folder / "inter/package/files/inter-latin-wght-normal.woff2", FONTS / "inter.woff2")
    shutil.copyfile(folder / "inter/package/LICENSE", FONTS / "inter-OFL.txt")
    shutil.copyfile(folder / "sc/package/LICENSE", FONTS / "noto-sans-sc-OFL.txt")
    noto(folder / "sc/package/files")


if __name__ == "__main__":
    {"screen": screen, "paper": paper}[sys.argv[1]](Path(sys.argv[2]))
