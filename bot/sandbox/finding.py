"""Where a person may find a button or an input: a modal, a message, the Home tab."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.sandbox.fields import PRESSABLE, STATEFUL, Field, Values, initial_values, options_of
from bot.sandbox.modals import OpenView
from bot.sandbox.model import Json, Message, NotPossibleError
from bot.sandbox.state import State


@dataclass
class Surface:
    """Blocks in front of a person, with the view or the message that they are part of."""

    blocks: list[Json]
    view: OpenView | None = None
    message: Message | None = None

    def values(self, user_id: str) -> Values:
        """What is entered here by that person; changing it is entering."""
        if self.view is not None:
            return self.view.values
        if self.message is None:
            return {}
        kept = self.message.entered.get(user_id)
        self.message.entered[user_id] = initial_values(self.message.blocks, kept)
        return self.message.entered[user_id]


def surfaces(state: State, user_id: str, message: Message | None) -> Iterator[Surface]:
    """Where the person looks, in this order: the message if one is given; else the open modal alone;
    else their messages from the newest on, then the Home tab."""
    if message is not None:
        if message.deleted or not state.can_read(user_id, message):
            raise NotPossibleError(f"{user_id} does not see that message.")
        yield Surface(message.blocks, message=message)
        return
    top = state.modals.top(user_id)
    if top is not None:
        yield Surface(top.content["blocks"], view=top)
        return
    channels = [c.id for c in state.channels.values() if state.sees(user_id, c)]
    posts = [m for c in channels for m in state.posts.get(c, []) if not m.deleted]
    for newest in sorted([*posts, *state.private_of(user_id)], key=lambda m: float(m.ts), reverse=True):
        yield Surface(newest.blocks, message=newest)
    home = state.modals.home(user_id)
    if home is not None:
        yield Surface(home.content["blocks"], view=home)


def only(fields: list[Field], name: str, surface: Surface) -> Field:
    """The one field meant by `name`; NotPossibleError when it is none or several."""
    if len(fields) == 1:
        return fields[0]
    if not fields:
        names = [block.get("block_id") for block in surface.blocks if block.get("type") == "input"]
        raise NotPossibleError(f"There is no input called {name!r}; there are: {', '.join(map(str, names))}.")
    values = [str(field.element.get("value", field.block_id)) for field in fields]
    raise NotPossibleError(f"Several are called {name!r}; their values are: {', '.join(values)}.")


def fillable(field: Field, name: str) -> bool:
    """Whether `name` means this element, and it can be filled in."""
    return field.kind in STATEFUL and field.answers_to(name)


def pressable(field: Field, what: str, value: str | None) -> bool:
    """Whether `what` and `value` mean this button, or an item of this overflow menu."""
    if field.kind not in PRESSABLE:
        return False
    if field.kind == "overflow":
        return menu_item(field, what, value) is not None
    named = what in (field.action_id, field.label)
    return named and (value is None or field.element.get("value") == value)


def menu_item(field: Field, what: str, value: str | None) -> Json | None:
    """The overflow item meant: by its own label, or by the element's id and the item's value."""
    if field.kind != "overflow":
        return None
    for option in options_of(field.element):
        names = (option["text"]["text"], option["value"])
        if (what == field.action_id and value in names) or (what == names[0] and value in (None, names[1])):
            return option
    return None
