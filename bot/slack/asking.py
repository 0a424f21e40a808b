"""What the edge must know of who is asking. Who they are, `bot/staff/identify.py` finds out."""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy.orm import Session

from bot.caller import Caller

REFUSAL = "You can't use this here. If you think you should be able to, ask your administrator."


class Changed(Exception):
    """Somebody's rights, or the organisation's settings, are not what they were taken for; nothing was done."""


class Standing(Protocol):
    """Looks, as a unit of work begins, whether a caller still is who they were taken for."""

    looked: bool

    def __call__(self, session: Session) -> None:
        """Raises Changed."""


class Identity(Protocol):
    """Identifies callers, and writes down what was refused to them."""

    async def identify(self, teams: Sequence[str], slack_id: str) -> Caller:
        """The caller behind a request. Raises Refused or Unavailable."""

    def standing(self, caller: Caller) -> Standing:
        """The look at whether a caller still is who they were taken for."""

    def forget(self, caller: Caller) -> None:
        """Look somebody up anew the next time."""

    async def look(self, standing: Standing) -> None:
        """Look whether a caller still is who they were taken for, where their request did not do so itself."""

    async def refused(self, caller: Caller, what: str) -> None:
        """Write down that somebody tried what their roles do not allow."""
