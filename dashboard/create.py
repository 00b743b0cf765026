"""Builds the web application: server, doors, pages."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from dash import Dash
from flask import Flask

from dashboard import api, crowd, downloads, faults, guard, headers, health, pages, pictures, stream
from dashboard.actions import Actions
from dashboard.briefings import api as briefings
from dashboard.briefings import page as briefings_page
from dashboard.briefings.editions import Editions
from dashboard.briefings.maker import bindery_of
from dashboard.crowd import Crowds
from dashboard.live import Live
from dashboard.place import prepared, say_on_terminal, shown_locality
from dashboard.registry import declared
from dashboard.rotation import checked_screens
from dashboard.settings import ROOT, Settings, settings_from
from dashboard.shelf import Shelf
from dashboard.watcher import Watcher, wall_clock
from data.db import engine_for
from layouts.address import BRIEFINGS
from layouts.sight import legible_unit
from layouts.text import LANGUAGES, words_for

FOR_EVER = timedelta(days=36500)
SOURCES = ("assets", "dashboard", "data", "layouts", "modules")
INDEX = """<!DOCTYPE html>
<html lang="zh-CN"><head>{%metas%}<meta name="viewport" content="width=device-width, initial-scale=1"><title>{%title%}</title>
<link rel="icon" href="data:,"><script src="/assets/js/00_trust.js"></script>{%css%}</head>
<body>{%app_entry%}<noscript>NO_SCRIPT</noscript><footer>{%config%}{%scripts%}{%renderer%}</footer></body></html>"""


def build_id(root: Path = ROOT) -> str:
    """A digest of the program's files: an open page reloads when it changes."""
    digest = hashlib.blake2b(digest_size=6)
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".py", ".js", ".css", ".toml"):
                digest.update(f"{path.relative_to(root)}{path.stat().st_size}{path.stat().st_mtime_ns}".encode())
    return digest.hexdigest()


def _without_script() -> str:
    """What a browser without scripts is told, in each language."""
    return "".join(f'<p lang="{lang}">{words_for(lang)("briefings.no_script")}</p>' for lang in LANGUAGES)


class WallApp(Dash):
    """The Dash application with its doors: for everything read, and for what a person does."""

    live: Live
    actions: Actions

    def close(self) -> None:
        """Stop what runs beside requests and let go of the database."""
        self.live.watcher.stop()
        self.actions.close()
        self.live.engine.dispose()


def create_app(settings: Settings | None = None, clock: Callable[[], datetime] = wall_clock) -> WallApp:
    """The application of a place; `app.server` is the WSGI server. Raises BadSetting, BadScreen, MissingPlace, DatabaseUnavailable."""
    settings = settings or settings_from()
    modules = declared()
    checked_screens()
    engine = engine_for(settings.database)
    place = prepared(engine, settings, clock(), say_on_terminal)
    server = Flask("dashboard")
    faults.register(server)
    build = build_id()
    watcher = Watcher(engine, place.region, modules, clock)
    here = shown_locality(place, settings)
    editions = Editions(engine, here, clock, settings.month_cutoff)
    live = Live(engine, here, watcher, Shelf(server, settings, build), clock, editions.kept)
    stream.register(server, live, build, settings.streams)
    api.register(server, live)
    bindery = bindery_of(engine, here, settings, clock, editions)
    briefings.register(server, bindery)
    downloads.register(server, live)
    health.register(server, live, place, build)
    crowds = Crowds(live, clock, here.names["exact"])
    crowd.register(server, live, crowds)
    actions = Actions(engine, place.region, clock, pictures.source_of(settings, place.demo), settings.secret)
    actions.end_overdue(FOR_EVER)
    pictures.register(server, actions, settings.video_gateway)
    app = _dash(server, place.centre_zh)
    archive = briefings_page.BriefingsPage(live, bindery)
    briefings_page.register(server, archive)
    pages.register(app, live, crowds, {BRIEFINGS: archive}, legible_unit(settings.distance_m, settings.pitch_mm))
    guard.register(app)
    headers.register(server, list(app.csp_hashes()), settings.video_gateway)
    app.live, app.actions = live, actions
    watcher.start()
    return app


def _dash(server: Flask, title: str) -> WallApp:
    return WallApp(
        "dashboard",
        server=server,  # type: ignore[arg-type]
        assets_folder=str(ROOT / "assets"),
        assets_ignore=r"00_trust\.js|hls\.light\.min\.js",
        index_string=INDEX.replace("NO_SCRIPT", _without_script()),
        title=title,
        update_title="",
        suppress_callback_exceptions=True,
        enable_mcp=False,
        serve_locally=True,
    )
