"""Logging: structured lines whose keys come from an allow-list, so that content cannot slip in."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from bot.settings import Settings

ALLOWED = frozenset(
    [
        "event",
        "level",
        "timestamp",
        "reference",
        "kind",
        "error",
        "where",
        "attempt",
        "due",
        "seconds",
        "count",
        "port",
        "host",
        "state",
        "method",
        "code",
        "status",
        "delivery",
        "problem",
        "database",
        "migration",
        "version",
        "mode",
        "record",
    ]
)
_QUIET = (
    "slack_sdk",
    "slack_bolt",
    "aiohttp",
    "sqlalchemy",
    "httpx",
    "httpcore",
    "procrastinate",
    "asyncio",
    "fontTools",
    "pypdf",
    "msal",
    "apprise",
    "requests",
    "urllib3",
)
_WRITES_NO_CONTENT = frozenset(["uvicorn", "alembic", "procrastinate"])
"""Libraries whose messages are fixed sentences with places to be filled in."""


def _allow(_logger: Any, _name: str, entry: MutableMapping[str, Any]) -> Mapping[str, Any]:
    return {key: value for key, value in entry.items() if key in ALLOWED}


class _Plain(logging.Handler):
    """Library records as one line of logger, level and source. Of a message stays what the library itself wrote, and
    only of those that never put content there: what it was filled with may hold content."""

    def emit(self, record: logging.LogRecord) -> None:
        plain = record.name.split(".")[0] in _WRITES_NO_CONTENT and isinstance(record.msg, str)
        event = record.msg.strip() if plain else "library"
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        entry = {"where": f"{record.name}:{record.funcName}:{record.lineno}", "error": error}
        structlog.get_logger().log(record.levelno, event, **{k: v for k, v in entry.items() if v})


def configure(settings: Settings) -> None:
    """Set logging up for the process. Libraries that log payloads or statements speak from WARNING on."""
    level = getattr(logging, settings.log_level)
    render: Any = structlog.processors.JSONRenderer()
    if settings.log_format == "console":
        render = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _allow,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [_Plain()]
    root.setLevel(max(level, logging.INFO))
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.getLogger("uvicorn.access").disabled = True


log = structlog.get_logger()
