"""What the tests of copies share: asking for one in Slack, and fetching it over HTTP."""

import io
import json
import re
from dataclasses import dataclass
from typing import Any

import httpx
from pypdf import PdfReader

from bot.sandbox.person import Person
from tests.support.world import World


@dataclass(frozen=True)
class Link:
    """What the modal shows: where the file is, and the digits that fetch it."""

    url: str
    digits: str


def with_pages(world: World) -> None:
    """Start the bot anew with a web address."""
    world.stop_bot()
    world.settings = world.settings.model_copy(update={"public_url": "http://127.0.0.1:9"})
    world.start_bot()
    world.settle()


def take_up(world: World, who: str = "U0LEAD") -> Person:
    """Somebody whom a concern reaches acknowledges it and has it open."""
    world.settle()
    person = world.person(who)
    posts = [*world.sandbox.messages("G0CONCERN"), *world.sandbox.dm(who)]
    person.click("concern.acknowledge", message=posts[0])
    return person


def asked(person: Person, **fields: Any) -> None:
    """From the record to the form of a copy, filled in and sent."""
    person.click("concern.export")
    values = {"purpose": "Conference on Thursday", "made_for": "Una Worker, children's services", **fields}
    person.submit(**values)


def shown(world: World, person: Person) -> Link:
    """The link and the digits on the person's screen."""
    assert world.bot is not None
    assert person.view is not None
    token = re.search(r"/export/([0-9a-f]+)", json.dumps(person.view))
    digits = re.search(r"\*(\d{3}) (\d{3})\*", json.dumps(person.view))
    assert token is not None
    assert digits is not None
    return Link(f"{world.bot.url}/export/{token[1]}", digits[1] + digits[2])


def post(link: Link, digits: str | None = None) -> httpx.Response:
    """Send the digits, as the page's form does."""
    return httpx.post(link.url, data={"digits": link.digits if digits is None else digits}, timeout=20)


_FURNITURE = re.compile(r"Record C-|C-\d.*chain|Page \d+ of")


def text_of(content: bytes) -> str:
    """The text layer of a PDF, without what stands at the top and foot of each page."""
    pages = []
    for page in PdfReader(io.BytesIO(content)).pages:
        lines = [line for line in page.extract_text().splitlines() if not _FURNITURE.match(line)]
        pages.append("\n".join(lines))
    return "\n".join(pages)


def attached(content: bytes) -> dict[str, list[bytes]]:
    """The files inside a PDF."""
    return dict(PdfReader(io.BytesIO(content)).attachments)
