"""What a question in an answer offers."""

from bot.sandbox.answers import Answer


def choices(answer: Answer) -> list[str]:
    """The commands that the buttons under an answer stand for."""
    shown = answer.private.blocks if answer.private else []
    return [one["value"] for block in shown if block["type"] == "actions" for one in block["elements"]]
