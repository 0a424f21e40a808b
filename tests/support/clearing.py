"""Walking through the form of the gates as a facilitator does."""

from typing import Any

from bot.sandbox import Message
from bot.sandbox.person import Person
from tests.support.world import World

WHY = "We talked it through as a team"


def clear(person: Person, reference: str, moment: str = "", *, manager: Person | None = None) -> str:
    """Open the form with `/meeting tick`, tick every box, give every reason and save; what it then says.

    `moment` chooses another one in the form's menu. `manager` does the same afterwards, for what needs one.
    """
    said = _cleared(person, reference, moment)
    if manager is not None:
        _cleared(manager, reference, moment)
    return said


def _cleared(person: Person, reference: str, moment: str) -> str:
    person.command("/meeting", f"tick {reference}", channel="C0YOUTH")
    assert person.view is not None
    if person.view["callback_id"] != "gates.save":
        person.close()
        return ""
    if moment:
        choose_moment(person, moment)
    values = everything(person.view)
    if not values:
        person.close()
        return ""
    person.submit(values)
    said = words(person.view)
    person.close()
    return said


def sign_off(person: Person, message: Message, label: str = "Sign off", **why: str) -> str:
    """Press a checklist's button; where its form names what is not ticked, save it with these reasons by measure and
    close it. What is said then."""
    said = person.click(label, message).text
    if person.view is None or person.view["callback_id"] != "checklist.leave":
        return said
    fields = [block["block_id"] for block in person.view["blocks"] if block["type"] == "input"]
    person.submit({one: why.get(one.split(".", 2)[2].replace("-", "_"), "") for one in fields})
    said = words(person.view)
    person.close(all_views=True)
    return said


def make_urgent(person: Person, typed: str) -> str:
    """Type `/meeting urgent …`, press the button of the form with what was typed, and close it; what it then says."""
    person.command("/meeting", f"urgent {typed}", channel="C0YOUTH")
    person.submit()
    said = words(person.view)
    person.close(all_views=True)
    return said


def words(view: dict[str, Any] | None) -> str:
    """All that a view says."""
    assert view is not None
    return "\n".join(_texts(view["blocks"]))


def _texts(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["text"]] if isinstance(part.get("text"), str) else []
        return own + [text for inner in part.values() for text in _texts(inner)]
    return [text for inner in part for text in _texts(inner)] if isinstance(part, list) else []


def choose_moment(person: Person, moment: str) -> None:
    """Choose a moment in the open form's menu."""
    assert person.view is not None
    menu = next(block for block in person.view["blocks"] if block["block_id"] == "moments")["elements"][0]
    wanted = next(one for one in menu["options"] if one["value"].split(":")[1] == moment)
    person.choose("gates.moment", wanted["text"]["text"])


def everything(view: dict[str, Any] | None) -> dict[str, Any]:
    """Every box ticked and every reason given, by the form's blocks; nothing is taken back."""
    assert view is not None
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["block_id"].startswith("box."):
            values[block["block_id"]] = [option["value"] for option in block["element"]["options"]]
        elif block["block_id"].startswith("why.") and block["type"] == "input":
            values[block["block_id"]] = WHY
    return values


def unticked(view: dict[str, Any] | None, *labels: str) -> dict[str, Any]:
    """The boxes of ticks there are as the form shows them, these unticked."""
    assert view is not None
    block = next(one for one in view["blocks"] if one["block_id"].startswith("stands."))
    shown = {option["text"]["text"]: option["value"] for option in block["element"]["initial_options"]}
    assert set(labels) <= set(shown)
    return {block["block_id"]: [value for label, value in shown.items() if label not in labels]}


def opened(world: World, moment: str = "", who: str = "U0FAC") -> dict[str, Any]:
    """The form, as this person sees it."""
    person = world.person(who)
    person.command("/meeting", "tick M-1", channel="C0YOUTH")
    if moment:
        choose_moment(person, moment)
    assert person.view is not None
    return person.view
