"""What the lead's forms and buttons carry: ids and a version, never content."""

from dataclasses import dataclass
from uuid import UUID

from bot.reading import as_id, as_number


@dataclass(frozen=True)
class Target:
    """What a form or button is about: a concern, one of its entries (None: a new one), and the version that was
    seen."""

    concern_id: UUID
    entry_id: UUID | None = None
    version: int = 0

    @classmethod
    def parse(cls, text: str) -> "Target":
        """From `concern[:entry]:version`, or a concern's id alone."""
        first, *rest = text.split(":")
        version = as_number(rest.pop()) if rest else 0
        return cls(as_id(first), as_id(rest[0]) if rest else None, version)

    def __str__(self) -> str:
        middle = f":{self.entry_id}" if self.entry_id else ""
        return f"{self.concern_id}{middle}:{self.version}"
