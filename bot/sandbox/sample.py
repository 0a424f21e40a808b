"""An invented organisation for the demo and the tests: its people, channels and organisation file."""

from typing import Any

from bot.sandbox.model import Channel, User

TEAM = "T0123456"
BOT = "U0BOT"
SIGNING_SECRET = "sandbox-signing-secret"  # noqa: S105  (opens nothing but the sandbox)

PEOPLE: dict[str, str] = {
    "U0FAC": "Farah Facilitator",
    "U0COW": "Col Co-worker",
    "U0LEAD": "Lena Lead",
    "U0DEP": "Dev Deputy",
    "U0HEAD": "Hana Head",
    "U0MAN": "Max Manager",
    "U0ADM": "Ada Admin",
}


def users() -> list[User]:
    """The people of the workspace, a guest among them, and a stranger from another one."""
    staff = [User(id=key, name=name, email=_email(name)) for key, name in PEOPLE.items()]
    return [
        *staff,
        User(id="U0GUEST", name="Gwen Guest", email="gwen@example.com", is_restricted=True),
        User(id="UXSTRANGER", name="Sam Stranger", email="sam@example.net", team_id="T0OTHER"),
    ]


def _email(name: str) -> str:
    return f"{name.split()[0].lower()}@example.org"


def channels() -> list[Channel]:
    """Two channels with the bot in them, one without, and the private one of the leads."""
    everybody = [*PEOPLE, "U0GUEST", "UXSTRANGER"]
    return [
        Channel(id="C0GENERAL", name="general", members=[*everybody, BOT]),
        Channel(id="C0YOUTH", name="youth-club", members=[*PEOPLE, BOT]),
        Channel(id="C0NOBOT", name="kitchen", members=list(PEOPLE)),
        Channel(id="G0CONCERN", name="safeguarding", is_private=True, members=["U0LEAD", "U0DEP", BOT]),
    ]


def organisation(**changes: Any) -> dict[str, Any]:
    """The content of the sample's organisation file."""
    roles = {
        "U0LEAD": ("lead", "020 7946 0001"),
        "U0DEP": ("deputy", "020 7946 0002"),
        "U0HEAD": ("head", "020 7946 0003"),
        "U0MAN": ("manager", None),
        "U0ADM": ("administrator", None),
    }
    people = [
        {"slack": key, "name": PEOPLE[key], "roles": [role], "email": _email(PEOPLE[key])}
        | ({"phone": phone} if phone else {})
        for key, (role, phone) in roles.items()
    ]
    content: dict[str, Any] = {
        "name": "Harbour Youth",
        "team_id": TEAM,
        "nation": "england",
        "timezone": "Europe/London",
        "policy": "james",
        "provider": "manual",
        "concern_channel": "G0CONCERN",
        "programmes": ["Youth club", "Cooking"],
        "people": people,
        "acknowledge_within": {"now": "15m", "today": "1h", "week": "1wd"},
        "outside_contact": "The council's safeguarding duty team, 020 7946 0009",
    }
    policy = changes.get("policy", content["policy"])
    if policy == content["policy"]:
        content |= _texts()
    return {**content, **changes}


def _texts() -> dict[str, Any]:
    """What the sample's policy refers to and does not contain: invented, and short."""
    return {
        "texts": {
            "ground_rules": "Be kind. Wait for your turn. What is said here stays here.",
            "safeguarding_document": "https://example.org/safeguarding",
            "contact": "Harbour Youth, 020 7946 0010, hello@example.org",
        },
        "retention": {"attendance": 1095, "incidents": 2190, "messages": 365},
        "group_size": 12,
    }
