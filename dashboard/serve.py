"""The web process: one gthread process, for each open stream a thread and another for what its page asks, and some to spare."""

import logging
from typing import Any

from gunicorn.app.base import BaseApplication

from dashboard.attached import end_with_parent
from dashboard.settings import Settings
from dashboard.start import listenable, prepare

SPARE_THREADS = 32
KEPT_PER_PAGE = 2  # connections a page keeps open beside its stream; gunicorn closes those beyond after each answer
PORT_PATIENCE_S = 3.0  # how long a killed predecessor may hold the port


class Web(BaseApplication):  # type: ignore[misc]
    """Gunicorn with our settings; the application is built in the worker process, after the fork."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Hand gunicorn what it needs."""
        settings = self.settings
        options: dict[str, Any] = {
            "bind": f"{settings.host}:{settings.port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": 2 * settings.streams + SPARE_THREADS,
            "worker_connections": (2 + KEPT_PER_PAGE) * settings.streams + 2 * SPARE_THREADS,
            "timeout": 60,
            "graceful_timeout": 2,
            "keepalive": 75,
            "loglevel": "warning",
            "proc_name": "district-wall",
            "control_socket_disable": True,
            "post_fork": lambda _arbiter, _worker: end_with_parent(),
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The WSGI application."""
        from dashboard.create import create_app

        return create_app(self.settings).server


def serve(settings: Settings) -> None:
    """Serve until told to stop. Raises what refuses a start before any process is started."""
    listenable(settings, PORT_PATIENCE_S)
    prepare(settings)
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(name)s %(message)s")
    Web(settings).run()
