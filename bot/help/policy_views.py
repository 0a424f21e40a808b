"""`/facilitator policy`: which document, how it stands, what the organisation set, what is the bot's own."""

from datetime import date

from bot.policy.overrides import place_of, plain
from bot.policy.overview import Overview
from bot.slack import blocks as b
from bot.slack.call import Say
from bot.slack.text import clip, esc

_STATUS = {"interim": "interim", "advice": "advice, not a rule book", "in_force": "in force"}


def policy(seen: Overview) -> Say:
    """The policy at a glance; slots that are still empty come before the rest."""
    blocks = [b.section("head", "\n".join(_head(seen)))]
    if seen.missing:
        slots = "\n".join(f"• {esc(slot.text)} (`{place_of(slot)}`)" for slot in seen.missing)
        why = "*Still empty, so that no meeting becomes ready.* An administrator fills them in the organisation file:"
        blocks.append(b.section("missing", clip(f"{why}\n{slots}", 2900)))
    if seen.overrides:
        lines = [
            f"• `{one.field}`: {esc(plain(one.before))} → {esc(plain(one.after))}"
            + (f", because {esc(one.reason)}" if one.reason else "")
            + f" ({', '.join(one.clauses) or 'the bot’s own rule'})"
            for one in seen.overrides
        ]
        blocks.append(b.section("overrides", clip("*Set by your organisation*\n" + "\n".join(lines), 2900)))
    if seen.approved:
        blocks.append(b.section("approved", f"*Approved platforms:* {esc(', '.join(seen.approved))}"))
    for name, title, texts in (
        ("purpose", "What it is for", seen.purpose),
        ("owners", "Who answers for it", seen.owners),
        ("companions", "Beside it", seen.companions),
        ("history", "History", seen.history),
    ):
        if texts:
            lines = [f"• {esc(one.text)} ({', '.join(one.clauses)})" for one in texts]
            blocks.append(b.section(name, clip(f"*{title}*\n" + "\n".join(lines), 2900)))
    if seen.defaults:
        own = "; ".join(esc(one.say.rstrip(".")) for one in seen.defaults if one.say)
        blocks.append(b.context("defaults", clip(f"*Where it is silent, our own suggestions:* {own}.", 2900)))
    return Say(esc(seen.title), blocks)


def review(seen: Overview, clauses: tuple[str, ...]) -> Say:
    """The reminder that the policy's review is near, or that its day has passed."""
    if seen.review_due is None:
        raise ValueError("there is no review to remind of")
    day, source = _day(seen.review_due), f" ({', '.join(clauses)})" if clauses else ""
    if seen.review_passed:
        title = "The day of your policy's review has passed"
        text = f"*{title}.* *{esc(seen.title)}* was to be reviewed by {day}{source}. It stays in use as it is."
    else:
        title = "Your policy is due for review"
        text = f"*{title}.* *{esc(seen.title)}* is to be reviewed by {day}{source}."
    todo = "Once that is done, put the next day as `review_due` into the organisation file and run setup."
    more = "`/facilitator policy` shows how it stands. You are told this once, as an administrator."
    return Say(f"{title}: {day}.", [b.section("review", f"{text}\n{todo}"), b.context("more", more)])


def _head(seen: Overview) -> list[str]:
    lines = [f"*{esc(seen.title)}*", f"Status: {_STATUS.get(seen.status, seen.status)}. {esc(seen.status_says)}"]
    if seen.review_due:
        passed = " ⚠️ *That day has passed.*" if seen.review_passed else ""
        lines.append(f"Review due {_day(seen.review_due)}.{passed}")
    return lines


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
