"""Raising a concern as somebody of the workspace does, with words that must turn up nowhere else."""

from bot.sandbox.answers import Answer
from tests.support.world import World

SECRET = "MARKER-zebra-7731"


def raise_one(world: World, who: str = "U0FAC", about: str = "child", **fields: object) -> Answer:
    """Walk through the gate and the form; the receipt is then on the screen."""
    person = world.person(who)
    person.command("/concern", "", channel="C0GENERAL")
    person.click("concern.continue")
    person.choose("about", about)
    values = {"facts": f"A worry {SECRET}", "urgency": "today", **fields}
    return person.submit(**values)
