"""What libraries may write into the log: their own fixed sentences, never what these were filled with."""

import logging

import pytest
import structlog

from bot import logs
from bot.settings import Settings


@pytest.mark.parametrize(
    ("logger", "kept"), [("uvicorn.error", True), ("alembic.runtime", True), ("asyncio", False), ("aiohttp.x", False)]
)
def test_a_librarys_line_keeps_its_event_and_no_content(
    logger: str, kept: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    before, configured = logging.getLogger().handlers, structlog.get_config()
    try:
        logs.configure(Settings(_env_file=None))
        logging.getLogger(logger).warning("Shutting down %s", "MARKER-zebra")
    finally:
        logging.getLogger().handlers = before
        structlog.configure(**configured)
    said = "".join(capsys.readouterr())
    assert "MARKER" not in said
    assert ("Shutting down %s" in said) is kept
    assert '"level": "warning"' in said
