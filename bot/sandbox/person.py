"""One person of the workspace: what they type, press and fill in, and what they see."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.sandbox import acks, payloads
from bot.sandbox.answers import Answer
from bot.sandbox.around import Around
from bot.sandbox.entering import complaint, entered
from bot.sandbox.fields import TYPED, Field, interactive
from bot.sandbox.finding import Surface, fillable, menu_item, only, pressable, surfaces
from bot.sandbox.modals import OpenView
from bot.sandbox.model import Channel, Json, Message, NotPossibleError, User, readable
from bot.sandbox.sender import Request


class Person:
    """Acts only as Slack's own client would let a person act; otherwise raises NotPossibleError."""

    def __init__(self, sandbox: Around, user_id: str) -> None:
        self._sandbox = sandbox
        self._state = sandbox.state
        self.id = user_id

    @property
    def user(self) -> User:
        """The person's account as it is now."""
        return self._state.users[self.id]

    # What they see

    @property
    def view(self) -> Json | None:
        """The modal on top, as the bot receives it (with `state`), or None."""
        with self._state.lock:
            view = self._state.modals.top(self.id)
            return self._state.modals.render(view) if view else None

    @property
    def views(self) -> list[Json]:
        """The open modals, bottom first (three at most)."""
        with self._state.lock:
            return [self._state.modals.render(view) for view in self._state.modals.stack(self.id)]

    @property
    def errors(self) -> dict[str, str]:
        """The errors shown in the top modal by block_id."""
        view = self._state.modals.top(self.id)
        return dict(view.errors) if view else {}

    @property
    def private(self) -> list[Message]:
        """The messages only this person can see, oldest first."""
        return self._state.private_of(self.id)

    def seen(self) -> str:
        """All the text that the person can see now: channels, threads, DMs, private messages, modal, Home."""
        with self._state.lock:
            visible = [c.id for c in self._state.channels.values() if self._state.sees(self.id, c)]
            posts = [m.words for c in visible for m in self._sandbox.messages(c)]
            pieces = [*posts, *(m.words for m in self.private)]
            home = self._state.modals.home(self.id)
            for view in [*self._state.modals.stack(self.id), *([home] if home else [])]:
                pieces += [*readable(view.content), *_entered_words(view), *view.errors.values()]
            return "\n".join(pieces)

    # What they write

    def command(self, command: str, text: str = "", channel: str | None = None) -> Answer:
        """Type a slash command (default: in the direct message with the bot)."""
        settings = self._sandbox.settings
        if "commands" not in settings.scopes:
            raise NotPossibleError("The app has no scope for commands.")
        place = self._place(channel)
        if settings.commands is not None and command not in settings.commands:
            answer = Answer(self._state, self.id, None)
            answer.notice = f"{command} is not a valid command."
            return answer
        trigger = self._state.new_trigger(self._acting().id, place.id)
        request = payloads.command(self._state, self.user, place, command, text, trigger)
        return self._sandbox.send(request, partial(acks.command_answer, self._state, self._sandbox.journal))

    def say(self, text: str, channel: str | None = None, thread_ts: str | None = None) -> Message:
        """Write a message in a channel (default: to the bot); the bot hears of it where it is subscribed."""
        place = self._place(channel)
        words = payloads.escaped(self._state, text)
        message = Message(self._state.new_ts(), place.id, self._acting().id, words, thread_ts=thread_ts)
        self._state.post(message)
        fields = {**self._state.message_payload(message), "channel": place.id}
        told = "message.im" in self._sandbox.settings.events and "im:history" in self._sandbox.settings.scopes
        if place.is_im and told:
            self._sandbox.event("message", {**fields, "channel_type": "im"})
        elif self._sandbox.settings.bot_user_id in words and "app_mention" in self._sandbox.settings.events:
            self._sandbox.event("app_mention", {**fields, "type": "app_mention"})
        return message

    def upload(self, name: str, content: bytes, *, elsewhere: bool = False) -> str:
        """Choose a file of one's own; its id, to fill a file input with."""
        return self._state.keep_file(self._acting().id, name, content, elsewhere=elsewhere).id

    # Modals

    def fill(self, values: Mapping[str, Any] | None = None, /, **named: Any) -> None:
        """Fill in inputs of the top modal, each named by block_id, action_id or label.

        What tells the bot at once (a select with dispatch_action, say) does so here too.
        """
        for name, value in {**(values or {}), **named}.items():
            view = self._top()
            surface = Surface(view.content["blocks"], view=view)
            field = only([f for f in interactive(surface.blocks) if fillable(f, name)], name, surface)
            at_once = field.tells_on_typing if field.kind in TYPED else field.tells_at_once
            self._enter(surface, field, value)
            if at_once:
                self._tell(surface, field)

    def submit(self, values: Mapping[str, Any] | None = None, /, **named: Any) -> Answer:
        """Fill in, then press the modal's submit button.

        `errors` of the answer holds what Slack's client or the bot said, by block_id.
        """
        self.fill(values, **named)
        view = self._top()
        if "submit" not in view.content:
            raise NotPossibleError("The modal has no submit button.")
        refused = self._complaints(view)
        if refused:
            answer = Answer(self._state, self.id, None)
            answer.errors = view.errors = refused
            self._state.changed("view")
            return answer
        view.errors = {}
        trigger = self._state.new_trigger(self._acting().id, view.channel, view.id)
        request = payloads.submission(self._state, self.user, view, trigger)
        return self._sandbox.send(request, partial(acks.submission_answer, self._state, self._sandbox.journal, view))

    def close(self, *, all_views: bool = False) -> Answer | None:
        """Close the top modal (or all); an Answer only where the view asked for notify_on_close."""
        top = self._top()
        clears = all_views or bool(top.content.get("clear_on_close"))
        leaving = self._state.modals.stack(self.id) if clears else [top]
        requests = [
            payloads.closed(self._state, self.user, view, is_cleared=clears)
            for view in reversed(leaving)
            if view.content.get("notify_on_close")
        ]
        with self._state.lock:
            for view in leaving:
                self._state.modals.remove(view)
        self._state.changed("view")
        answers = [self._plain(request) for request in requests]
        return answers[0] if answers else None

    # Buttons and choices

    def click(self, what: str, message: Message | None = None, value: str | None = None) -> Answer:
        """Press a button, or an overflow item, named by action_id, label or item label.

        It is looked for in `message`, or in the open modal, or in the newest message that has it, or
        on the Home tab. `value` tells apart several with the same name.
        """
        for surface in surfaces(self._state, self.id, message):
            found = [f for f in interactive(surface.blocks) if pressable(f, what, value)]
            if found:
                field = only(found, what, surface)
                return self._act(surface, payloads.pressed(field, menu_item(field, what, value)))
        raise NotPossibleError(f"There is nothing called {what!r} to press.")

    def choose(self, what: str, value: Any, message: Message | None = None) -> Answer:
        """Change an element that tells the bot at once, or press Enter in a text input that does."""
        for surface in surfaces(self._state, self.id, message):
            found = [f for f in interactive(surface.blocks) if fillable(f, what)]
            if found:
                field = only(found, what, surface)
                if not field.tells_at_once:
                    raise NotPossibleError(f"{what!r} tells the bot nothing before the submission; fill it.")
                self._enter(surface, field, value)
                return self._tell(surface, field)
        raise NotPossibleError(f"There is nothing called {what!r} to choose from.")

    def suggestions(self, what: str, query: str, message: Message | None = None) -> list[Json]:
        """The options that the bot offers in an external select for what was typed."""
        for surface in surfaces(self._state, self.id, message):
            found = [f for f in interactive(surface.blocks) if f.answers_to(what) and "external" in f.kind]
            if found:
                return self._ask(surface, only(found, what, surface), query)
        raise NotPossibleError(f"There is no external select called {what!r}.")

    # Shortcuts and the Home tab

    def shortcut(self, callback_id: str) -> Answer:
        """Run a global shortcut."""
        trigger = self._state.new_trigger(self._acting().id)
        return self._plain(payloads.shortcut(self._state, self.user, callback_id, trigger))

    def message_shortcut(self, callback_id: str, message: Message) -> Answer:
        """Run a message shortcut on a message the person can see."""
        if message.visible_to is not None or message.deleted:
            raise NotPossibleError("Shortcuts run only on messages that everybody in the channel sees.")
        self._place(message.channel)
        trigger = self._state.new_trigger(self._acting().id, message.channel)
        return self._plain(payloads.message_shortcut(self._state, self.user, callback_id, message, trigger))

    def home(self, timeout: float = 1.0) -> Json | None:
        """Open the app's Home tab; the view published by then or within `timeout` seconds, or None."""
        if not self._sandbox.settings.home_tab:
            raise NotPossibleError("The app has no Home tab.")
        before = self._home_hash()
        channel = self._state.open_dm(self._acting().id)
        if "app_home_opened" in self._sandbox.settings.events:
            fields: Json = {"user": self.id, "channel": channel.id, "tab": "home"}
            existing = self._state.modals.home(self.id)
            if existing is not None:
                fields["view"] = self._state.modals.render(existing)
            self._sandbox.event("app_home_opened", fields)
            self._sandbox.until(lambda: self._home_hash() != before, timeout)
        view = self._state.modals.home(self.id)
        return self._state.modals.render(view) if view else None

    # Within

    def _home_hash(self) -> str:
        view = self._state.modals.home(self.id)
        return view.hash if view else ""

    def _acting(self) -> User:
        if self.user.deleted or self.user.is_bot:
            raise NotPossibleError(f"{self.id} has no account that could act.")
        return self.user

    def _place(self, channel_id: str | None) -> Channel:
        if channel_id is None:
            return self._state.open_dm(self.id)
        channel = self._state.channels.get(channel_id)
        if channel is None or self.id not in channel.members:
            raise NotPossibleError(f"{self.id} is not in {channel_id}.")
        return channel

    def _top(self) -> OpenView:
        view = self._state.modals.top(self.id)
        if view is None:
            raise NotPossibleError("No modal is open.")
        return view

    def _complaints(self, view: OpenView) -> dict[str, str]:
        inputs = [field for field in interactive(view.content["blocks"]) if field.is_input]
        said = {f.block_id: complaint(f, view.values[f.block_id][f.action_id]) for f in inputs}
        return {block_id: sentence for block_id, sentence in said.items() if sentence}

    def _enter(self, surface: Surface, field: Field, value: Any) -> None:
        offered = None
        if "external" in field.kind and value is not None:
            names = [value] if isinstance(value, str) else value
            offered = [option for name in names for option in self._ask(surface, field, name)]
        state = entered(self._state, self.id, field, value, offered)
        with self._state.lock:
            surface.values(self.id)[field.block_id][field.action_id] = state
        self._state.changed("view")

    def _tell(self, surface: Surface, field: Field) -> Answer:
        state = surface.values(self.id)[field.block_id][field.action_id]
        return self._act(surface, payloads.chosen(field, state))

    def _act(self, surface: Surface, action: Json) -> Answer:
        user = self._acting()
        if surface.view is not None:
            view = surface.view
            before = view.hash
            trigger = self._state.new_trigger(user.id, view.channel, view.id)
            answer = self._plain(payloads.view_action(self._state, user, view, action, trigger))
            answer.shown_view = view.id if view.hash != before else None
            return answer
        if surface.message is None:
            raise NotPossibleError("There is nothing to act on.")
        trigger = self._state.new_trigger(user.id, surface.message.channel)
        values = surface.values(self.id)
        return self._plain(payloads.message_action(self._state, user, surface.message, values, action, trigger))

    def _ask(self, surface: Surface, field: Field, query: str) -> list[Json]:
        place: Json = {"view": self._state.modals.render(surface.view)} if surface.view else {}
        request = payloads.suggestion(self._state, self._acting(), field, query, place)
        return acks.offered_options(self._sandbox.journal, request, self._sandbox.deliver(request))

    def _plain(self, request: Request) -> Answer:
        return self._sandbox.send(request, partial(acks.plain_answer, self._state))


def _entered_words(view: OpenView) -> list[str]:
    states = [state for block in view.values.values() for state in block.values()]
    return [state["value"] for state in states if isinstance(state.get("value"), str)]
