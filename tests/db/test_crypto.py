"""Encryption at rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.crypto import KeyProblem, Keyring, Unreadable


@given(st.text())
def test_comes_back_as_it_was(text: str) -> None:
    ring = Keyring.parse(Keyring.generate())
    sealed = ring.seal(text, "a.b")
    assert ring.open(sealed, "a.b") == text


def test_is_bound_to_its_place() -> None:
    ring = Keyring.parse(Keyring.generate())
    with pytest.raises(Unreadable):
        ring.open(ring.seal("words", "a.b"), "a.c")


def test_any_flipped_byte_is_noticed() -> None:
    ring = Keyring.parse(Keyring.generate())
    sealed = bytearray(ring.seal("words", "a.b"))
    for index in range(len(sealed)):
        sealed[index] ^= 1
        with pytest.raises(Unreadable):
            ring.open(bytes(sealed), "a.b")
        sealed[index] ^= 1


def test_newest_seals_and_all_open() -> None:
    old = Keyring.generate(1)
    both = Keyring.parse(f"{Keyring.generate(2)},{old}")
    assert both.open(Keyring.parse(old).seal("words", "a.b"), "a.b") == "words"
    assert both.seal("words", "a.b")[0] == 2
    assert Keyring.parse(old).blind_index("carer@example.org") in both.blind_indexes(" Carer@Example.org ")
    assert both.blind_index("carer@example.org") in both.blind_indexes("Carer@example.org")


def test_a_keyed_seal_fits_its_message_and_purpose_only() -> None:
    ring, other = Keyring.parse(Keyring.generate()), Keyring.parse(Keyring.generate())
    seal = ring.mac("rights", "words")
    assert ring.fits("rights", "words", seal)
    assert not ring.fits("rights", "other words", seal)
    assert not ring.fits("audit chain", "words", seal)
    assert not other.fits("rights", "words", seal)
    assert not ring.fits("rights", "words", b"")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "missing"),
        ("1:short", "base64"),
        ("1:c2hvcnQ=", "has 5 bytes"),
        ("x:c2hvcnQ=", "id from 0 to 255"),
        ("300:c2hvcnQ=", "id from 0 to 255"),
        ("{one},{one}", "same id"),
    ],
)
def test_wrong_keys_are_named(text: str, words: str) -> None:
    with pytest.raises(KeyProblem, match=words):
        Keyring.parse(text.format(one=Keyring.generate(1)))
