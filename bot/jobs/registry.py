"""Which kind of delivery is done by whom."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy.orm import Session

from bot.kit import Kit
from db.owed import Claimed

Record = Callable[[Session], None]
Step = Callable[[Kit, Claimed], Awaitable[Record | None]]


class Later(Exception):
    """This delivery must be tried again at `due`; `code` says why. It is no failure of the bot."""

    def __init__(self, due: datetime, code: str) -> None:
        super().__init__(code)
        self.due = due
        self.code = code


class GiveUp(Exception):
    """This delivery can never be made; `code` says why. `record` is written with the giving up."""

    def __init__(self, code: str, record: Record | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.record = record


class Jobs:
    """The steps by kind. A step reads the state, acts, and returns what to write down with its success."""

    def __init__(self) -> None:
        self.steps: dict[str, Step] = {}
        self.stubborn: set[str] = set()
        self.seconds: dict[str, float] = {}

    def on(self, kind: str, step: Step, *, stubborn: bool = False, seconds: float | None = None) -> None:
        """Register a step. A `stubborn` kind is given up only where the step itself says so, whatever Slack answers.
        `seconds` is how long one try may take, where it is longer than usual."""
        self.steps[kind] = step
        if seconds is not None:
            self.seconds[kind] = seconds
        if stubborn:
            self.stubborn.add(kind)
