"""The answers that belong to no room: help, unknown words, refusals, NOT SAVED, errors."""

from bot.caller import Caller
from bot.contacts import Contact
from bot.errors import NOT_LOOKED_UP, NOT_SAVED
from bot.slack import blocks as b
from bot.slack.call import Say, View
from bot.slack.command import Command
from bot.slack.text import esc

_A_PART = 2_900
_GIVEN_BACK = 4 * _A_PART
"""How much typed text fits into one message beside the reason why it is given back."""


def help_for(command: Command, caller: Caller | None = None) -> Say:
    """A command's typed forms, one line each."""
    lines = [f"*`{example}`* {does}" for example, does in command.usage()]
    head = f"*/{command.name}*: {command.summary}"
    tail = f"Also works as `/facilitator {command.name} …`." if command.name != "facilitator" else ""
    text = "\n".join([head, *lines, tail]).strip()
    return Say(f"/{command.name}: {command.summary}", [b.section("help", text)])


def unknown_word(command: Command, typed: str, nearest: str | None) -> Say:
    """The first word is not one of the command's."""
    known = ", ".join(f"`{name}`" for name in dict.fromkeys([*(word.name for word in command.words), "help"]))
    guess = f"Did you mean `/{command.name} {nearest}`? " if nearest else ""
    text = f"I don't know “{esc(typed[:60])}”. {guess}Words I know here: {known}."
    return Say("I don't know that word.", [b.section("unknown", text)])


def refusal(words: str, typed: str = "") -> Say:
    """Why something was not done, in plain words (they may quote a title), and what was typed, to copy."""
    return Say(esc(words), [b.section("refusal", esc(words)), *_offered_back(typed)])


def not_saved(contacts: list[Contact], typed: str = "") -> Say:
    """The records are out of reach: nothing was kept, and whom to telephone meanwhile."""
    return Say(NOT_SAVED, [b.section("not_saved", f"*{NOT_SAVED}*"), *_offered_back(typed), phone_numbers(contacts)])


def not_looked_up(contacts: list[Contact], less: str, typed: str = "") -> Say:
    """A question had no answer in time: there was nothing to save, and `less` says how to ask for less."""
    text = f"*{NOT_LOOKED_UP}* {less}".strip()
    return Say(NOT_LOOKED_UP, [b.section("not_looked_up", text), *_offered_back(typed), phone_numbers(contacts)])


def failed(code: str, typed: str = "") -> Say:
    """Something unexpected: a code that joins this answer with the log."""
    text = (
        "Something went wrong on our side, so don't count on its being saved: please look before you try again. "
        f"Tell your administrator this code: *{code}*"
    )
    return Say(f"Something went wrong ({code}).", [b.section("failed", text), *_offered_back(typed)])


def still_here(contacts: list[Contact]) -> str:
    """The end of what is said at a form that could not be saved, in plain text."""
    numbers = "; ".join(f"{one.name} {one.phone}" for one in contacts[:2])
    phone = f"In danger: 999. Phone: {numbers}." if numbers else "In danger: call 999."
    return f"Your text is still here. {phone}"


def not_opened(contacts: list[Contact], typed: str = "", *, lost: bool = False) -> Say:
    """Slack did not open the form in time: once more, and whom to telephone meanwhile. What was typed is given back;
    `lost` where it must not stand in a message."""
    text = "Slack was too slow to open the form. Please try once more."
    if lost:
        text += " What you typed behind the command was not kept: please write it into the form."
    return Say(text, [b.section("slow", text), *_offered_back(typed), phone_numbers(contacts)])


def note(title: str, text: str, blocks: list[b.Block] | None = None) -> View:
    """A small view that only says something."""
    return b.modal("note", title, blocks or [b.section("note", text)])


def phone_numbers(contacts: list[Contact]) -> b.Block:
    """Whom to telephone, 999 first."""
    lines = ["*Somebody in danger now? Call 999.*"]
    lines += [f"Worried about somebody? Phone {esc(one.name)} ({one.role}): *{esc(one.phone)}*" for one in contacts[:4]]
    return b.section("phone", "\n".join(lines))


def _offered_back(typed: str) -> list[b.Block]:
    if not typed:
        return []
    parts = [typed[start : start + _A_PART] for start in range(0, min(len(typed), _GIVEN_BACK), _A_PART)]
    label = "What you typed, to copy:" if len(typed) <= _GIVEN_BACK else "The beginning of what you typed, to copy:"
    blocks = [b.preformatted(f"typed.{number}" if number else "typed", part) for number, part in enumerate(parts)]
    return [b.context("typed_label", label), *blocks]
