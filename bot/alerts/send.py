"""Handing one alert to one address. The library waits for the network, so each address has a thread of its own and at
most one: a service that never answers holds up neither the event loop nor another address."""

import asyncio
import hashlib
import threading

from bot.alerts.understood import instance
from bot.errors import Problem

MOST_SECONDS = 12.0
_CONNECT_SECONDS, _READ_SECONDS = 4.0, 6.0
_busy: set[bytes] = set()
_lock = threading.Lock()


class AlertError(Problem):
    """An alert was not accepted. `code` is a short stable word; holds no address and no content."""

    def __init__(self, code: str) -> None:
        super().__init__("The alert was not accepted.")
        self.code = code

    def __str__(self) -> str:
        return self.code


async def send(address: str, title: str, text: str) -> None:
    """Hand an alert over; the service has accepted it when this returns. Raises AlertError."""
    key = hashlib.sha256(address.encode()).digest()
    with _lock:
        if key in _busy:
            raise AlertError("alert_no_answer")
        _busy.add(key)
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[str] = loop.create_future()

    def work() -> None:
        code = _handed_over(address, title, text)
        with _lock:
            _busy.discard(key)
        if not loop.is_closed():
            loop.call_soon_threadsafe(_tell, answered, code)

    # A daemon, so that a service that never answers does not keep the process from ending.
    threading.Thread(target=work, name="alert", daemon=True).start()
    try:
        async with asyncio.timeout(MOST_SECONDS):
            code = await answered
    except TimeoutError:
        raise AlertError("alert_no_answer") from None
    if code:
        raise AlertError(code)


def _tell(answered: asyncio.Future[str], code: str) -> None:
    if not answered.done():
        answered.set_result(code)


def _handed_over(address: str, title: str, text: str) -> str:
    """Send, in a thread; the code of what went wrong, or nothing."""
    try:
        plugin = instance(address)
        if plugin is None:
            return "alert_not_understood"
        plugin.socket_connect_timeout, plugin.socket_read_timeout = _CONNECT_SECONDS, _READ_SECONDS
        return "" if plugin.notify(title=title, body=text, notify_type="warning") else "alert_not_accepted"
    except Exception:  # a service's own failure, whatever it is, is one of this way; its words may hold the address
        return "alert_not_accepted"
