"""Meeting passcodes: random, easy to read out, and within a provider's rules."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

# No vowels, so that no word is ever drawn; nothing that looks like something else when read from a phone.
_LOWER = "bcdfghjkmnpqrtvwx"
_UPPER = "CDFGHJKMNPQRTVWX"
_DIGITS = "23456789"
_ALL_DIGITS = "0123456789"
_SPECIAL = "@*-_"
_PERMITTED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" + _ALL_DIGITS + _SPECIAL)

LONGEST = 10
_SHORTEST_RUN = 3


@dataclass(frozen=True, kw_only=True)
class PasscodeRules:
    """What an account asks of a passcode. `run` is the length at which abcd, 4321 or aaaa is refused."""

    length: int = 8
    letter: bool = True
    digit: bool = True
    special: bool = False
    both_cases: bool = False
    digits_only: bool = False
    run: int = 0

    @classmethod
    def from_zoom(cls, requirement: Mapping[str, Any]) -> "PasscodeRules":
        """The rules in a Zoom user's `meeting_password_requirement`; what it leaves out is not asked for."""
        return cls(
            length=int(requirement.get("length") or 0),
            letter=requirement.get("have_letter") is True,
            digit=requirement.get("have_number") is True,
            special=requirement.get("have_special_character") is True,
            both_cases=requirement.get("have_upper_and_lower_characters") is True,
            digits_only=requirement.get("only_allow_numeric") is True,
            run=int(requirement.get("consecutive_characters_length") or 0),
        )

    def allow(self, passcode: str) -> bool:
        """Whether `passcode` meets these rules and is one that a meeting may have at all."""
        if not max(self.length, 1) <= len(passcode) <= LONGEST or not set(passcode) <= _PERMITTED:
            return False
        if self.run and longest_run(passcode) >= self.run:
            return False
        if self.digits_only:
            return passcode.isdigit()
        upper, lower = any(c.isupper() for c in passcode), any(c.islower() for c in passcode)
        return all(
            (
                upper or lower or not self.letter,
                any(c.isdigit() for c in passcode) or not self.digit,
                any(c in _SPECIAL for c in passcode) or not self.special,
                (upper and lower) or not self.both_cases,
            )
        )


def generate(rules: PasscodeRules | None = None) -> str:
    """A new passcode of ten characters. Raises ValueError if no ten characters can meet the rules."""
    rules = rules or PasscodeRules()
    if rules.length > LONGEST:
        raise ValueError(f"a passcode has at most {LONGEST} characters, the account asks for {rules.length}")
    kinds = _kinds(rules)
    pool = "".join(kinds)
    # Drawing whole passcodes until one fits keeps every fitting one equally likely; about half of them fit.
    while True:
        passcode = "".join(secrets.choice(pool) for _ in range(LONGEST))
        if all(set(passcode) & set(kind) for kind in kinds) and longest_run(passcode) < _SHORTEST_RUN:
            return passcode


def longest_run(text: str) -> int:
    """The length of the longest stretch that repeats, rises or falls by one: 4 for aaaa, abcd and 4321."""
    longest = run = min(len(text), 1)
    last_step = None
    for before, after in pairwise(text):
        step = ord(after) - ord(before)
        run = run + 1 if step == last_step and step in (-1, 0, 1) else 2 if step in (-1, 0, 1) else 1
        longest, last_step = max(longest, run), step
    return longest


def _kinds(rules: PasscodeRules) -> tuple[str, ...]:
    if rules.digits_only:
        return (_ALL_DIGITS,)
    kinds = [_LOWER, _DIGITS]
    if rules.both_cases:
        kinds.append(_UPPER)
    if rules.special:
        kinds.append(_SPECIAL)
    return tuple(kinds)
