"""Build the fonts in assets/fonts: Inter as published, and one variable Noto Sans SC cut down to what the screens can print.

Run it in a throw-away environment, from the folder that holds the unpacked npm packages (it needs fonttools and brotli):
    npm pack @fontsource-variable/inter @fontsource-variable/noto-sans-sc   (unpack into ./inter and ./sc)
    python deploy/build_fonts.py <folder>
The published Noto Sans SC comes in a hundred slices; they share one design space, so their glyphs are put back together.
"""

import re
import shutil
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parents[1]
FONTS = ROOT / "assets" / "fonts"
READ = {".py", ".toml", ".csv", ".json", ".css", ".js", ".md"}
PUNCTUATION = "，。、；：？！…—～·‘’“”（）《》〈〉【】「」『』％℃≤≥≠≈±×÷→←↑↓−‰㎡①②③④⑤⑥⑦⑧⑨⑩"
PLACE_NAMES = "滘礐埭濠澳濂浔澄潮汕岭埕墩坝堤堰涵闸汛窖厝寮"
DROPPED = ("GSUB", "GPOS", "GDEF", "BASE", "HVAR", "vhea", "vmtx", "prep", "gasp", "STAT")


def level_one() -> set[str]:
    """The 3,755 characters of GB 2312 level 1 and the symbols of its first nine rows that are not Japanese."""
    rows = [*range(0xA1, 0xA4), *range(0xB0, 0xD8)]
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


def noto(folder: Path) -> None:
    """Write assets/fonts/noto-sans-sc.woff2."""
    wanted = {ord(text) for text in level_one() | written_here() | set(PUNCTUATION + PLACE_NAMES)}
    wanted |= set(range(0xFF01, 0xFF5F)) | set(range(0x20, 0x7F))
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


def main(folder: Path) -> None:
    """Build both families and their licence texts."""
    FONTS.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(folder / "inter/package/files/inter-latin-wght-normal.woff2", FONTS / "inter.woff2")
    shutil.copyfile(folder / "inter/package/LICENSE", FONTS / "inter-OFL.txt")
    shutil.copyfile(folder / "sc/package/LICENSE", FONTS / "noto-sans-sc-OFL.txt")
    noto(folder / "sc/package/files")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
