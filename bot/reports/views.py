"""What a manager sees of a period: numbers in short lines, so that a phone shows them whole."""

from collections.abc import Sequence
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.reports.forms import Period
from bot.reports.service import SHOWN, Figures, Report, SessionRow
from bot.slack import blocks as b
from bot.slack.call import Say, View
from bot.slack.text import clip, esc, mention

_PROGRAMMES_SHOWN = 25
_MISSING_SHOWN = 25
_LINES_A_PARAGRAPH = 15
_URGENT_SHOWN = 50


class Ids(StrEnum):
    """Every id that Slack sends back to this room."""

    ASK = "report.ask"


def form(weeks: Sequence[Period], programmes: Sequence[str]) -> View:
    """The form that asks which week and which programme; `weeks` begin with this one."""
    names = {0: "This week", 1: "Last week"}
    choices = [
        (f"{week.first}", f"{names.get(number, 'Week')}: {_short(week)}") for number, week in enumerate(weeks[:100])
    ]
    blocks = [b.select_input("week", "Which week?", choices, chosen=choices[0][0])]
    if programmes:
        each = [(name, name) for name in programmes[:100]]
        blocks.append(b.select_input("programme", "Which programme?", each, optional=True, hint="Empty: all of them."))
    blocks.append(b.context("typed", "Other days? Type `/report 1 November to 15 November`."))
    return b.modal(Ids.ASK, "Report", blocks, submit="Show")


def _short(week: Period) -> str:
    return f"{week.first.day} {week.first:%B} to {week.last.day} {week.last:%B} {week.last.year}"


def shown(report: Report, zone: str, said: str = "") -> Say:
    """The figures of a period, behind what was taken to be meant though it was not typed."""
    about = esc(report.programme) if report.programme else "all programmes"
    head = f"{esc(said)}\n" if said else ""
    head += f"*Report: {report.period.words}*, {about}"
    if not (report.held or report.without):
        text = f"{head}\nNo sessions took place in these days."
        return Say(f"Report: {report.period.words}", [b.section("empty", text), *_urgent(report), *_other(report)])
    blocks = [b.section("total", f"{head}\n{_total(report.total)}")]
    if report.programme is None and len(report.programmes) > 1:
        lines = [_programme(name, figures) for name, figures in [*report.programmes.items()][:_PROGRAMMES_SHOWN]]
        blocks += _paragraphs("programmes", "*By programme*", lines, len(report.programmes))
    if report.held:
        lines = [_session(row, zone) for row in report.held[:SHOWN]]
        blocks += _paragraphs("sessions", "*Sessions* (present of registered)", lines, len(report.held))
    if report.without:
        missing = report.without[:_MISSING_SHOWN]
        lines = [f"{_when(row, zone)} · host {mention(row.host)}" for row in missing]
        blocks += _paragraphs("without", "*No register yet*, so not counted", lines, len(report.without))
    return Say(f"Report: {report.period.words}", [*blocks, *_urgent(report), *_other(report)])


def _total(figures: Figures) -> str:
    return "\n".join(
        [
            f"Sessions held: *{figures.sessions}*",
            f"Places registered: *{figures.places}*",
            f"Attended (visits): *{figures.visits}*",
            f"Different people: *{figures.people}*",
            f"There for the first time: *{figures.first_timers}*",
            f"Walk-ins: *{figures.walk_ins}*",
            f"No-shows: *{figures.no_shows}*",
        ]
    )


def _programme(name: str | None, figures: Figures) -> str:
    counts = [
        _count(figures.sessions, "session"),
        _count(figures.places, "place"),
        _count(figures.visits, "visit"),
        f"{figures.people} different people",
        f"{figures.first_timers} for the first time",
        _count(figures.walk_ins, "walk-in"),
        _count(figures.no_shows, "no-show"),
    ]
    return f"*{_name(name)}:* {', '.join(counts)}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _name(programme: str | None) -> str:
    return esc(clip(programme, 40)) if programme else "No programme"


def _when(row: SessionRow, zone: str) -> str:
    local = row.starts_at.astimezone(ZoneInfo(zone))
    title = f" · {esc(clip(row.title, 40))}" if row.title else ""
    return f"*{row.reference}* {local:%a} {local.day} {local:%b %H:%M}{title} · {_name(row.programme)}"


def _session(row: SessionRow, zone: str) -> str:
    walk_ins = f" and {_count(row.counts.walk_ins, 'walk-in')}" if row.counts.walk_ins else ""
    return f"{_when(row, zone)} · {row.counts.came}/{row.counts.places}{walk_ins}"


def _paragraphs(block_id: str, head: str, lines: list[str], total: int) -> list[b.Block]:
    """The lines that are shown, of `total` that there are."""
    if total > len(lines):
        lines = [*lines, f"… and {total - len(lines)} more. Choose fewer days to see them."]
    parts = [lines[start : start + _LINES_A_PARAGRAPH] for start in range(0, len(lines), _LINES_A_PARAGRAPH)]
    parts[0] = [head, *parts[0]]
    return [b.section(f"{block_id}.{number}", "\n".join(part)) for number, part in enumerate(parts)]


def _urgent(report: Report) -> list[b.Block]:
    """Which of the meetings were urgent contact with somebody at risk."""
    if not report.urgent:
        return []
    text = f"🚨 *Urgent contact: {len(report.urgent)}* ({_references(report.urgent)})"
    if report.unanswered:
        text += f"\nNobody has said yet what came of it: {_references(report.unanswered)}"
    return [b.section("urgent", text)]


def _references(numbers: Sequence[int]) -> str:
    more = f" and {len(numbers) - _URGENT_SHOWN} more" if len(numbers) > _URGENT_SHOWN else ""
    return ", ".join(f"M-{number}" for number in numbers[:_URGENT_SHOWN]) + more


def _other(report: Report) -> list[b.Block]:
    """What the figures leave out."""
    notes = []
    if report.ahead:
        notes.append(f"{_count(report.ahead, 'session')} still to come.")
    if report.unnamed:
        has = f"{_count(len(report.unnamed), 'session')} {'has' if len(report.unnamed) == 1 else 'have'} no programme"
        left = ", so not counted here" if report.programme else ""
        notes.append(f"{has}{left}: {_references(report.unnamed)}.")
    if report.cancelled:
        notes.append(f"{report.cancelled} cancelled.")
    if len(report.programmes) > 1:
        notes.append("Somebody who came to several programmes counts once in the total.")
    return [b.context("notes", " ".join(notes))] if notes else []
