"""The organisation file: what it may hold, and what is wrong with one, in sentences."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bot import alerts
from bot.numbers import NEEDS_PHONE
from bot.policy import Pack, load_pack, pack_names
from bot.policy.model import Slot
from bot.policy.override_checks import problems
from bot.policy.overrides import Address, Overrides, Phone, empty_slots
from bot.providers import configured
from bot.staff import training
from bot.staff.rota import Duty
from db.models import Role

_SPAN = re.compile(r"^(\d+)(s|m|h|d|wd)$")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_MOST_DAYS = 30


@cache
def _zones() -> frozenset[str]:
    """The time zones that every machine knows; its own files also name two that are none."""
    return frozenset(available_timezones() - {"localtime", "Factory"})


_HAS_DESIGNATED_OFFICER = ("england", "wales")


class FileProblem(Exception):
    """The organisation file cannot be used; `problems` holds a sentence for each thing wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def span(text: str) -> timedelta | int:
    """A time span: `15m` as a timedelta, `1wd` as a number of working days. Raises ValueError."""
    found = _SPAN.match(text)
    if found is None:
        raise ValueError(f"“{text}” is not a time such as 15m, 1h, 2d or 1wd (working day)")
    number, unit = int(found.group(1)), found.group(2)
    return number if unit == "wd" else timedelta(**{_UNITS[unit]: number})


def _is_span(value: str) -> str:
    try:
        wait = span(value)
    except OverflowError:
        wait = timedelta.max
    days = wait if isinstance(wait, int) else wait / timedelta(days=1)
    if days > _MOST_DAYS:
        raise ValueError(f"“{value}” is too long: at most {_MOST_DAYS} days")
    return value


Span = Annotated[str, AfterValidator(_is_span)]
"""A time span as the file has it, of at most thirty days."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, hide_input_in_errors=True)


class PersonEntry(_Strict):
    """One person with roles, or with training. Everybody else in the workspace is a facilitator."""

    slack: str = Field(pattern=r"^[UW][A-Z0-9]{2,}$")
    name: str = Field(min_length=1, max_length=80)
    roles: tuple[Role, ...] = ()
    phone: Phone | None = None
    email: Address | None = None
    zoom: Address | None = None
    teams: Address | None = None
    meet: Address | None = None
    notify: tuple[str, ...] = Field((), max_length=5)
    training: Mapping[str, Any] = Field(default_factory=dict)
    """The day on which each training of the policy was taken, by its id."""

    @property
    def trained(self) -> dict[str, date]:
        """The day of each training by its id."""
        return training.days(self.training)

    @model_validator(mode="after")
    def _training(self) -> "PersonEntry":
        if not self.roles and not self.training:
            raise ValueError(f"{self.name} needs roles or training; everybody else need not be listed")
        try:
            training.days(self.training)
        except ValueError as wrong:
            raise ValueError(f"{self.name}: {wrong}") from None
        return self

    @model_validator(mode="after")
    def _understood(self) -> "PersonEntry":
        for number, address in enumerate(self.notify, 1):
            wrong = alerts.wrong_with(address)
            if wrong:
                raise ValueError(f"{self.name}: notify, the address {number} {wrong}")
        return self

    @model_validator(mode="after")
    def _telephone(self) -> "PersonEntry":
        if self.phone is None and any(role in NEEDS_PHONE for role in self.roles):
            raise ValueError(f"{self.name} needs a phone number: a lead, deputy, head or chair must be reachable")
        return self


class AcknowledgeWithin(_Strict):
    """By when a concern must be acknowledged, by urgency."""

    now: Span = "15m"
    today: Span = "1h"
    week: Span = "1wd"


class RepeatEvery(_Strict):
    """How often everybody is asked anew about a concern that nobody has answered, by urgency. The bot's own default,
    as are those of the two below: no document names a time."""

    now: Span = "10m"
    today: Span = "1h"
    week: Span = "1wd"


class LevelWithin(_Strict):
    """In what time something must be recorded of a concern that was triaged, by its level, before whoever looks
    after it is reminded, then the others, again and again. Hours of `high` are working hours: nine to five on
    working days."""

    immediate: Span = "1h"
    high: Span = "4h"
    medium: Span = "2wd"
    low: Span = "5wd"


class UntouchedAfter(_Strict):
    """After how long whoever acknowledged a concern, and did nothing more, is reminded, by urgency. After as long
    again it comes open again."""

    now: Span = "4h"
    today: Span = "1wd"
    week: Span = "3wd"


class Outside(_Strict):
    """The local numbers of the outside services; what they are called is the nation's."""

    childrens_social_care: str | None = Field(None, min_length=1, max_length=150)
    adult_social_care: str | None = Field(None, min_length=1, max_length=150)
    designated_officer: str | None = Field(None, min_length=1, max_length=150)


