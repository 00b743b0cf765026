"""An office file whose bytes follow from its content alone: its parts in a fixed order, each with the same time."""

import io
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_AT = (1980, 1, 1, 0, 0, 0)  # where the time of a ZIP file begins


def repacked(body: bytes) -> bytes:
    """The same parts packed again; what says of which type they are comes first, as readers expect."""
    packed = io.BytesIO()
    with ZipFile(io.BytesIO(body)) as parts, ZipFile(packed, "w", ZIP_DEFLATED) as kept:
        for name in sorted(parts.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = ZipInfo(name, _AT)
            entry.external_attr = 0o600 << 16
            kept.writestr(entry, parts.read(name), ZIP_DEFLATED)
    return packed.getvalue()
