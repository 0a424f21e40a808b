"""The form about one person: seen by those alone who may see what is in it."""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from bot.diary import ages
from bot.facts import people
from bot.facts.people import Circumstance
from bot.facts.shown import shown
from bot.participants import about_forms as forms
from bot.participants.about import About
from bot.participants.carers import of_link
from bot.participants.merging import Seen
from bot.participants.views import KIND_WORDS
from bot.slack import blocks as b
from bot.slack.call import Say, View
from bot.slack.text import bold, clip, esc, mention, when
from db.models import Fact, Registration


class Ids(StrEnum):
    """Every id that Slack sends back to this part of the room."""

    WHOM = "participant.about_whom"
    CHOOSE = "participant.about"
    OPEN = "participant.about_one"
    SAVE = "participant.about_save"


_CHANGED = {"kind": "who they come as", "age": "their age", "email": "their address", "carers": "their carers"}
_HOW_OLD = "In years, the month of birth, or: under 16, 16 to 17, over 18. Who is not known counts as under age."
_CARERS = (
    "One a line: mum Ann Bell ann@example.org 07700 900123. Invitations go to the first with an address; "
    "write “(may not consent)” behind whoever may not."
)
_YES_NO = ((forms.YES, "yes"), (forms.NO, "no"))
_LEVELS = (("low", "low"), ("medium", "medium"), ("high", "high"))
_LONG = 1_000
_BANS_SHOWN = 5
_CARERS_SHOWN = 5


def form(about: About) -> View:
    """The form about one person."""
    person, asks = about.person, about.asks
    blocks = [b.section("head", f"{bold(person.name)}{_where(about)}")]
    if not about.ban_only:
        blocks += _who(about)
        blocks += _risk(about) if Circumstance.HIGH_RISK in asks else []
        blocks += _new(about) if Circumstance.NEW_MEMBER in asks else []
        blocks += _access(about) if Circumstance.ACCESS_CONCERN in asks else []
        blocks += _social(about) if Circumstance.BY_SOCIAL_MEDIA in asks else []
    blocks += _ban(about)
    kept = "Kept encrypted. Only those who run their meetings and the safeguarding leads see it; a ban managers too."
    blocks.append(b.context("kept", kept))
    return b.modal(Ids.SAVE, "About this person", blocks, submit="Save", metadata=f"{person.id}")


def _who(about: About) -> list[b.Block]:
    person = about.person
    kinds = [(kind.value, words) for kind, words in KIND_WORDS.items()]
    named = "\n".join(of_link(one).line for one in person.links)
    return [
        b.radio_input(forms.KIND, "They come as", kinds, chosen=person.kind.value),
        b.text_input(forms.AGE, "How old are they?", value=person.age, hint=_HOW_OLD, optional=True, limit=40),
        *_age_said(about),
        b.text_input(forms.EMAIL, "Their own e-mail address", value=person.email, optional=True, limit=254),
        b.text_input(forms.CARERS, "Parents and carers", value=named, hint=_CARERS, multiline=True, optional=True),
        *_carers_gone(about),
    ]


def _carers_gone(about: About) -> list[b.Block]:
    """Who was their carer and is so no more, and who took them off."""
    gone = [one for one in about.facts if one.requirement == people.CARER][-_CARERS_SHOWN:]
    lines = [
        f"Not their carer any more: {esc(one.reason or '')} ({mention(one.by)}, {when(one.at, about.zone)})"
        for one in reversed(gone)
    ]
    return [b.context("carers_gone", "\n".join(lines))] if lines else []


def _risk(about: About) -> list[b.Block]:
    assessed = about.stands.get(people.ASSESSMENT)
    level, _, by = (assessed.reason or "").partition(forms.BETWEEN) if assessed else ("", "", "")
    ready = people.REFERRAL in about.stands
    hint = "A changed risk asks for a new assessment."
    return [
        b.divider("risk_line"),
        _choice(about, forms.RISK, "High risk or vulnerable?", Circumstance.HIGH_RISK),
        _text(about, forms.RISK_WHY, "What is the risk?", Circumstance.HIGH_RISK.requirement, hint),
        *_recorded(about, "risk_said", Circumstance.HIGH_RISK.requirement),
        b.text_input(forms.ASSESSED, "Assessed by whom, and when?", value=by, optional=True, limit=200),
        b.radio_input(forms.LEVEL, "How high is the risk?", _LEVELS, chosen=level or None, optional=True),
        b.date_input(
            forms.STANDS_UNTIL,
            "Until when does that stand?",
            value=assessed.until if assessed else None,
            hint="Empty: until the risk changes. After that day it is asked for anew.",
            optional=True,
        ),
        _text(about, forms.MEASURES, "How it is reduced", people.MEASURES),
        *_recorded(about, "assessed_said", people.ASSESSMENT),
        b.checkbox_input(
            forms.REFERRAL,
            "To hand",
            [(forms.YES, "The carers’ and the referrer’s details are to hand", "")],
            ticked=[forms.YES] if ready else [],
        ),
    ]


def _new(about: About) -> list[b.Block]:
    return [
        b.divider("new_line"),
        _choice(about, forms.NEW, "New to the group?", Circumstance.NEW_MEMBER),
        _text(about, forms.INTRODUCED, "Introduced safely: how, and by whom?", people.INTRODUCED),
        _text(about, forms.ONE_TO_ONES, "One-to-ones held with the lead workers: when?", people.ONE_TO_ONES),
        *_recorded(about, "new_said", Circumstance.NEW_MEMBER.requirement),
    ]


