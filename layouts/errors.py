"""The page for what cannot be shown, in the reader's language: one HTML document, everything in it escaped."""

from collections.abc import Sequence
from html import escape

from layouts.text import LANGUAGES, words_for

_KNOWN = (400, 403, 404, 500, 503)
_LONGEST = 120
_AGAIN_S = 10
_STYLES = ("/assets/css/00_tokens.css", "/assets/css/10_base.css", "/assets/css/40_desk.css")


def error_document(code: int, what: str, lang: str, allowed: Sequence[str] = ()) -> str:
    """The document: `what` is said back to the reader, cut and escaped; `allowed` lists what would have worked.

    A code without words of its own is told as 400 or 500, a language we do not speak as the first we do. A page whose fault is
    ours asks again by itself, so that a wall comes back without anybody touching it.
    """
    language = lang if lang in LANGUAGES else LANGUAGES[0]
    words = words_for(language)
    known = code if code in _KNOWN else 400 if code < 500 else 500
    title, text = words(f"error.{known}"), words(f"error.{known}_text")
    lines = [f'<p class="error-code">{code}</p>', f"<h1>{escape(title)}</h1>", f"<p>{escape(text)}</p>"]
    if what:
        lines.append(f"<p><code>{escape(what[:_LONGEST])}</code></p>")
    if allowed:
        values = "".join(f"<li><code>{escape(value)}</code></li>" for value in allowed)
        lines.append(f"<h2>{escape(words('error.allowed'))}</h2><ul>{values}</ul>")
    lines.append(f'<p><a href="/wall/overview?lang={language}">{escape(words("error.home"))}</a></p>')
    again = f'<meta http-equiv="refresh" content="{_AGAIN_S}">' if known >= 500 else ""
    styles = "".join(f'<link rel="stylesheet" href="{path}">' for path in _STYLES)
    return (
        f'<!doctype html><html lang="{"zh-CN" if language == "zh" else "en"}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{again}<title>{code} {escape(title)}</title>{styles}</head>'
        f'<body class="light"><main class="error-page light">{"".join(lines)}</main></body></html>'
    )
