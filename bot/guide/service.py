"""What the guide answers: the page that fits, or the nearest ones where none does."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from bot.errors import NotFound
from bot.guide.pages import CONCERNS, LINES, Line, Page, pages_of
from bot.guide.search import Hit, Index, is_clause
from bot.policy import Pack, load_pack
from bot.reading.danger import Alarm, alarm, without_danger

OTHERS = 3


@dataclass(frozen=True)
class Found:
    """An answer. `page` is None where nothing fits; `others` are the next nearest topics.

    `lines` are those to show, and `rest` where a longer page goes on. `alarm` is how loudly it speaks of danger.
    """

    page: Page | None
    lines: tuple[Line, ...]
    others: tuple[Page, ...]
    rest: int | None = None
    alarm: Alarm = Alarm.NONE


class Guide:
    """The guide of one policy pack."""

    def __init__(self, pack: Pack) -> None:
        self.policy = pack.title
        self.pages = pages_of(pack)
        self._index = Index(self.pages)
        self._ordinary = without_danger(self._index.words)

    @property
    def policy_pages(self) -> tuple[Page, ...]:
        """What the policy says besides the topics."""
        return tuple(page for page in self.pages if not page.topic)

    @property
    def topics(self) -> tuple[Page, ...]:
        """The pages that are written as answers."""
        return tuple(page for page in self.pages if page.topic)

    def alarm(self, typed: str) -> Alarm:
        """How loudly the answer must speak of danger."""
        return Alarm.NONE if is_clause(typed) else alarm(typed, self._ordinary)

    def answer(self, typed: str) -> Found:
        """The page that fits what was typed, at most nine lines of it, and the topics that come next. Where it speaks
        of danger these are the policy's own steps, whatever else has the same words."""
        loud = self.alarm(typed)
        hits = self._index.find(typed)
        best = self._steps(hits) if loud is Alarm.DANGER else self._best(hits, typed)
        near = [page for page in self._near(hits, loud) if page is not best]
        if best is None:
            return Found(None, (), tuple(near[:OTHERS]), alarm=loud)
        lines = best.lines if len(best.lines) <= LINES else self._best_lines(best, typed)
        rest = None if len(best.lines) <= LINES else 0
        return Found(best, lines, tuple(near[:OTHERS]), rest, loud)

    def _best(self, hits: Sequence[Hit], typed: str) -> Page | None:
        """The page that answers what was typed; a topic that names its subject comes before a page that only happens
        to hold the same words."""
        best = next((hit for hit in hits if hit.good), None)
        if best is not None and (best.page.topic or best.sure or self._index.names(best.page, typed)):
            return best.page
        return self._index.subject(typed) or (None if best is None else best.page)

    def _steps(self, hits: Sequence[Hit]) -> Page:
        """What the policy says to do about somebody in danger."""
        own = (hit.page for hit in hits if hit.good and hit.page.topic and _on_danger(hit.page))
        written = next((page for page in own if any(line.clauses for line in page.lines)), None)
        return written or next(page for page in self.pages if page.id == CONCERNS)

    def _near(self, hits: Sequence[Hit], loud: Alarm) -> Sequence[Page]:
        near = [hit.page for hit in hits if hit.page.topic] or self.topics
        return [page for page in near if _on_danger(page)] if loud is Alarm.DANGER else near

    def _best_lines(self, page: Page, typed: str) -> tuple[Line, ...]:
        """The nine lines of a long page that fit best, in the page's order."""
        single = [Page(str(number), "", (line,)) for number, line in enumerate(page.lines)]
        chosen = {hit.page.id for hit in Index(single).find(typed)[:LINES]}
        return tuple(line for number, line in enumerate(page.lines) if str(number) in chosen)

    def in_danger(self) -> Found:
        """What is answered to a text that nobody could read in time."""
        steps = self._steps(())
        return Found(steps, steps.lines[:LINES], (), 0 if len(steps.lines) > LINES else None, Alarm.DANGER)

    def page(self, page_id: str, start: int = 0) -> Found:
        """One page by its id, from a line on. Raises NotFound where the policy has no such page."""
        page = next((page for page in self.pages if page.id == page_id), None)
        if page is None:
            raise NotFound("That page is not in the guide of your policy. `/guide` shows what there is.")
        end = start + LINES
        return Found(page, page.lines[start:end], (), rest=end if end < len(page.lines) else None)


def _on_danger(page: Page) -> bool:
    return any("/concern" in line.text for line in page.lines)


@cache
def guide_to(policy: str) -> Guide:
    """The guide of the policy of that name, made once. Raises PackError where there is none."""
    return Guide(load_pack(policy))
