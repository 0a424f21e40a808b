"""The shares of the worker: each kind of delivery belongs to one lane, and no lane takes what belongs to another.

What a concern needs comes before everything else and has places that nothing else can take; what depends on a service
outside has a small share, so that a service which never answers holds up its own deliveries and no others.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from db.owed import Share


@dataclass(frozen=True)
class Lane:
    """A share: so many `places` at a time; with `each_target` so many for each target (a provider) by itself, of one
    turn `each_turn` at most. In a place a `slice` of one turn is made, one after the other. `first`: for concerns, with
    database threads, connections to Slack and a turn at writing of its own."""

    name: str
    places: int
    first: bool = False
    each_target: bool = False
    each_turn: int | None = None
    slice: int = 1

    def share(self, kinds: Iterable[str], in_hand: Iterable[tuple[str, str]], redraws: Iterable[str] = ()) -> Share:
        """What may be claimed for this lane while `in_hand`, (target, turn) of each place, is being made; `redraws` are
        those of the kinds of which one does for all that are due of its queue."""
        places = (self.places, self.each_target, tuple(in_hand), self.each_turn, self.slice)
        return Share(frozenset(kinds), *places, redraws=frozenset(redraws))


CONCERN_CLOCK = Lane("concern_clock", 4, first=True)
"""Deadlines and other looks at the records alone: a Slack that hangs keeps none of them."""
CONCERNS = Lane("concerns", 8, first=True)
"""Posts and messages about concerns."""
CONCERN_MAIL = Lane("concern_mail", 4, first=True)
"""Mails about concerns, apart from Slack: either may hang without the other."""
CONCERN_ALERT = Lane("concern_alert", 4, first=True)
"""Alerts about concerns by SMS, voice, push or a webhook: one such service may hang without the mails."""
ALARMS = Lane("alarms", 4)
"""What must be known soon though it is no concern: that the record does not hold, that something refuses the bot, and a
drill, which shows how fast an alert is. A flood of other messages holds up none of it."""
MESSAGES = Lane("messages", 8)
"""All other messages, and work on the records that need not be at once."""
PROVIDERS = Lane("providers", 2, each_target=True)
"""Calls to whoever hosts meetings; the target is the provider's name."""
MAIL = Lane("mail", 2)
"""All other mail."""
INVITATIONS = Lane("invitations", 4, each_turn=1, slice=25)
"""Mails to participants and carers, hundreds at once: apart, so that they hold up no other mail. Those of one meeting
share a connection, which serves a slice of them: what a kill leaves unknown is one mail of each meeting."""
READING = Lane("reading", 1)
"""Long lists read from Slack."""

LANES = (CONCERN_CLOCK, CONCERNS, CONCERN_MAIL, CONCERN_ALERT, ALARMS, MESSAGES, PROVIDERS, MAIL, INVITATIONS, READING)
"""In the order in which they are claimed."""
