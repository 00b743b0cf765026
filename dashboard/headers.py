"""Response headers: nothing but this server may be loaded from, framed or talked to."""

from urllib.parse import urlsplit

from flask import Flask, Response


def policy(hashes: list[str], gateway: str = "") -> str:
    """The content security policy, with the hashes of Dash's own inline scripts and the origin pictures may come from."""
    scripts = " ".join(["'self'", *(f"'{found}'" if not found.startswith("'") else found for found in hashes)])
    pictures = f" {origin(gateway)}" if gateway else ""
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        f"font-src 'self' data:; connect-src 'self'{pictures}; media-src 'self' blob:{pictures}; "
        "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types default dompurify"
    )


def origin(address: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def register(server: Flask, hashes: list[str], gateway: str = "") -> None:
    """Set the headers on every answer; `gateway` is the address pictures come from, where there is one."""
    rules = policy(hashes, gateway)

    @server.after_request
    def protect(answer: Response) -> Response:
        answer.headers.setdefault("Content-Security-Policy", rules)
        answer.headers.setdefault("X-Content-Type-Options", "nosniff")
        answer.headers.setdefault("Referrer-Policy", "no-referrer")
        answer.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if "Cache-Control" not in answer.headers:
            answer.headers["Cache-Control"] = "no-store"
        return answer
