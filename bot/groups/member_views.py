"""What people see of who belongs to a group: always only the person who asked, and who may see it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from bot.groups.members import Joined, Left
from bot.paging import Page
from bot.participants.listing import Target
from bot.slack import blocks as b
from bot.slack.call import Say
from bot.slack.delicate import MOST_MEANT, quoted, which_is_meant
from bot.slack.text import bold, clip, esc
from db.models import Group, GroupMember, Meeting


class Ids(StrEnum):
    """Every id that Slack sends back to this part of the room."""

    ADD = "group.add"
    OPEN_ADD = "group.open_add"
    MORE = "group.members_more"
    LEAVE = "group.leave"
    NOT_JOINED = "group.not_joined"
    NOT_LEFT = "group.not_left"
    ANSWER = "group.answer"
    ANSWER_2 = "group.answer_2"
    ANSWER_3 = "group.answer_3"
    OFFICE_FILE = "group.office_file"
    OFFICE_COLUMNS = "group.office_columns"
    OFFICE_PEOPLE = "group.office_people"
    OFFICE_OTHER = "group.office_other"


ANSWERS = (Ids.ANSWER, Ids.ANSWER_2, Ids.ANSWER_3)
"""The buttons under one question; no two in a row may have the same id."""
_UNDO = "By mistake? For ten minutes one click undoes it, on the meetings too."


def target(group: Group, day: date, choices: Sequence[tuple[str, str]] = ()) -> Target:
    """What the form for adding people adds them to; of several the first of the `choices`."""
    return Target(
        choices or [(f"{group.id}", group.title)],
        f"{bold(group.title)}",
        "To which group?",
        "Add",
        Ids.ADD,
        ANSWERS,
        [b.date_input("joined", "From which day?", value=day)],
    )


def listing(group: Group, page: Page[GroupMember], today: date) -> Say:
    """A page of who belongs to a group."""
    buttons = b.actions("buttons", b.button("Add people", Ids.OPEN_ADD, f"{group.id}"))
    if not page.rows:
        text = f"Nobody belongs to {esc(group.title)} yet. `/group add NAME, NAME to {esc(group.title)}`"
        return Say(f"{group.title}: no members yet", [b.section("empty", text), buttons])
    head = f"{bold(group.title)}: {members(page.total or len(page.rows))}"
    lines = [f"• {esc(one.participant.name)}{_days(one, today)}" for one in page.rows]
    blocks = b.paragraphs("members", [head, *lines])
    if not page.whole:
        after = None if page.next is None else f"{group.id}:{page.next}"
        blocks += b.turn("members", page.words, "Next page", Ids.MORE, after)
    return Say(group.title, [*blocks, buttons])


def counted(group: Group, size: int) -> Say:
    """How many belong to a group, for those who see no names."""
    text = (
        f"{bold(group.title)}: {members(size)}. Who they are is seen by its workers and the safeguarding leads alone."
    )
    return Say(group.title, [b.section("counted", text)])


def members(count: int) -> str:
    """`14 members`."""
    return f"{count} {'member' if count == 1 else 'members'}"


def _days(member: GroupMember, today: date) -> str:
    if member.left_on is not None:
        return f" (leaves on {in_words(member.left_on)})"
    return f" (from {in_words(member.joined_on)} on)" if member.joined_on > today else ""


def in_words(day: date) -> str:
    """`3 December 2026`."""
    return f"{day.day} {day:%B %Y}"


def _names(them: Sequence[GroupMember]) -> str:
    return ", ".join(esc(one.participant.name) for one in them)


def _on(meetings: Sequence[Meeting]) -> str:
    shown = ", ".join(one.reference for one in meetings[:5])
    return f"{shown} and {len(meetings) - 5} more" if len(meetings) > 5 else shown


def joined(
    group: Group, done: Joined, day: date, total: int, *, today: date, again: bool = False, said: Sequence[str] = ()
) -> Say:
    """What came of adding people; `said` is what was taken to be meant."""
    lines = [esc(one) for one in said]
    title = esc(group.title)
    if again:
        lines.append(f"These were added to *{title}* already.")
    if done.new:
        since = f" from {in_words(day)}" if day != today else ""
        lines.append(f"*In {title}{since}:* {_names(done.new)}")
    if done.meetings:
        lines.append(f"Registered on its coming meetings: {_on(list(done.meetings))}.")
    if done.already:
        lines.append(f"In it already: {_names(done.already)}. Somebody else of that name? Add an initial.")
    if done.other_address:
        lines.append(f"Another address is on record for {_names(done.other_address)}; it was left as it is.")
    if done.other_age:
        lines.append(f"Another age is on record for {_names(done.other_age)}; it was left as it is.")
    lines.append(f"{members(total)} in all.")
    blocks = b.paragraphs("joined", lines)
    if done.new:
        blocks += take_back(group, done.new[0].added_at)
    return Say(f"{group.title}: {members(total)}", blocks)


def take_back(group: Group, joined: datetime) -> list[b.Block]:
    """The button that undoes the joining of a moment."""
    button = b.button("Take it back", Ids.NOT_JOINED, f"{group.id}|{joined.isoformat()}")
    return [b.actions("undo", button), b.context("until", _UNDO)]


def ask_leave(
    group: Group,
    day: date,
    found: Sequence[GroupMember],
    unsure: Mapping[str, Sequence[GroupMember]],
    unknown: Sequence[str],
    *,
    today: date,
    said: Sequence[str] = (),
) -> Say:
    """Before anybody leaves: who was found, who may be meant, and who is not in the group."""
    title, since = esc(group.title), "" if day == today else f" on {in_words(day)}"
    blocks = [b.section("said", esc(" ".join(said)))] if said else []
    if found:
        verb = "leaves" if len(found) == 1 else "leave"
        words = f"{clip(_names(found), 2_500)} {verb} {title}{since}, and is off its meetings from then on?"
        blocks.append(b.section("found", words if len(found) == 1 else words.replace(" is off", " are off")))
        blocks.append(b.actions("found_buttons", _leave_button("They leave", group, day, found)))
    for number, (name, each) in enumerate(list(unsure.items())[:10]):
        blocks.append(b.section(f"unsure.{number}", which_is_meant(name, [one.participant.name for one in each])))
        for place, one in enumerate(each[:MOST_MEANT]):
            button = _leave_button(f"Yes, {clip(one.participant.name, 50)} leaves", group, day, [one])
            blocks.append(b.actions(f"unsure_buttons.{number}.{place}", button))
    if unknown:
        who = ", ".join(quoted(name) for name in unknown)
        blocks.append(b.section("unknown", f"Not in {title}: {who}. `/group members {title}` shows who is."))
    return Say(f"Leaving {group.title}", blocks)


def _leave_button(text: str, group: Group, day: date, who: Sequence[GroupMember]) -> b.Button:
    """It stands beside the question and can be undone: nothing is asked twice."""
    value = f"{group.id}|{day.isoformat()}|{','.join(one.id.hex for one in who)}"
    return b.button(text, Ids.LEAVE, value, style="danger")


def left(group: Group, done: Left, asked: Sequence[GroupMember], total: int, *, today: date) -> Say:
    """What came of people leaving; nobody in it where it had been said before."""
    title = esc(group.title)
    if not done.members:
        text = f"It was said before that {_names(asked)} leaves {title}. Nothing was changed."
        return Say("Nothing was changed", [b.section("left", text)])
    since = "" if done.day <= today else f" from {in_words(done.day)}"
    lines = [f"*Not in {title}{since} any more:* {_names(done.members)}"]
    if done.meetings:
        lines.append(f"Taken off its coming meetings: {_on(done.meetings)}.")
    lines.append(f"{members(total)} in all.")
    blocks = b.paragraphs("left", lines)
    moment = done.members[0].left_at
    if moment is not None:
        value = f"{group.id}|{moment.isoformat()}"
        blocks.append(b.actions("undo", b.button("Take it back", Ids.NOT_LEFT, value)))
        blocks.append(b.context("until", _UNDO))
    return Say(f"{group.title}: {members(total)}", blocks)


def not_joined(group: Group, gone: Sequence[GroupMember], meetings: Sequence[Meeting]) -> Say:
    """What came of taking a joining back."""
    return _undone(group, gone, meetings, "Not in", "any more", "Taken off")


def not_left(group: Group, back: Sequence[GroupMember], meetings: Sequence[Meeting]) -> Say:
    """What came of taking a leaving back."""
    return _undone(group, back, meetings, "In", "again", "On")


def _undone(
    group: Group, them: Sequence[GroupMember], meetings: Sequence[Meeting], head: str, tail: str, on: str
) -> Say:
    title = esc(group.title)
    if not them:
        text = f"That was taken back before, or changed since: *{title}* stays as it is."
        return Say("Nothing was changed", [b.section("undone", text)])
    lines = [f"*{head} {title} {tail}:* {_names(them)}"]
    lines += [f"{on} {_on(meetings)}, too."] if meetings else []
    return Say(f"{group.title}", b.paragraphs("undone", lines))
