"""Counting what is decrypted, for a test that says that no more is opened than is shown."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from db.crypto import Keyring


@contextmanager
def counting_opened() -> Iterator[Counter[str]]:
    """Within this, how many values of each place (`participants.name`) are decrypted, by whichever thread."""
    found: Counter[str] = Counter()
    before = Keyring.open

    def opening(ring: Keyring, sealed: bytes, context: str) -> str:
        found[context.partition("|")[0]] += 1
        return before(ring, sealed, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Keyring, "open", opening)
        yield found
