"""The print theme: colours, sizes and weights of every figure on paper. Values are those of the light screen on white."""

from typing import Final

TEXT, SOFT, FAINT = "#131A21", "#475460", "#626E7A"
ACCENT, ACCENT_2, WASH = "#0B64A0", "#5A9CCB", "#E4F0F8"
LINE, LINE_STRONG, GRID = "#DDE2E7", "#B4BDC7", "#E8ECEF"
BAND, BAND_LINE = "#E6EBEF", "#C6CFD7"
PAPER, SEA, LAND = "#FFFFFF", "#EDF1F4", "#E2E7EB"
LEVELS: Final = {"ok": "#00735A", "watch": "#7F6C00", "warning": "#A65000", "critical": "#8E1B0A", "none": "#626E7A"}
RAMP: Final = ("#F1F4F6", "#DCE8F1", "#BAD3E6", "#8DB7D7", "#5B97C3", "#2A74A8")  # from none to most; rises evenly in grey too
DIVERGING: Final = ("#1F6FAE", "#73A7CF", "#C8DCEB", "#F0F0EE", "#F3DCBB", "#DDA45C", "#A65600")
CATEGORIES: Final = ("#0B64A0", "#B97A00", "#00735A", "#A34C7C", "#5F6B77", "#4C57B0", "#766E10", "#A8472A")
DASHES: Final = ("", "4 2", "1.2 2", "6 2 1.2 2", "2.5 2", "8 3", "1.2 3.5", "5 1.5")  # what tells lines apart in grey
SIZE, SMALL = 8.0, 7.0  # points; nothing on paper is smaller than SMALL
BOLD = 600
HAIR, THIN, STROKE = 0.4, 0.7, 1.3  # points
SMALL_FILL: Final = (BAND, LINE_STRONG)  # fill and edge of what rests on little
ROW = 15.0  # from one row of a list to the next
