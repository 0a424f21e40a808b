"""When a provider that did not do what it was asked is asked again; pure."""

from datetime import datetime, timedelta

from bot.providers import ProviderError
from db.owed import Claimed

_CEILING = timedelta(minutes=5)
_CEILING_NEAR = timedelta(minutes=1)
_NEAR = timedelta(hours=2)
_LONG = 120.0
_LAST = timedelta(minutes=1)
_DAY = 86400.0
_BEFORE = tuple(timedelta(minutes=minutes) for minutes in (240, 60, 30, 10, 2))
"""What only a person can mend is tried once a day unless the provider says otherwise, and at these times before."""


def next_try(refused: ProviderError, claimed: Claimed, now: datetime, until: datetime) -> datetime | None:
    """When to ask again; None when it would be too late to be of use."""
    if refused.permanent:
        again = now + timedelta(seconds=refused.retry_after or _DAY)
        times = (again, *(until - before for before in _BEFORE))
        return min((due for due in times if now + _LAST < due < until), default=None)
    if refused.retry_after is not None:
        # Many meetings wait for the same moment: they do not all come at once.
        spread = claimed.id.int % 30 if refused.retry_after > _LONG else 0
        wait = timedelta(seconds=refused.retry_after + spread)
    else:
        ceiling = _CEILING_NEAR if until - now < _NEAR else _CEILING
        wait = min(timedelta(seconds=2.0 ** min(claimed.attempt, 9)), ceiling)
    if now + wait < until:
        return now + wait
    return until - _LAST if now < until - _LAST else None


def lasting(refused: ProviderError) -> bool:
    """Whether it is worth telling at once: nobody can expect it to pass within a minute."""
    return refused.permanent or (refused.retry_after or 0) > _LONG
