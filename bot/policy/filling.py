"""Filling in the policy's sentences: the words in braces, and the organisation's own texts in the slots.

Letters, cards and the guide all say the policy's texts; this is the one place where they are completed.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.policy.cited import Text
from bot.policy.overrides import Overrides

_WORD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Words:
    """What there is to fill in: `words` by the word in braces, `texts` by slot. Both may lack something."""

    words: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)

    def filled(self, text: Text, *, blanks: bool = False) -> str:
        """A sentence of the policy, completed. A word that is not known stands in square brackets, and with
        `blanks` so does a text that the organisation has not given; without, the sentence stands alone."""
        return self.complete(text.text, text.slot, blanks=blanks)

    def complete(self, sentence: str, slot: str | None = None, *, blanks: bool = False) -> str:
        """The same for a bare sentence and the slot that follows it."""
        said = sentence
        if "{" in sentence:
            said = _WORD.sub(lambda found: self.words.get(found[1]) or f"[{found[1]}]", sentence)
        own = self.texts.get(slot) if slot else None
        if slot and not own and blanks:
            own = f"[{slot.replace('_', ' ')}]"
        return f"{said} {own}" if own else said

    def rules(self, texts: Iterable[Text], own: str, *, blanks: bool = False) -> list[str]:
        """The policy's rules, each completed. An organisation's `own`, a line for each, stand where the policy leaves
        the first of them to it, else behind them. What stands in for a text that it gave is left out."""
        house, lines = [line.strip() for line in own.splitlines() if line.strip()], []
        for text in texts:
            if (text.given and not self.texts.get(text.given)) or (text.unless and self.texts.get(text.unless)):
                continue
            if text.slot and house:
                lines += [self.complete(text.text, blanks=blanks), *house]
                house = []
            else:
                lines.append(self.filled(text, blanks=blanks))
        return [*lines, *house]


def own_words(organisation: str, overrides: Overrides, **more: Any) -> Words:
    """What an organisation of this name fills in; `more` are words of the occasion, empty ones left out.

    Participants reach it by its own text `contact`, else at the address of its account, else as `more` says.
    """
    account = overrides.account
    words = {**more, "organisation": organisation, "phone": account.phone}
    words["contact"] = overrides.texts.get("contact") or account.email or more.get("contact")
    return Words(
        {name: str(word) for name, word in words.items() if word},
        {name: text for name, text in overrides.texts.items() if text},
    )
