"""Builds the app and exposes `server`; `python app.py` runs web and worker together until Ctrl-C."""

from typing import Any


def __getattr__(name: str) -> Any:
    if name == "server":
        from dashboard.create import create_app

        return create_app().server
    raise AttributeError(name)


if __name__ == "__main__":
    from dashboard.run import run

    raise SystemExit(run())
