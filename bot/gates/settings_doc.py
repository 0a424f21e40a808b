"""What the policies ask of a meeting's settings and how each provider keeps them, as a page of the docs:
`python -m bot.gates.settings_doc`."""

import sys

from bot.policy import PACK_NAMES, Pack, load_pack
from bot.policy.gates import reported_as, settings_asked
from bot.providers import SettingKey
from bot.providers.keeping import PROVIDERS, Keeping, keeping

_HEAD = """# The table of settings

Made from the code by `make settings`; change it there: the policies in `bot/policy/packs/`, how a provider keeps one in
`bot/providers/settings_map.py` (Zoom), `bot/providers/bigbluebutton.py`, `bot/providers/teams_settings.py` and
`bot/providers/meet_settings.py`. Beside each stand the clauses of the policies that ask for it; *own* is the bot's
default where a policy is silent. A setting is

- **set, read back**: the bot asks for it with its call, and the provider says afterwards that it is so;
- **set**: by the call, or by the bot or the service itself; the provider does not say so afterwards;
- **read**: the host or their administrator sets it, in their own account, and the bot reads whether it is so;
- **by hand**: the host does it and ticks it; no program can do or see it;
- **—**: there is nothing of the kind; what a policy asks for all the same is open until the host writes down what they
  do in its place.

What is not so, or not known to be, stays open and is shown to the host in the words of their service.
"""
_TITLES = {"zoom": "Zoom", "bigbluebutton": "BigBlueButton", "teams": "Teams", "meet": "Meet", "manual": "pasted link"}


def page() -> str:
    """The whole page: every setting that there is, and every one that a policy asks for under another name."""
    packs = {name: load_pack(name) for name in PACK_NAMES}
    asked = {name: asked_by(pack) for name, pack in packs.items()}
    keys = [key.value for key in SettingKey]
    others = sorted({one for each in asked.values() for one in each} - set(keys))
    heads = ["Setting", *(_TITLES[one] for one in PROVIDERS), *packs]
    lines = [_HEAD, _row(heads), _row(["---"] * len(heads))]
    for name in [*keys, *others]:
        kept = [_kept(provider, name).value for provider in PROVIDERS]
        clauses = [", ".join(asked[pack].get(name, ())) for pack in packs]
        lines.append(_row([_label(name), *kept, *clauses]))
    return "\n".join(lines) + "\n"


def asked_by(pack: Pack) -> dict[str, tuple[str, ...]]:
    """The settings that a policy asks for, as gates before a meeting is ready or as measures of its checklist, each
    with its clauses; `own` where it is the bot's default."""
    found: dict[str, list[str]] = {}
    for name, rule in settings_asked(pack):
        found.setdefault(name, []).extend(rule.clauses or ["own"])
    for measure in (one for row in pack.checklist.rows for one in row.measures):
        if measure.setting:
            found.setdefault(measure.setting, []).extend(measure.clauses or ["own"])
    return {name: tuple(dict.fromkeys(clauses)) for name, clauses in found.items()}


def _kept(provider: str, name: str) -> Keeping:
    """How a provider keeps a setting, by whatever names it reports it: as well as it keeps the worst of them."""
    keys = [key for key in SettingKey if key.value in (name, *reported_as(name))]
    every = [keeping(provider, key) for key in keys]
    return max(every, key=list(Keeping).index, default=Keeping.BY_HAND)


def _label(name: str) -> str:
    known = next((key.label for key in SettingKey if key.value == name), None)
    return f"{known} (`{name}`)" if known else f"`{name}`"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(page())
