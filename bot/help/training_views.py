"""What people see of the trainings of staff."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from bot.facts.shown import ASKED, WORDS, shown
from bot.help.training_forms import Trained
from bot.organisation.trainings import Everybodys, Recorded
from bot.policy.cited import Item
from bot.reading import Ask, Refused
from bot.reading.past.span import in_words
from bot.slack import blocks as b
from bot.slack.call import Say, View
from bot.slack.text import clip, esc
from db.models import Fact

_LONGEST = 75


class Ids(StrEnum):
    """Every id that Slack sends back about trainings."""

    OPEN = "desk.training_open"
    FORM = "desk.training"
    BACK = "desk.training_back"


def everybody(asked: Sequence[Item], found: Everybodys, today: date) -> Say:
    """Each training that the policy asks for, with who took it and when, how that was shown and until when it holds."""
    blocks = []
    for item in asked:
        held = found.held.get(item.id, [])
        lines = [f"*{esc(item.text)}* (`{item.id}`{', ' if item.clauses else ''}{', '.join(item.clauses)})"]
        lines += [f"• {esc(name)}: {_held(fact, today)}" for name, fact in held[: found.shown]]
        if len(held) > found.shown:
            lines.append(f"… and {len(held) - found.shown} more.")
        if not held:
            lines.append("Recorded for nobody yet.")
        blocks.append(b.section(f"training.{item.id}", clip("\n".join(lines), 2900)))
    blocks.append(b.actions("record", b.button("Record a training", Ids.OPEN)))
    return Say("Trainings of staff", blocks)


def _held(fact: Fact, today: date) -> str:
    day = fact.day or today
    more = f" ({shown(fact)})" if shown(fact) else ""
    return f"{in_words(day, day)}{more}" + ("" if fact.holds(today) else " ⚠️ *that is over; meetings ask for it again*")


def form(asked: Sequence[Item], today: date, wanted: Ask[Trained] | Refused | None = None) -> View:
    """The form; `wanted` is what a typed text left open, with what was understood of it."""
    kept = wanted.kept if isinstance(wanted, Ask) and wanted.kept else Trained()
    question = (wanted.question if isinstance(wanted, Ask) else wanted.why) if wanted else ""
    choices = [(one.id, clip(one.text, _LONGEST)) for one in asked]
    ways = [(one.value, WORDS[one]) for one in ASKED]
    return b.modal(
        Ids.FORM,
        "Record a training",
        [
            *([b.alert("asked", f"Nothing is recorded yet. {esc(question)}", "info")] if question else []),
            b.people_input("people", "Who took it?", chosen=kept.people),
            b.radio_input(
                "training",
                "Which training?",
                choices,
                chosen=kept.training or (asked[0].id if len(asked) == 1 else None),
            ),
            b.date_input("day", "On which day?", value=kept.day),
            b.select_input("how", "How was it shown?", ways, chosen=ASKED[0].value),
            b.date_input("until", "Until when does it hold?", value=kept.until, hint="Empty: for good.", optional=True),
        ],
        submit="Record",
    )


def recorded(item: Item, wanted: Trained, done: Recorded, said: Sequence[str]) -> Say:
    """What was written down, for whom, and for whom it stood already."""
    day = wanted.day
    holds = f"It holds until {in_words(wanted.until, wanted.until)}." if wanted.until else "It holds at every meeting."
    lines = [esc(one) for one in said]
    names = esc(_and(done.changed))
    if done.changed and day:
        lines.append(f"✅ Recorded for {names}: {esc(item.text)}, taken on {in_words(day, day)}. {holds}")
    elif done.changed:
        lines.append(f"Taken off the record of {names}: {esc(item.text)}. Meetings ask for it again.")
    if done.as_before:
        stood = "It stood so already" if day else "Nothing stood"
        lines.append(f"{stood} for {esc(_and(done.as_before))}.")
    blocks = [b.section("recorded", "\n".join(lines))]
    if done.facts:
        blocks.append(b.actions("undo", b.button("Take it back", Ids.BACK, done.facts)))
    return Say("Training", blocks)


def back(people: Sequence[str]) -> Say:
    """It was taken back, for these people; for none where something else was recorded since."""
    if not people:
        return Say(
            "Nothing was taken back: something else was recorded since. `/facilitator trained` shows how it stands."
        )
    return Say(f"Taken back for {esc(_and(people))}: it stands as it stood before.")


def _and(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