class OrganisationFile(Overrides):
    """The whole file: the organisation and its people, and what it sets beside its policy."""

    name: str = Field(min_length=1, max_length=120)
    team_id: str = Field(pattern=r"^[TE][A-Z0-9]{2,}$")
    nation: Literal["england", "scotland", "wales", "northern_ireland"]
    timezone: str = "Europe/London"
    policy: str
    provider: str
    providers: tuple[str, ...] = ()
    """Where there are several: all of them. `provider` is what a meeting is on where nobody chooses."""
    concern_channel: str = Field(pattern=r"^[CG][A-Z0-9]{2,}$")
    programmes: tuple[str, ...] = ()
    people: tuple[PersonEntry, ...]
    acknowledge_within: AcknowledgeWithin = AcknowledgeWithin()
    untouched_after: UntouchedAfter = UntouchedAfter()
    repeat_every: RepeatEvery = RepeatEvery()
    level_within: LevelWithin = LevelWithin()
    on_call: tuple[Duty, ...] = ()
    outside_contact: str | None = Field(None, max_length=300)
    outside: Outside = Outside()
    second_sign_off: bool = Field(False, strict=True)
    zoom_host: Address | None = None
    teams_host: Address | None = None
    meet_host: Address | None = None
    meeting_hosts: tuple[str, ...] = ()
    audit_mail: Address | None = None
    house_rules: str | None = Field(None, max_length=2000)

    @field_validator("policy")
    @classmethod
    def _known_policy(cls, value: str) -> str:
        if value not in pack_names():
            raise ValueError(f"“{value}” is none of the policies: {', '.join(pack_names())}")
        return value

    @field_validator("provider")
    @classmethod
    def _known_provider(cls, value: str) -> str:
        if value not in configured.NAMES:
            raise ValueError(f"“{value}” is none of the providers: {', '.join(configured.NAMES)}")
        return value

    @field_validator("providers")
    @classmethod
    def _known_providers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        strange = [one for one in value if one not in configured.NAMES]
        if strange:
            raise ValueError(f"“{strange[0]}” is none of the providers: {', '.join(configured.NAMES)}")
        return tuple(dict.fromkeys(value))

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in _zones():
            raise ValueError(f"“{value}” is not a time zone such as Europe/London")
        return value

    @model_validator(mode="after")
    def _usual_is_one(self) -> "OrganisationFile":
        if self.providers and self.provider not in self.providers:
            raise ValueError(f"providers: {self.provider} is missing, which is the usual one under provider")
        return self

    @model_validator(mode="after")
    def _covered(self) -> "OrganisationFile":
        ids = [person.slack for person in self.people]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(f"people: {', '.join(twice)} is listed twice; give one entry with all roles")
        answering = {one.slack for one in self.people if {Role.LEAD, Role.DEPUTY} & set(one.roles)}
        others = sorted({duty.who for duty in self.on_call} - answering)
        if others:
            raise ValueError(f"on_call: {', '.join(others)} is neither lead nor deputy, so nobody asks them first")
        roles = {role for person in self.people for role in person.roles}
        if Role.LEAD not in roles:
            raise ValueError("people: nobody has the role lead, so nobody would receive a concern")
        strange = training.unknown(self.pack, ((person.name, person.training) for person in self.people))
        if strange:
            raise ValueError(strange)
        if self.outside.designated_officer and self.nation not in _HAS_DESIGNATED_OFFICER:
            raise ValueError("outside.designated_officer: this nation has none; name social work or social services")
        return self

    @property
    def overrides(self) -> Overrides:
        """What the organisation sets beside its policy; its house rules stand in for a text of that name."""
        own: dict[str, Any] = {name: getattr(self, name) for name in Overrides.model_fields}
        if self.house_rules and any(slot.id == "house_rules" for slot in self.pack.slots):
            own["texts"] = {"house_rules": self.house_rules, **{k: v for k, v in self.texts.items() if v}}
        return Overrides.model_construct(**own)

    @property
    def pack(self) -> Pack:
        """The policy that the organisation follows."""
        return load_pack(self.policy)

    def in_setup(self) -> tuple[Slot, ...]:
        """The texts and numbers that the policy needs and the file does not give; none ends the set-up."""
        return empty_slots(self.pack, self.overrides)

    def missing(self) -> list[str]:
        """What would be good to have and is not there; a sentence each."""
        roles = {role for person in self.people for role in person.roles}
        found = []
        if Role.DEPUTY not in roles:
            found.append("No deputy: while the lead is away or silent, the next person is the head.")
        if Role.HEAD not in roles:
            found.append("No head: a concern about staff goes to the chair, or to nobody inside.")
        if Role.CHAIR not in roles:
            found.append("No chair: a concern about the head would have nobody inside to go to.")
        if Role.MANAGER not in roles:
            found.append("No manager: nobody can ask for /report.")
        if Role.ADMINISTRATOR not in roles:
            found.append("No administrator: nobody sees /facilitator status in full.")
        if not self.programmes:
            found.append("No programmes: meetings cannot be counted by programme.")
        if self.outside_contact is None and not self.outside.model_dump(exclude_none=True):
            found.append("No outside numbers: name the services to telephone when nobody inside may be told.")
        if not any(person.email for person in self.people if Role.LEAD in person.roles):
            found.append("No e-mail address for a lead: while Slack is down, a lead cannot be told by mail.")
        return found


