"""Log lines as an event name and fields, to stderr or a file; never a key or a customer row."""

import json
import logging
from pathlib import Path


class EventFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, event, fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Render a record as one line of JSON."""
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


class EventLog:
    """A logger that takes fields: `log.info("rows_loaded", source="google_ads", rows=3)`."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def info(self, event: str, **fields: object) -> None:
        """Something happened that a person may want to read later."""
        self._logger.info(event, extra={"fields": fields})

    def warning(self, event: str, **fields: object) -> None:
        """Something a person should look at."""
        self._logger.warning(event, extra={"fields": fields})


def write_log_to(path: Path) -> None:
    """Send this process's events to a file, one JSON object a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(EventFormatter())
    for name in ("countersign", "flows", "agents", "expectations"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.INFO)
        logger.handlers = [handler]
        logger.propagate = False
