"""Which set of colour tokens a page wears. The values themselves are in assets/css/00_tokens.css and nowhere else."""

THEMES = ("dark", "light")
_BY_SURFACE = {"wall": "dark", "desk": "light"}


def theme_class(theme: str | None, surface: str) -> str:
    """The class of the page: the asked theme if it exists, otherwise dark on walls and light on desks."""
    return theme if theme in THEMES else _BY_SURFACE[surface]
