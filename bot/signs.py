"""One thing that is not well, as it is told to people and machines."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Sign:
    """One thing that is not well. `stops`: the bot cannot do its work while it lasts."""

    name: str
    words: str
    since: datetime | None = None
    stops: bool = True

    def told(self) -> str:
        """The sentence with its time, for machines and mails."""
        return (
            f"{self.words} since {self.since.astimezone(UTC):%Y-%m-%d %H:%M} UTC." if self.since else f"{self.words}."
        )
