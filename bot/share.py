"""What the pages that anybody can reach may use of this process: none of them holds up what comes from Slack."""

import asyncio
import time
from collections import Counter
from ipaddress import IPv6Address, ip_address

from starlette.requests import Request

_MINUTE = 60.0
EACH, SITE, ALL = 60, 180, 600
"""How many requests a minute are answered for one address, for the addresses of one customer of a network (of the newer
kind one has thousands), and for all together."""
_AT_ONCE, _WAITING = 2, 50
"""How many are looked up at a time, and how many may wait for that."""


class Share:
    """The share of one kind of page, in memory: it is a brake, and no record of who was here."""

    def __init__(self) -> None:
        self._since = 0.0
        self._all = 0
        self._of: Counter[tuple[int, str]] = Counter()
        self._by: Counter[str] = Counter()
        self._waiting = 0
        self._turn = asyncio.Semaphore(_AT_ONCE)

    @property
    def crowded(self) -> bool:
        """Whether too many wait to be looked up already."""
        return self._waiting >= _WAITING

    def takes_by(self, link: str, most: int) -> bool:
        """Whether one more is answered now who has a link that leads somewhere: by that link alone, so that neither
        guesses nor others behind the same address shut anybody out."""
        self._begin()
        self._by[link] += 1
        return self._by[link] <= most

    def takes(self, request: Request) -> bool:
        """Whether one more request is answered now."""
        self._begin()
        whose, site = _networks(request.client.host if request.client else "")
        if self._all >= ALL or self._of[whose] >= EACH or self._of[site] >= SITE or self.crowded:
            return False
        self._all += 1
        self._of.update({whose, site})
        return True

    def _begin(self) -> None:
        now = time.monotonic()
        if now - self._since >= _MINUTE:
            self._since, self._all, self._of, self._by = now, 0, Counter(), Counter()

    async def __aenter__(self) -> None:
        self._waiting += 1
        try:
            await self._turn.acquire()
        finally:
            self._waiting -= 1

    async def __aexit__(self, *_problem: object) -> None:
        self._turn.release()


def _networks(host: str) -> tuple[tuple[int, str], tuple[int, str]]:
    """What counts as one address, of the newer kind a whole household's, and what as one customer's."""
    try:
        address = ip_address(host)
    except ValueError:
        return (64, ""), (48, "")
    if isinstance(address, IPv6Address) and not address.ipv4_mapped:
        return (64, str(int(address) >> 64)), (48, str(int(address) >> 80))
    return (64, str(address)), (48, str(address))
