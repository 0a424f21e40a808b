"""The answers that belong to no room: help, unknown words, refusals, NOT SAVED, errors."""

import re
from dataclasses import dataclass, field, replace

from bot.contacts import Contact
from bot.errors import NOT_LOOKED_UP, NOT_SAVED, Unclear
from bot.slack import blocks as b
from bot.slack.call import Answer, Errors, Modal, Redraw, Say, View
from bot.slack.command import Command, again_id
from bot.slack.delicate import TO_CONCERN, quoted
from bot.slack.text import clip, esc, unescape

_A_PART = 2_900
_QUOTED = re.compile(r"“([^”]*)”")
_NO_LETTER = re.compile(r"[\W_]+")
_LONGEST_VALUE = 2_000
_LONGEST_LABEL = 75
_MOST_BLOCKS = 100
_LAST = 99
"""The number of a button beside those of a question."""
"""What Slack takes for a button's value."""
_GIVEN_BACK = 4 * _A_PART
"""How much typed text fits into one message beside the reason why it is given back."""


@dataclass(frozen=True)
class Typed:
    """What somebody typed after a command: `text` is given back to copy. `secret` could be a concern: it is never
    repeated, since a message would keep it in Slack."""

    text: str = ""
    secret: str = field(default="", repr=False)

    def said(self, words: str) -> str:
        """`words` without what they quote of a secret."""
        if not self.secret:
            return words
        secret = _letters(self.secret)
        return _QUOTED.sub(lambda one: "“…”" if _letters(one[1]) in secret else one[0], words)


NOTHING = Typed()


def help_for(command: Command) -> Say:
    """A command's typed forms, one line each."""
    lines = [f"*`{example}`* {does}" for example, does in command.usage()]
    head = f"*/{command.name}*: {command.summary}"
    tail = f"Also works as `/facilitator {command.name} …`." if command.name != "facilitator" else ""
    text = "\n".join([head, *lines, tail]).strip()
    return Say(f"/{command.name}: {command.summary}", [b.section("help", text)])


def unknown_word(command: Command, typed: str, nearest: str | None, rest: str = "") -> Say:
    """The first word is not one of the command's: the nearest reading as a button, which goes on with the `rest` that
    was typed behind it, or else the words that there are."""
    if nearest is not None:
        again = f"{command.name} {nearest} {rest}".strip()
        if len(again) > _LONGEST_VALUE:
            again = f"{command.name} {nearest}"
        text = f"I don't know {quoted(typed)}. Did you mean `/{command.name} {nearest}`? Nothing was changed."
        button = b.button(clip(unescape(f"/{again}"), _LONGEST_LABEL), again_id(0), again)
        blocks = [b.section("unknown", text), b.actions("choices", button)]
        return Say("I don't know that word.", blocks, give_back=True)
    known = ", ".join(f"`{name}`" for name in dict.fromkeys([*(word.name for word in command.words), "help"]))
    text = f"I don't know {quoted(typed)}. Words I know here: {known}."
    return Say("I don't know that word.", [b.section("unknown", text)], give_back=True)


def refusal(words: str, typed: Typed = NOTHING) -> Say:
    """Why something was not done, in plain words (they may quote a title), and what was typed, to copy."""
    words = esc(typed.said(words))
    return Say(words, [b.section("refusal", words), *_offered_back(typed)])


def given_back(answer: Say, typed: Typed) -> Say:
    """An answer that refuses, with what was typed under it, to copy."""
    return Say(answer.text, [*answer.blocks, *_offered_back(typed)])


def question(asked: Unclear, typed: Typed = NOTHING) -> Say:
    """What is to be cleared up first, with a button for each reading; nothing was done. A button goes on with the other
    words, which stand in this answer anyway; what could be a concern, or does not fit, it leaves out."""
    words = esc(typed.said(asked.words))
    carried = [""] * len(asked.choices) if typed.secret else asked.carried
    commands = [f"{command} {more}".strip() for (_, command), more in zip(asked.choices, carried, strict=True)]
    if any(len(one) > _LONGEST_VALUE for one in commands):
        commands = [command for _, command in asked.choices]
    buttons = [
        b.button(label, again_id(n), command)
        for n, ((label, _), command) in enumerate(zip(asked.choices, commands, strict=True))
    ]
    shown = [b.actions("choices", *buttons)] if buttons else []
    return Say(words, [b.section("question", words), *shown, *_offered_back(typed)])


def not_saved(contacts: list[Contact], typed: Typed = NOTHING) -> Say:
    """The records are out of reach: nothing was kept, and whom to telephone meanwhile."""
    return Say(NOT_SAVED, [b.section("not_saved", f"*{NOT_SAVED}*"), *_offered_back(typed), phone_numbers(contacts)])


