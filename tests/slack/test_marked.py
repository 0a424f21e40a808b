"""Mrkdwn that is too long is cut where it hurts nothing."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.text import clip_marked

PIECES = [
    "*bold words*",
    "`/meeting edit M-1`",
    "<!date^1796403600^{date_short_pretty} at {time}|Friday>",
    "&amp;",
    "a & b\n",
]
PIECES += ["plain words ", "<https://example.org/a|label>", "<@U0FAC>", "x" * 30]


@given(st.lists(st.sampled_from(PIECES), max_size=60), st.integers(40, 400))
def test_no_mark_up_is_left_open(pieces: list[str], limit: int) -> None:
    text = " ".join(pieces)
    cut = clip_marked(text, limit)
    assert len(cut) <= limit
    assert cut == text or "…" in cut
    assert cut.count("<") == cut.count(">")
    assert not re.search(r"&[a-z]{1,3}…", cut)
    assert not [mark for mark in "*`" if cut.rpartition("\n")[2].count(mark) % 2]