def _access(about: About) -> list[b.Block]:
    named = Circumstance.ACCESS_CONCERN.requirement
    hint = "What is in the way of taking part; empty where there is none."
    return [
        b.divider("access_line"),
        _text(about, forms.ACCESS, "A concern about joining online", named, hint),
        _text(about, forms.ACCESS_TALK, "Dealt with one to one: when, and by whom?", people.ACCESS_TALK),
        *_recorded(about, "access_said", named),
    ]


def _social(about: About) -> list[b.Block]:
    return [
        b.divider("social_line"),
        _choice(about, forms.SOCIAL, "Written to directly by social media?", Circumstance.BY_SOCIAL_MEDIA),
    ]


def _ban(about: About) -> list[b.Block]:
    bans = [one for one in about.facts if one.requirement == Circumstance.BANNED.requirement]
    blocks = [b.divider("ban_line")]
    if bans:
        blocks += b.paragraphs("bans", [_ban_words(one, about) for one in bans[-_BANS_SHOWN:]])
    if people.is_so(about.stands, Circumstance.BANNED):
        if about.may_lift:
            blocks.append(b.text_input(forms.LIFT, "Lift the ban: why?", multiline=True, optional=True, limit=_LONG))
        return blocks
    if about.ban_only:
        return blocks
    hint = "They are neither invited nor let in from that day on. Only a manager lifts a ban."
    return [
        *blocks,
        b.text_input(forms.BAN_WHY, "Banned: why?", hint=hint, multiline=True, optional=True, limit=_LONG),
        b.date_input(forms.BAN_FROM, "Banned from", value=about.today, optional=True),
    ]


def _ban_words(fact: Fact, about: About) -> str:
    by = f"{mention(fact.by)}, {when(fact.at, about.zone)}"
    if not fact.yes:
        return f"Ban lifted ({by}): {esc(fact.reason or '')}"
    since = f" from {fact.day.day} {fact.day:%B %Y}" if fact.day else ""
    return f"*Banned*{since} ({by}): {esc(fact.reason or '')}"


def _choice(about: About, block_id: str, label: str, circumstance: Circumstance) -> b.Block:
    fact = about.stands.get(circumstance.requirement)
    chosen = None if fact is None else forms.YES if fact.yes else forms.NO
    return b.radio_input(block_id, label, _YES_NO, chosen=chosen, optional=True)


def _text(about: About, block_id: str, label: str, requirement: str, hint: str | None = None) -> b.Block:
    fact = about.stands.get(requirement)
    value = fact.reason if fact is not None else None
    return b.text_input(block_id, label, value=value, hint=hint, multiline=True, optional=True, limit=_LONG)


def _recorded(about: About, block_id: str, requirement: str) -> list[b.Block]:
    fact = people.standing(about.facts).get(requirement)
    if fact is None:
        return []
    more = f", {shown(fact)}" if shown(fact) else ""
    over = "" if fact.holds(about.today) else " ⚠️ That day is over: it counts as not recorded."
    return [b.context(block_id, f"Recorded by {mention(fact.by)}, {when(fact.at, about.zone)}{more}.{over}")]


def _where(about: About) -> str:
    named = ", ".join(f"M-{one}" for one in about.on[:6])
    return f"\nOn {named}{' and more' if len(about.on) > 6 else ''}" if named else ""


def _age_said(about: About) -> list[b.Block]:
    person = about.person
    if person.age is None or person.age_said_at is None:
        return []
    today = ages.shown(person, about.now, about.zone)
    by = f" by {mention(person.age_said_by)}" if person.age_said_by else ""
    return [b.context("said", f"Said {when(person.age_said_at, about.zone)}{by}. Today: {esc(today)}.")]


def which(found: Sequence[Seen]) -> Say:
    """More than one person may be meant: each with a button."""
    blocks = [b.section("which", "Whom do you mean?")]
    for number, one in enumerate(found[:10]):
        on = f" on {', '.join(f'M-{number}' for number in one.meetings[:4])}" if one.meetings else ""
        text = f"• {bold(one.person.name)} ({KIND_WORDS[one.person.kind]}){on}"
        button = b.button(clip(one.person.name, 70), Ids.OPEN, f"{one.person.id}")
        blocks += [b.section(f"one.{number}", text), b.actions(f"button.{number}", button)]
    return Say("Whom do you mean?", blocks)


def choose_button(meeting_id: UUID, page: int) -> b.Block:
    """Under a page of a list: the button that asks whose form to open."""
    return b.actions("about", b.button("About one of them", Ids.WHOM, f"{meeting_id}:{page}"))


def whom(people: Sequence[Registration]) -> View:
    """Whose form to open, of a page of a list."""
    choices = [(f"{one.id}", clip(one.participant.name, 70)) for one in people]
    return b.modal(Ids.WHOM, "About this person", [b.actions("about", b.menu(Ids.CHOOSE, choices))])


def saved(about: About, done: Sequence[str], recorded: Sequence[Fact]) -> Say:
    """What came of the form. What was recorded is not named: the form shows it."""
    named = [_CHANGED[one] for one in done]
    if recorded:
        named.append("what you recorded")
    said = f"Saved for {esc(about.person.name)}: {', '.join(named)}." if named else "Nothing was changed."
    return Say("About this person", [b.section("saved", said)])
