"""A family at its page: an address from Slack, and the form as a browser without scripts fills it in."""

import re
from html.parser import HTMLParser
from typing import Any

import httpx
from sqlalchemy import select

from bot.families.tokens import address_for
from db.models import PagePurpose, Registration
from tests.support.world import World

BASE = "http://127.0.0.1:9"


class _Form(HTMLParser):
    """The fields of the answers' form, with what they hold."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.buttons: dict[str, str] = {}
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        one = {name: value or "" for name, value in attrs}
        if tag == "input" and (one["type"] != "radio" or "checked" in one):
            self.fields[one["name"]] = one.get("value", "")
        elif tag == "textarea":
            self._area = one["name"]
            self.fields[self._area] = ""
        elif tag == "button":
            self.buttons[one["name"]] = one.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""


def with_pages(world: World) -> World:
    """Start the bot anew with a web address."""
    world.stop_bot()
    world.settings = world.settings.model_copy(update={"public_url": BASE})
    world.start_bot()
    world.settle()
    return world


def at_bot(world: World, address: str) -> str:
    """An address that was given, at the port where the test's bot is."""
    assert world.bot is not None
    assert address.startswith(f"{BASE}/family/")
    return address.replace(BASE, world.bot.url)


def asked_in_slack(world: World, name: str, reference: str = "M-1") -> str:
    """The address of somebody's page, as the facilitator gets it."""
    answer = world.person("U0FAC").command("/invitation", f"page {name} {reference}", channel="C0YOUTH")
    found = re.search(rf"{BASE}/family/\w+", answer.text + str(answer.blocks))
    assert found is not None, answer.text
    return at_bot(world, found[0])


def registration_of(world: World, name: str) -> Registration:
    """The place of somebody on M-1."""
    rows = world.read(lambda session: list(session.scalars(select(Registration))))
    return next(one for one in rows if one.participant.name == name)


def made(world: World, name: str, purpose: PagePurpose) -> str:
    """A new address of one purpose, as whoever writes a letter makes it."""
    registration, now = registration_of(world, name), world.bot.app.deps.clock.now() if world.bot else None
    assert now is not None
    address = world.write(
        lambda session: address_for(
            session, BASE, session.get_one(Registration, registration.id), purpose, "U0FAC", now
        )
    )
    assert address is not None
    return at_bot(world, address)


def fields(html: str) -> dict[str, str]:
    """What the form holds."""
    form = _Form()
    form.feed(html)
    return form.fields


def get(url: str, **how: Any) -> httpx.Response:
    """Look at a page."""
    return httpx.get(url, timeout=20, **how)


def send(url: str, **changes: str) -> httpx.Response:
    """Fill the form in and send it; the page that the browser then shows. A field of two words is written `a_b`."""
    filled = {**fields(get(url).text), **{name.replace("_", "-"): value for name, value in changes.items()}}
    return httpx.post(url, data=filled, timeout=20, follow_redirects=True)