class _Twice(Exception):
    """A key that stands twice in one mapping, with the lines of both."""

    def __init__(self, key: str, first: int, line: int) -> None:
        super().__init__("a key twice")
        self.key, self.first, self.line = key, first, line


class _Loader(yaml.SafeLoader):
    """Plain YAML in which no key stands twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        lines: dict[str, int] = {}
        for key, _ in node.value:
            line = key.start_mark.line + 1
            if key.value in lines:
                raise _Twice(str(key.value), lines[key.value], line)
            if isinstance(key.value, str):
                lines[key.value] = line
        return super().construct_mapping(node, deep)


def read(path: Path) -> OrganisationFile:
    """Read and check a file. Raises FileProblem."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  (a safe loader of our own)
    except OSError:
        raise FileProblem([f"{path} cannot be read."]) from None
    except UnicodeDecodeError:
        raise FileProblem([f"{path} cannot be read: it is not a text file in UTF-8."]) from None
    except _Twice as twice:
        where = f"“{twice.key}” stands twice, at lines {twice.first} and {twice.line}"
        raise FileProblem([f"{path.name}: {where}; the second would silently take the place of the first."]) from None
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        line = f" at line {mark.line + 1}" if mark else ""
        raise FileProblem([f"{path.name} is not valid YAML{line}."]) from None
    except (ValueError, TypeError, RecursionError):
        # What YAML takes for a day or a number and Python cannot make one of, a key that is a list, endless nesting.
        raise FileProblem([f"{path.name} has a value that cannot be read, such as a day that is none."]) from None
    return parse(content)


def parse(content: Any) -> OrganisationFile:
    """Check a file's content. Raises FileProblem."""
    if not isinstance(content, Mapping):
        raise FileProblem(["The file must be a list of keys and values; see organisation.example.yaml."])
    try:
        file = OrganisationFile.model_validate(content)
    except ValidationError as wrong:
        raise FileProblem([_sentence(error) for error in wrong.errors(include_input=False)]) from None
    refused = problems(file.pack, file.overrides)
    if refused:
        raise FileProblem(list(refused))
    return file


_RULES = {
    "slack": "a person's Slack id begins with U or W and has capital letters and digits, such as U0123456",
    "team_id": "the workspace's id begins with T or E and has capital letters and digits, such as T0123456",
    "concern_channel": "a private channel's id begins with G or C and has capital letters and digits, such as G0123456",
    "phone": "a telephone number has digits, spaces, brackets and hyphens, and may begin with +; 3 to 24 signs",
    "field": "a rule is named as the policy has it, such as meeting.waiting_room",
    "staff_email_domains": "a domain is what stands after the @, in small letters, such as example.org",
}
"""What a value must look like, by the name of its key."""
_TYPES = {
    "string_type": "this must be text; put it in quotes",
    "int_type": "this must be a whole number, without quotes",
    "bool_type": "this must be true or false",
    "date_type": "this must be a day such as 2027-01-31",
}


def _sentence(error: Any) -> str:
    place = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in error["loc"])
    message = _TYPES.get(error["type"]) or str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "string_pattern_mismatch":
        named = [part for part in error["loc"] if part in _RULES]
        message = _RULES[named[-1]] if named else "this does not look as it should; see organisation.example.yaml"
    if error["type"] == "missing":
        return f"{place} is missing."
    if error["type"] == "extra_forbidden":
        return f"{place} is not a key that this file knows."
    return f"{place}: {message}." if place else f"{message}."
