"""What a group's second session asks of its host, where nothing changed: it must not grow again."""

import pytest

from tests.support.sessions import walked

WORDS, TAPS, THINGS = 236, 9, 2


@pytest.mark.timeout(120)
def test_a_second_session_takes_few_taps_and_few_words() -> None:
    walk = walked("st_josephs", 2)
    second, told = walk.second, "\n".join(walk.told)
    assert not second.stuck, told
    assert second.taps + second.typed <= TAPS, told
    assert second.ready <= THINGS, told
    assert (second.link, second.door) == (0, 0), f"asked about people again:\n{told}"
    assert second.words <= WORDS, told
