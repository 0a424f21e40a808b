"""What the guide answers: the page that fits, or the nearest ones where none does."""

from dataclasses import dataclass
from functools import cache

from bot.errors import NotFound
from bot.guide.pages import LINES, Line, Page, pages_of
from bot.guide.search import Index
from bot.policy import Pack, load_pack

OTHERS = 3


@dataclass(frozen=True)
class Found:
    """An answer. `page` is None where nothing fits; `others` are the next nearest topics.

    `lines` are those to show, and `rest` where a longer page goes on.
    """

    page: Page | None
    lines: tuple[Line, ...]
    others: tuple[Page, ...]
    rest: int | None = None


class Guide:
    """The guide of one policy pack."""

    def __init__(self, pack: Pack) -> None:
        self.policy = pack.title
        self.pages = pages_of(pack)
        self._index = Index(self.pages)

    @property
    def policy_pages(self) -> tuple[Page, ...]:
        """What the policy says besides the topics."""
        return tuple(page for page in self.pages if not page.topic)

    @property
    def topics(self) -> tuple[Page, ...]:
        """The pages that are written as answers."""
        return tuple(page for page in self.pages if page.topic)

    def answer(self, typed: str) -> Found:
        """The page that fits what was typed, at most nine lines of it, and the topics that come next."""
        hits = self._index.find(typed)
        best = next((hit.page for hit in hits if hit.good), None)
        near = [hit.page for hit in hits if hit.page.topic and hit.page is not best] or self.topics
        others = tuple(near[:OTHERS])
        if best is None:
            return Found(None, (), others)
        if len(best.lines) <= LINES:
            return Found(best, best.lines, others)
        return Found(best, self._best_lines(best, typed), others, rest=0)

    def _best_lines(self, page: Page, typed: str) -> tuple[Line, ...]:
        """The nine lines of a long page that fit best, in the page's order."""
        single = [Page(str(number), "", (line,)) for number, line in enumerate(page.lines)]
        chosen = {hit.page.id for hit in Index(single).find(typed)[:LINES]}
        return tuple(line for number, line in enumerate(page.lines) if str(number) in chosen)

    def page(self, page_id: str, start: int = 0) -> Found:
        """One page by its id, from a line on. Raises NotFound where the policy has no such page."""
        page = next((page for page in self.pages if page.id == page_id), None)
        if page is None:
            raise NotFound("That page is not in the guide of your policy. `/guide` shows what there is.")
        end = start + LINES
        return Found(page, page.lines[start:end], (), rest=end if end < len(page.lines) else None)


@cache
def guide_to(policy: str) -> Guide:
    """The guide of the policy of that name, made once. Raises PackError where there is none."""
    return Guide(load_pack(policy))
