"""Response headers: nothing but this server may be loaded from, framed or talked to."""

from flask import Flask, Response


def policy(hashes: list[str]) -> str:
    """The content security policy, with the hashes of Dash's own inline scripts."""
    scripts = " ".join(["'self'", *(f"'{found}'" if not found.startswith("'") else found for found in hashes)])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types default dompurify"
    )


def register(server: Flask, hashes: list[str]) -> None:
    """Set the headers on every answer."""
    rules = policy(hashes)

    @server.after_request
    def protect(answer: Response) -> Response:
        answer.headers.setdefault("Content-Security-Policy", rules)
        answer.headers.setdefault("X-Content-Type-Options", "nosniff")
        answer.headers.setdefault("Referrer-Policy", "no-referrer")
        answer.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if "Cache-Control" not in answer.headers:
            answer.headers["Cache-Control"] = "no-store"
        return answer
