"""The bot's clock. In the sandbox a file moves it forward; deadlines follow this clock, never the database's."""

from datetime import UTC, datetime, timedelta
from pathlib import Path


class Clock:
    """Aware UTC time, moved forward by the seconds that `offset_file` holds."""

    def __init__(self, offset_file: Path | None = None) -> None:
        self._file = offset_file

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC) + self._offset()

    def _offset(self) -> timedelta:
        if self._file is None:
            return timedelta()
        try:
            return timedelta(seconds=float(self._file.read_text() or 0))
        except (OSError, ValueError):
            return timedelta()
