"""The error family, and what each one says to the user."""

import secrets
from collections.abc import Sequence

_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


class Problem(Exception):
    """Something the person can be told in their own words. `words` is a sentence or two; `field` is the
    block of a form that it belongs to, where there is one."""

    def __init__(self, words: str, *, field: str | None = None) -> None:
        super().__init__(type(self).__name__)
        self.words = words
        self.field = field


class BadInput(Problem):
    """What was typed cannot be used; nothing was changed."""


class NoPlaceForWorry(BadInput):
    """What was written into a form tells of somebody in danger, and others could read it there; nothing was changed."""


class Unclear(BadInput):
    """Several things may be meant, or it is asked once more; nothing was changed. `choices` are buttons: a label, and
    the command that it stands for, which holds ids alone. `carried` are the other words of what was typed, so that a
    press goes on with them: the same for all, or one for each."""

    def __init__(self, words: str, choices: Sequence[tuple[str, str]] = (), carried: str | Sequence[str] = "") -> None:
        super().__init__(words)
        self.choices = tuple(choices)
        self.carried = (carried,) * len(self.choices) if isinstance(carried, str) else tuple(carried)


class NotFound(Problem):
    """No such thing, or none that this person may see: both say the same."""


class Refused(Problem):
    """This person may not do this."""


class NotNow(Refused):
    """Nobody may as it stands, such as too early: no right is in question, so that what was typed is given back."""


class Conflict(Problem):
    """The thing changed since the person saw it; nothing was changed."""


NOT_SAVED = (
    "NOT SAVED. The bot could not reach its records just now, so nothing was kept. Please try again in a minute."
)

NOT_LOOKED_UP = "That could not be looked up just now. Nothing was to be saved, so nothing is lost."


def reference_code() -> str:
    """A short code that joins what the user was told with the line in the log."""
    return "E-" + "".join(secrets.choice(_LETTERS) for _ in range(6))


def place_of(problem: Exception) -> str:
    """The kind of error and the place in the code; its message may hold content and stays out."""
    trace = problem.__traceback__
    place = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        if "/bot/" in code.co_filename or "/db/" in code.co_filename:
            place = f"{code.co_filename.rsplit('/', 2)[-2]}/{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(problem).__name__} at {place}"
