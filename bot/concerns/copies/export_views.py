"""The modals around a copy of a record: what is asked, and what fetches it."""

from datetime import datetime

from bot.concerns import content_views
from bot.concerns.content_views import ContentView
from bot.concerns.ids import Ids
from bot.concerns.record.targets import Target
from bot.slack import blocks as b
from bot.slack.text import clock_time, esc
from db.models import Concern

WHOLE, REDACTED = "whole", "redacted"
_KINDS = ((WHOLE, "Everything but the raiser's own view"), (REDACTED, "The same, with names taken out"))
_ATTACH = (
    "attach",
    "Attach the whole record as a data file as well",
    "It holds the raiser's own view, and every earlier version.",
)
_CARE = "A copy leaves the bot's care. Give it only to whom it is made for, and by a safe way."


def form(concern: Concern) -> ContentView:
    """What a copy is for, for whom, and how much of it."""
    blocks = [
        b.context("care", _CARE),
        b.text_input("purpose", "What is the copy for?", limit=300, hint="It is printed on the copy and kept."),
        b.text_input("made_for", "For whom?", limit=300, hint="A person and where they work. It is printed too."),
        b.radio_input("kind", "How much of it?", _KINDS, chosen=WHOLE),
        b.checkbox_input("attach", "For another system", (_ATTACH,)),
        b.text_input(
            "keep",
            "If names are taken out: whose stays?",
            optional=True,
            limit=300,
            hint="The person whose copy it is, as they are called in the record.",
        ),
        b.text_input(
            "names",
            "Other names to take out",
            multiline=True,
            optional=True,
            limit=3000,
            hint="One a line. The bot knows those of staff, of registered people and of those linked to the record.",
        ),
        b.checkbox_input("raiser", "Who raised it", (("shown", "Name the raiser in a copy with names taken out", ""),)),
    ]
    metadata = str(Target(concern.id, None, concern.version))
    return content_views.modal(
        concern.id, Ids.EXPORT_FORM, "Take a copy", blocks, submit="Make it ready", metadata=metadata
    )


def ready(concern: Concern, digits: str, address: str, until: datetime, zone: str) -> ContentView:
    """The link and the six digits, for this person's eyes alone."""
    blocks = [
        b.section(
            "digits",
            f"*{concern.reference}: the copy is ready.* Open the page and type these six digits:\n"
            f"*{digits[:3]} {digits[3:]}*",
        ),
        b.actions(
            "fetch",
            b.link_button("Open the page", Ids.EXPORT_LINK, address),
            b.button("Back to the record", Ids.READ, str(concern.id)),
        ),
        b.context("until", f"It can be fetched once, until {clock_time(until, zone)}. {_CARE}"),
        b.context("password", "The page can lock the file with a password of yours. Send that by another way."),
        b.context("look", "Names taken out? Read the copy before you pass it on: a name can be misspelt."),
    ]
    return content_views.modal(concern.id, "concern.export_ready", "Take a copy", blocks, metadata=str(concern.id))


def on_the_server(concern: Concern, slack_id: str) -> ContentView:
    """Where the bot has no public address: what is run on its server."""
    command = f"python -m bot export concern {concern.reference} --by {slack_id} --for … --reason …"
    blocks = [
        b.section("how", "*The bot has no web address here*, so a copy is made on its server. Whoever runs it types:"),
        b.preformatted("command", command),
        b.section(
            "more",
            f"Left out, `--for` and `--reason` are asked for. `{esc('--redacted --keep NAME')}` takes names out. "
            "The file is for you alone: fetch it from there by a safe way.",
        ),
        b.actions("back", b.button("Back to the record", Ids.READ, str(concern.id))),
    ]
    return content_views.modal(concern.id, "concern.export_server", "Take a copy", blocks, metadata=str(concern.id))