def not_looked_up(contacts: list[Contact], less: str, typed: Typed = NOTHING) -> Say:
    """A question had no answer in time: there was nothing to save, and `less` says how to ask for less."""
    text = f"*{NOT_LOOKED_UP}* {less}".strip()
    return Say(NOT_LOOKED_UP, [b.section("not_looked_up", text), *_offered_back(typed), phone_numbers(contacts)])


def failed(code: str, typed: Typed = NOTHING) -> Say:
    """Something unexpected: a code that joins this answer with the log."""
    text = (
        "Something went wrong on our side, so don't count on its being saved: please look before you try again. "
        f"Tell your administrator this code: *{code}*"
    )
    return Say(f"Something went wrong ({code}).", [b.section("failed", text), *_offered_back(typed)])


def still_here(contacts: list[Contact]) -> str:
    """The end of what is said at a form that could not be saved, in plain text."""
    return f"Your text is still here. {in_danger(contacts)}"


def in_danger(contacts: list[Contact]) -> str:
    """999 and whom to telephone, in plain text at a field of a form."""
    numbers = "; ".join(f"{one.name} {one.phone}" for one in contacts[:2])
    return f"In danger: 999. Phone: {numbers}." if numbers else "In danger: call 999."


def danger_over_form(form: View, refused: Errors, contacts: list[Contact]) -> Answer:
    """999, whom to telephone and the way to the safeguarding lead over a form that is not saved: its text stays below.
    Where the form lies over another one, Slack would have no room for that of a concern; then at its field."""
    if form.get("previous_view_id"):
        return danger_first(refused, contacts)
    words = next(iter(refused.fields.values()))
    view = b.modal("note", "Is somebody in danger?", [b.section("note", esc(words))], close="Back to the form")
    return danger_first(Modal(view), contacts)


def not_opened(contacts: list[Contact], typed: Typed = NOTHING) -> Say:
    """Slack did not open the form in time: once more, and whom to telephone meanwhile. What was typed is given back."""
    text = "Slack was too slow to open the form. Please try once more."
    return Say(text, [b.section("slow", text), *_offered_back(typed), phone_numbers(contacts)])


def note(title: str, text: str, blocks: list[b.Block] | None = None) -> View:
    """A small view that only says something."""
    return b.modal("note", title, blocks or [b.section("note", text)])


def phone_numbers(contacts: list[Contact]) -> b.Block:
    """Whom to telephone, 999 first."""
    lines = ["*Somebody in danger now? Call 999.*"]
    lines += [f"Worried about somebody? Phone {esc(one.name)} ({one.role}): *{esc(one.phone)}*" for one in contacts[:4]]
    return b.section("phone", "\n".join(lines))


def danger_first(answer: Answer, contacts: list[Contact]) -> Answer:
    """An answer under 999, whom to telephone and the way to the safeguarding lead; whatever else it says stands."""
    label, command = TO_CONCERN
    button = b.button(label, again_id(_LAST), command, style="danger")
    first = [phone_numbers(contacts), b.actions("worried", button)]
    if isinstance(answer, Say):
        return replace(answer, blocks=[*first, *(answer.blocks or [b.section("said", answer.text)])])
    if isinstance(answer, Errors):
        return Errors({name: f"{words} {in_danger(contacts)}" for name, words in answer.fields.items()})
    if isinstance(answer, Modal | Redraw) and len(answer.view["blocks"]) <= _MOST_BLOCKS - len(first):
        return replace(answer, view={**answer.view, "blocks": [*first, *answer.view["blocks"]]})
    return answer


def _letters(text: str) -> str:
    """What two ways of writing the same have in common."""
    return _NO_LETTER.sub("", text.casefold())


def _offered_back(typed: Typed) -> list[b.Block]:
    if typed.secret:
        words = "*What you typed was not kept:* it could be a concern. Please write it into the form of /concern."
        return [b.section("not_kept", words)]
    return _to_copy(typed.text) if typed.text else []


def _to_copy(typed: str) -> list[b.Block]:
    parts = [typed[start : start + _A_PART] for start in range(0, min(len(typed), _GIVEN_BACK), _A_PART)]
    label = "What you typed, to copy:" if len(typed) <= _GIVEN_BACK else "The beginning of what you typed, to copy:"
    blocks = [b.preformatted(f"typed.{number}" if number else "typed", part) for number, part in enumerate(parts)]
    return [b.context("typed_label", label), *blocks]
