"""The nation profiles: what people and outside services are called, and the clocks that are known."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot import yaml_text
from bot.organisation.file import Span
from db.models import Organisation
from db.models.concern import About

NATIONS = ("england", "scotland", "wales", "northern_ireland")
POLICE = "Police: 101, or 999 in an emergency"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Strict):
    """What the people responsible are called in this nation."""

    lead: str
    deputy: str
    head: str = "head of the organisation"
    chair: str = "chair"


class Body(_Strict):
    """A service outside the organisation. `about`: the kinds of concern that it takes. `tell_within`: by when it
    must be told; `reply_within`: by when it answers; spans such as `24h` or `1wd`, None where none is known."""

    id: Literal["childrens_social_care", "adult_social_care", "designated_officer"]
    name: str = Field(min_length=1, max_length=80)
    about: tuple[About, ...]
    tell_within: Span | None = None
    reply_within: Span | None = None


class Nation(_Strict):
    """One nation's profile. `researched` is False where nothing but neutral words is known."""

    nation: Literal["england", "scotland", "wales", "northern_ireland"]
    words: Words
    bodies: tuple[Body, ...]
    note: str = ""
    researched: bool = True

    def role(self, role: str) -> str:
        """What a role (`lead`, `deputy`, `head`, `chair`) is called."""
        return str(getattr(self.words, role, role))

    def body(self, body_id: str) -> Body | None:
        """The service of this id, or None where this nation has no such service."""
        return next((one for one in self.bodies if one.id == body_id), None)


@dataclass(frozen=True)
class Outside:
    """A service to telephone: `phone` is the organisation's own entry for it, empty where it gave none."""

    id: str
    name: str
    phone: str

    def line(self) -> str:
        """`Adult social care, 020 …`; the name alone without a number."""
        return f"{self.name}, {self.phone}" if self.phone else self.name


@cache
def profile(nation: str) -> Nation:
    """The profile of a nation; its file is checked when it is first read."""
    path = Path(__file__).with_name(f"{nation}.yaml")
    return Nation.model_validate(yaml_text.load(path.read_text(encoding="utf-8")))


def outside(organisation: Organisation, about: About | None = None, nation: str | None = None) -> list[Outside]:
    """The outside services for a kind of concern (None: all), with the organisation's own numbers.
    `nation` where a concern belongs to another one than the organisation."""
    numbers = organisation.options.get("outside") or {}
    bodies = profile(nation or organisation.nation).bodies
    return [
        Outside(one.id, one.name, str(numbers.get(one.id, ""))) for one in bodies if about is None or about in one.about
    ]


def outside_text(organisation: Organisation, about: About) -> str:
    """Whom to telephone outside, in one line: never empty. The file's `outside_contact` comes first, then the
    services for this kind of concern that have a number, then the police."""
    given = organisation.options.get("outside_contact")
    services = outside(organisation, about)
    lines: Sequence[str] = [one.line() for one in services if one.phone] or ([] if given else _names(services))
    return "; ".join([*([str(given)] if given else []), *lines, POLICE])


def _names(services: Sequence[Outside]) -> list[str]:
    return [one.name for one in services]
