"""The ids of everything a page updates in place; the browser is told `id → properties` and nothing else."""

STALE_ID = "stale-banner"
OLDEST_ID = "oldest-data"
DATE_ID = "wall-date"
CLOCK_ID = "wall-clock"
LIVE_REGION_ID = "critical-alerts"
CHANNELS_ID = "channels"
ARCHIVE_ID = "archive"
DIGEST_ID = "digest"


def panel_id(module: str, key: str) -> str:
    """The id of the container one panel is drawn into."""
    return f"p-{module}-{key}"
