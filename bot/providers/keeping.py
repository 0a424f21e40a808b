"""How each provider keeps each setting: from the tables by which it is asked and compared, so that it cannot differ."""

from enum import StrEnum

from bot.providers import bigbluebutton, meet_settings, settings_map, teams_settings
from bot.providers.rules import SettingKey as Key

PROVIDERS = ("zoom", "bigbluebutton", "teams", "meet", "manual")
"""Those of which the table of settings tells."""


class Keeping(StrEnum):
    """How a setting is kept, the surest first."""

    READ_BACK = "set, read back"
    SET = "set"
    READ = "read"
    BY_HAND = "by hand"
    NOTHING = "—"


def keeping(provider: str, key: Key) -> Keeping:
    """How a provider keeps a setting."""
    match provider:
        case "zoom":
            return _zoom(key)
        case bigbluebutton.NAME:
            return _bigbluebutton(key)
        case teams_settings.NAME:
            return _teams(key)
        case meet_settings.NAME:
            return _meet(key)
        case _:
            return Keeping.NOTHING if key is Key.HOST else Keeping.BY_HAND


def _zoom(key: Key) -> Keeping:
    if key in settings_map.IN_THE_ACCOUNT or key is Key.PASSCODE_APART:
        return Keeping.READ
    return Keeping.BY_HAND if key in settings_map.BY_NO_PROGRAM else Keeping.READ_BACK


def _bigbluebutton(key: Key) -> Keeping:
    if key is Key.HOST:
        return Keeping.NOTHING
    if key is Key.NO_RECORDING:
        return Keeping.READ_BACK
    return Keeping.BY_HAND if key in bigbluebutton.BY_HOST else Keeping.SET


def _teams(key: Key) -> Keeping:
    if key in teams_settings.IMPOSSIBLE or key is Key.PASSCODE_APART:
        return Keeping.NOTHING
    if key in teams_settings.BY_HOST or key in teams_settings.REST_BY_HOST:
        return Keeping.BY_HAND
    if key in teams_settings.BY_ITSELF:
        return Keeping.SET
    return Keeping.READ if key in teams_settings.READ else Keeping.READ_BACK


def _meet(key: Key) -> Keeping:
    if key in meet_settings.IMPOSSIBLE or key in meet_settings.NOT_THERE:
        return Keeping.NOTHING
    if key in meet_settings.BY_HOST or key in meet_settings.REST_BY_HOST:
        return Keeping.BY_HAND
    return Keeping.SET if key in meet_settings.BY_ITSELF else Keeping.READ_BACK
