"""One dictionary per kind of request: id → handler and needed roles. The one place where roles are checked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.caller import Caller
from bot.errors import BadInput, NoPlaceForWorry, Refused
from bot.reading.danger import tells
from bot.slack import notices
from bot.slack.asking import REFUSAL, Identity
from bot.slack.call import EVERYONE, Answer, Call, DangerGate, EventHandler, Handler, Kind, Say, View, Watcher
from bot.slack.command import AGAIN, Command, Word, first_word, nearest
from bot.slack.delicate import NO_PLACE_FOR_WORRY, NO_PLACE_IN_FORM, is_so, sounds_like_worry
from bot.slack.text import typed_length
from db.models import Role


@dataclass(frozen=True)
class Route:
    """A handler, who may use it, what to answer in its place while the records are out of reach, and, where it only
    asks, how to ask for less (as with `Word.asks`). `meanwhile` is shown in the form's place where the handler may need
    longer than Slack waits. `for_danger`: what is written into the form may tell of somebody in danger, since only
    those read it whom it is for."""

    handler: Handler
    needs: frozenset[Role] = EVERYONE
    danger_gate: DangerGate | None = None
    asks: str = ""
    meanwhile: View | None = None
    for_danger: bool = False


class Router:
    """Finds the handler of a request and runs it if the caller's roles allow."""

    def __init__(self) -> None:
        self.commands: dict[str, Command] = {}
        self.routes: dict[tuple[Kind, str], Route] = {}
        self.events: dict[str, EventHandler] = {}
        self.watchers: list[Watcher] = []

    def command(self, command: Command) -> None:
        """Register a slash command."""
        self.commands[command.name] = command

    def extra_word(self, command: str, word: Word) -> None:
        """Add a subcommand to the command of a room that is registered already."""
        known = self.commands[command]
        self.commands[command] = replace(known, words=(*known.words, word))

    def on(
        self,
        kind: Kind,
        identifier: str,
        handler: Handler,
        needs: Iterable[Role] = EVERYONE,
        danger_gate: DangerGate | None = None,
        asks: str = "",
        meanwhile: View | None = None,
        for_danger: bool = False,
    ) -> None:
        """Register a handler for a button, form or shortcut."""
        if (kind, identifier) in self.routes:
            raise ValueError(f"{identifier} is registered twice")
        self.routes[kind, identifier] = Route(handler, frozenset(needs), danger_gate, asks, meanwhile, for_danger)

    def event(self, name: str, handler: EventHandler) -> None:
        """Register a handler for an event that Slack sends."""
        self.events[name] = handler

    def watch(self, watcher: Watcher) -> None:
        """Register what sees every answer before it goes out, and may change or refuse it."""
        self.watchers.append(watcher)

    def named(self, name: str, text: str) -> tuple[Command, str]:
        """The command that somebody typed and the text after it: `/facilitator meeting …` is `/meeting …`, where
        another app has taken the name. Raises BadInput for a name that the bot does not have."""
        command, text = self.commands.get(name), text.strip()
        if command is None:
            raise BadInput("I don't know that command. Type /facilitator to see what there is.")
        if name == "facilitator":
            first, rest = first_word(text)
            inner = self.commands.get(first.lower().lstrip("/"))
            if inner is not None and inner is not command:
                return inner, rest
        return command, text

    def asks(self, kind: Kind, identifier: str, text: str) -> str | None:
        """Whether a request only asks, so that nothing is lost without an answer (None: it is something to save); how
        to ask for less."""
        if kind is Kind.COMMAND:
            try:
                command, rest = self.named(identifier, text)
            except BadInput:
                return None
            return command.asks(rest)
        route = self.routes.get((kind, identifier))
        return route.asks or None if route else None

    def answers_worries(self, form: str) -> bool:
        """Whether a form belongs to a command that says itself what to do for somebody in danger."""
        command = self.commands.get(form.partition(".")[0])
        return command is not None and command.answers_worries

    def usable(self, caller: Caller) -> list[Command]:
        """The commands that this person's roles allow, in the order in which they were registered."""
        return [command for command in self.commands.values() if caller.roles & command.needs]

    def nearest(self, name: str) -> str | None:
        """The command closest to what was typed, where one is close."""
        return nearest(name, list(self.commands))

    async def run(self, call: Call, people: Identity) -> Answer:
        """Run the handler of a call. Raises Problem, NotSaved, or whatever the handler raises."""
        answer = await self._handled(call, people)
        for watcher in self.watchers:
            answer = await watcher(call, answer)
        return answer

    async def _handled(self, call: Call, people: Identity) -> Answer:
        if call.kind is Kind.COMMAND:
            return await self._command(call, people)
        if call.kind is Kind.ACTION and call.id.startswith(AGAIN):
            name, text = first_word(call.value)
            return await self._command(replace(call, kind=Kind.COMMAND, id=name, text=text, value=""), people)
        route = self.routes.get((call.kind, call.id))
        if route is None:
            raise BadInput("This button is from an older version of the bot. Please start again from the command.")
        await self._allow(call.caller, route.needs, call.id, people)
        if call.kind is Kind.SUBMISSION and not (route.asks or route.for_danger or self.answers_worries(call.id)):
            await _check_form(call.typed)
        return await route.handler(call)

    async def _allow(self, caller: Caller, needs: frozenset[Role], what: str, people: Identity) -> None:
        if not caller.roles & needs:
            await people.refused(caller, what)
            names = " or ".join(sorted(role.value for role in needs))
            raise Refused(f"{REFUSAL} It needs the role {names}." if needs != EVERYONE else REFUSAL)

    async def _command(self, call: Call, people: Identity) -> Answer:
        command, text = self.named(call.id, call.text)
        length, typed = typed_length(text), command.word(first_word(text)[0])
        longest = max(command.longest, typed.longest if typed else 0)
        if command.takes_text and length > longest:
            raise BadInput(
                f"That has {length:,} characters; {longest:,} fit after /{command.name}. "
                f"Nothing was changed. Please shorten it, or type /{command.name} alone: it opens a form."
            )
        await self._allow(call.caller, command.needs, command.name, people)
        # Where no text is taken, a word counts only alone: a concern that begins with "list" is no command.
        if not text or not (command.takes_text or text.lower() == "help" or command.word(text)):
            return await command.bare(_with(call, command, text))
        text = command.turned(text)
        first, rest = first_word(text)
        if first.lower() == "help" and command.word("help") is None:
            return notices.help_for(command)
        word = command.word(first)
        if word is None and command.free is not None:
            word, rest = command.free, text
        await _check_no_worry(command, word, text)
        if word is None and command.guess is not None:
            answer = await command.guess(_with(call, command, text), command.nearest(first))
            if answer is not None:
                return answer
        if word is None:
            return self._unknown(command, first, rest)
        await self._allow(call.caller, word.needs, f"{command.name} {word.name}", people)
        return await word.handler(_with(call, command, rest))

    def _unknown(self, command: Command, first: str, rest: str) -> Say:
        close = command.nearest(first)
        if close is None and command.name == "facilitator":
            close = self.nearest(first)
        worry = sounds_like_worry(f"{first} {rest}")
        if worry and close is None:
            raise BadInput(NO_PLACE_FOR_WORRY)
        return notices.unknown_word(command, first, close, "" if worry else rest)


async def _check_no_worry(command: Command, word: Word | None, text: str) -> None:
    """Raises BadInput where a command would store words that tell of somebody in danger: others can read them there."""
    stores = word is None or not (word.asks or word.for_danger)
    if stores and not command.answers_worries and await is_so(tells, text):
        raise BadInput(NO_PLACE_FOR_WORRY)


async def _check_form(typed: Mapping[str, str]) -> None:
    """The same for a form: raises NoPlaceForWorry at the field that tells of it, if one does so alone."""
    if typed and await is_so(tells, "\n".join(typed.values())):
        alone = [name for name, text in typed.items() if await is_so(tells, text)]
        raise NoPlaceForWorry(NO_PLACE_IN_FORM, field=alone[0] if alone else None)


def _with(call: Call, command: Command, text: str) -> Call:
    return replace(call, id=command.name, text=text)
