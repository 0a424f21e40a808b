"""What a provider tells of a meeting while it is held, whoever it is."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Happened(StrEnum):
    """What was told of."""

    STARTED = "started"
    ENDED = "ended"
    JOINED = "joined"
    LEFT = "left"
    RECORDING = "recording"
    RECORDING_STOPPED = "recording_stopped"
    CHANGED = "changed"
    """Somebody changed or deleted the meeting at the provider."""


@dataclass(frozen=True)
class Told:
    """One thing that happened in the provider's meeting `ref`. `key` is the same where it is told twice, `occasion` for
    all that happens while the meeting is open once. `sent_at` orders what happened in one second.

    `person` is the same for somebody's coming and going; `name` is what the meeting shows, `address` the account they
    are signed in with, and `hosts` whether that is the one that hosts it.
    """

    key: str
    what: Happened
    ref: str
    occasion: str
    at: datetime
    sent_at: datetime
    person: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    hosts: bool = False
