"""Whether the library understands an address, without sending anything. An address holds secrets: no sentence repeats
more of it than its kind, and the library's own log is silent."""

import logging
from typing import Any

logging.getLogger("apprise").disabled = True

_STAYS_HERE = frozenset(
    ["blink1", "dbus", "gio", "glib", "gnome", "kde", "macosx", "qt", "rsyslog", "syslog", "windows"]
)
"""Kinds that show something on the server's own screen or write into a log, and so reach nobody."""


def kind_of(address: str) -> str:
    """The kind of an address, such as `ntfy` or `json`: what stands before `://`."""
    return address.partition("://")[0].strip().lower()


def wrong_with(address: str) -> str:
    """What is wrong with an address, to come after “the address”; empty where the library understands it."""
    kind = kind_of(address)
    if "://" not in address or not kind.isalnum():
        return "is no address such as ntfys://host/topic: the kind, :// and what the service asks for"
    if kind in _STAYS_HERE:
        return f"of the kind {kind} stays on the server; name a service that reaches a telephone"
    return (
        "" if instance(address) is not None else f"of the kind {kind} is not one that the apprise library understands"
    )


def instance(address: str) -> Any:
    """What the library makes of an address, or None; nothing is sent. Reading the library takes half a second the
    first time, so it is done where it is needed."""
    from apprise import Apprise, AppriseAsset

    if kind_of(address) in _STAYS_HERE:
        return None
    asset = AppriseAsset(
        app_id="Facilitator assistant",
        app_desc="Facilitator assistant",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        storage_mode="memory",
        service_timeout=10,
        async_mode=False,
    )
    return Apprise.instantiate(address, asset=asset, suppress_exceptions=True)
