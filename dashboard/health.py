"""Health: the process lives, the application is ready, figures for Prometheus; and the place's geometry files."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, Response, abort, request
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from dashboard.live import Live
from data.schema import REGION, heartbeat, source
from data.seed.places import Place

WORKER_LATE = timedelta(seconds=30)


def register(server: Flask, live: Live, place: Place, build: str) -> None:
    """Add /health, /ready, /metrics and /geo/<place>/<layer>.json."""
    routes = Blueprint("health", __name__)

    @routes.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok", "build": build}

    @routes.get("/ready")
    def ready() -> Any:
        try:
            state = _state(live)
        except SQLAlchemyError as error:
            return {"status": "database does not answer", "reason": type(error).__name__}, 503
        return (state, 200) if state["worker"] == "ok" else (state, 503)

    @routes.get("/metrics")
    def metrics() -> Response:
        lines = [
            f"wall_snapshots_taken_total {live.taken}",
            f"wall_stream_sequence {live.watcher.sequence}",
            f"wall_database_failing {int(live.watcher.failing)}",
        ]
        return Response("\n".join(lines) + "\n", mimetype="text/plain")

    @routes.get("/geo/<key>/<layer>.json")
    def geometry(key: str, layer: str) -> Response:
        if key != place.key or layer not in place.layers():
            abort(404)
        answer = Response(place.geo(layer).read_bytes(), mimetype="application/geo+json")
        answer.headers["Cache-Control"] = "private, max-age=86400"
        answer.add_etag()
        answer.make_conditional(request)
        return answer

    server.register_blueprint(routes)


def _state(live: Live) -> dict[str, Any]:
    now, region = live._clock(), live.locality.region
    with live.engine.connect() as connection:
        beat = connection.execute(select(heartbeat.c.at).where(heartbeat.c[REGION] == region, heartbeat.c.process == "work")).scalar()
        rows = connection.execute(select(source.c.key, source.c.received_at).where(source.c[REGION] == region)).all()
    late = beat is None or now - beat > WORKER_LATE
    ages = {key: None if at is None else (now - at).total_seconds() for key, at in rows}
    return {"status": "ok" if not late else "worker is late", "worker": "late" if late else "ok", "sources_age_s": ages}
