"""What else there is about the people of a concern, for the one person whose right was just checked."""

from collections.abc import Sequence
from uuid import UUID

from bot.concerns import content_views
from bot.concerns.content_views import ContentView
from bot.concerns.ids import Ids
from bot.concerns.record import record_views
from bot.concerns.record.patterns import Pattern
from bot.concerns.words import STATE_WORDS
from bot.incidents.forms import KINDS
from bot.slack import blocks as b
from bot.slack.text import esc, when

_TITLE = "Same people"


def patterns(concern_id: UUID, found: Sequence[Pattern], zone: str, page: int = 0) -> ContentView:
    """One part for each person; a page of them."""
    pages = record_views.paged([block for number, one in enumerate(found) for block in _person(number, one, zone)])
    page = max(0, min(page, len(pages) - 1))
    buttons = [b.button("Back to the record", Ids.READ, str(concern_id))]
    if page:
        buttons.append(b.button("Page before", Ids.PATTERNS_BEFORE, f"{concern_id}:{page - 1}"))
    if page + 1 < len(pages):
        buttons.append(b.button("Next page", Ids.PATTERNS_NEXT, f"{concern_id}:{page + 1}", style="primary"))
    words = "*The same people elsewhere.* Only what you may see is counted. A prompt to look, not a finding."
    if not found:
        words = "Nobody is named here yet. Link a person in the record, and look again."
    head = [b.section("head", words), b.actions("pages", *buttons)]
    return content_views.modal(
        concern_id, "concern.patterns_view", _TITLE, [*head, *pages[page]], metadata=str(concern_id)
    )


def _person(number: int, one: Pattern, zone: str) -> list[b.Block]:
    key = f"person.{number}"
    known = "on the register" if one.registered else "a name only: what follows may be about somebody else"
    blocks = [b.section(key, f"*{esc(one.name)}* ({known})")]
    lines = [f"*Other concerns:* {len(one.concerns) or 'none'}"]
    for each in one.concerns:
        sure = "" if each.sure else " · may be the same person"
        state = STATE_WORDS[each.concern.state]
        lines.append(f"• {each.concern.reference} · {state} · {when(each.concern.raised_at, zone)}{sure}")
    lines.append(f"*Incidents that name them:* {len(one.incidents) or 'none'}")
    for named in one.incidents:
        sure = "" if named.sure else " · by first name only, may be another"
        incident = named.incident
        lines.append(f"• {incident.reference} · {KINDS[incident.kind]} · {when(incident.recorded_at, zone)}{sure}")
    return [*blocks, *b.paragraphs(f"{key}.found", [*lines, _visits(one, zone)])]


def _visits(one: Pattern, zone: str) -> str:
    seen = one.visits
    if seen is None:
        return "*Sessions:* no register names them."
    line = f"*Sessions:* missed {seen.missed} of the last {seen.sessions}"
    if seen.in_a_row > 1:
        line += f", the last {seen.in_a_row} in a row"
    return f"{line}. {f'There last {when(seen.last_there, zone)}.' if seen.last_there else 'Not there in any of them.'}"
