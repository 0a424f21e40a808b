"""`python -m bot setup`: the organisation file, applied whole or not at all."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from typer.testing import CliRunner, Result

from bot import __version__
from bot.__main__ import cli
from bot.organisation import file as organisation_file
from bot.policy import PACK_NAMES, load_pack
from bot.policy.overrides import place_of
from bot.sandbox import sample
from db.crypto import Keyring

ROOT = Path(__file__).parents[2]


class Place:
    """A directory with settings of its own, in which setup is run as a customer runs it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def setup(self, **changes: Any) -> Result:
        file = self.path / "organisation.yaml"
        file.write_text(yaml.safe_dump(sample.organisation(**changes), allow_unicode=True), encoding="utf-8")
        return CliRunner().invoke(cli, ["setup", str(file)])

    @property
    def contacts(self) -> Path:
        return self.path / "data" / "contacts.json"

    def ask(self, query: str) -> list[Any]:
        engine = create_engine(f"sqlite:///{self.path / 'data' / 'facilitator.db'}")
        with engine.connect() as connection:
            rows = [tuple(row) for row in connection.execute(text(query))]
        engine.dispose()
        return rows


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "ZOOM_ACCOUNT_ID", "ZOOM_CLIENT_ID", "ZOOM_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FACILITATOR_KEYS", Keyring.generate())
    return Place(tmp_path)


def test_it_creates_the_organisation_and_says_so(place: Place) -> None:
    ran = place.setup()
    assert ran.exit_code == 0, ran.output
    assert "organisation Harbour Youth created" in ran.output
    assert "Lena Lead: added" in ran.output
    assert place.ask("SELECT team_id, policy FROM organisations") == [(sample.TEAM, "james")]


def test_the_second_time_nothing_changes(place: Place) -> None:
    place.setup()
    before = place.contacts.stat().st_mtime_ns
    ran = place.setup()
    assert (ran.exit_code, ran.output.splitlines()[0]) == (0, "Nothing to change.")
    assert place.contacts.stat().st_mtime_ns == before


def test_it_prints_what_changed_and_takes_roles_away(place: Place) -> None:
    place.setup()
    people = [one for one in sample.organisation()["people"] if one["slack"] != "U0MAN"]
    people[1] = {**people[1], "phone": "020 7946 0055"}
    ran = place.setup(people=people, name="Harbour Youth and Families")
    assert "name changed" in ran.output
    assert "Dev Deputy: phone changed" in ran.output
    assert "Max Manager: roles taken away" in ran.output
    assert json.loads(place.contacts.read_text())[1]["phone"] == "020 7946 0055"


def test_the_contacts_file_is_whole_and_its_owners_only(place: Place) -> None:
    place.setup()
    assert stat.S_IMODE(place.contacts.stat().st_mode) == 0o600
    assert [(one["name"], one["role"]) for one in json.loads(place.contacts.read_text())] == [
        ("Lena Lead", "lead"),
        ("Dev Deputy", "deputy"),
        ("Hana Head", "head"),
    ]
    assert [one.name for one in place.contacts.parent.iterdir() if one.name.startswith(".contacts")] == []


def test_the_chair_is_in_the_contacts_file_for_whoever_must_telephone(place: Place) -> None:
    chair = {"slack": "U0CHAIR", "name": "Cleo Chair", "roles": ["chair"]}
    people = sample.organisation()["people"]
    refused = place.setup(people=[*people, chair])
    assert refused.exit_code == 1
    assert "Cleo Chair needs a phone number" in refused.output
    ran = place.setup(people=[*people, {**chair, "phone": "020 7946 0004"}])
    assert (ran.exit_code, "No chair" in ran.output) == (0, False)
    assert json.loads(place.contacts.read_text())[-1]["role"] == "chair"


def test_an_organisation_that_nobody_covers_is_refused_and_nothing_changes(place: Place) -> None:
    place.setup()
    engine = create_engine(f"sqlite:///{place.path / 'data' / 'facilitator.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE staff SET deactivated = true WHERE slack_id IN ('U0LEAD', 'U0DEP')"))
    engine.dispose()
    ran = place.setup(name="Another name")
    assert ran.exit_code == 1
    assert "every lead and deputy is deactivated" in ran.output
    assert "Nothing was changed" in ran.output
    assert place.ask("SELECT name FROM organisations") == [("Harbour Youth",)]


def test_names_and_telephone_numbers_are_sealed_in_the_database(place: Place) -> None:
    place.setup()
    stored = b"".join(one.read_bytes() for one in place.contacts.parent.glob("facilitator.db*"))
    assert b"U0LEAD" in stored
    assert not any(words in stored for words in (b"Lena Lead", b"020 7946 0001", b"lena@example.org"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"policy": "none"}, "policy"),
        ({"nation": "france"}, "nation"),
        ({"timezone": "London"}, "“London” is not a time zone"),
        ({"team_id": "nonsense"}, "team_id"),
        ({"concern_channel": "#safeguarding"}, "concern_channel"),
        ({"provider": "zoom"}, "needs ZOOM_ACCOUNT_ID"),
        ({"provider": "teams"}, "needs MS_TENANT_ID, MS_CLIENT_ID and MS_CLIENT_SECRET"),
        ({"provider": "manual", "providers": ["manual", "meet"]}, "meet needs GOOGLE_CREDENTIALS_FILE"),
        ({"acknowledge_within": {"now": "soon"}}, "“soon” is not a time"),
        ({"colour": "blue"}, "colour is not a key"),
        ({"people": [{"slack": "U0X", "name": "Xan", "roles": ["lead"]}]}, "Xan needs a phone number"),
        ({"people": [{"slack": "U0X", "name": "Xan", "roles": ["boss"]}]}, "people.1.roles.1"),
        ({"people": [{"slack": "U0X", "name": "Xan", "roles": ["manager"]}]}, "nobody has the role lead"),
        ({"people": [sample.organisation()["people"][0]] * 2}, "U0LEAD is listed twice"),
    ],
)
def test_a_wrong_value_is_refused_and_nothing_changes(place: Place, changes: dict[str, Any], said: str) -> None:
    place.setup()
    organisations = place.ask("SELECT * FROM organisations")
    staff, contacts = place.ask("SELECT * FROM staff"), place.contacts.read_text()
    ran = place.setup(name="Another name", **changes)
    assert ran.exit_code == 1
    assert said in ran.output
    assert "Nothing was changed" in ran.output
    assert "Traceback" not in ran.output
    assert place.ask("SELECT * FROM organisations") == organisations
    assert place.ask("SELECT * FROM staff") == staff
    assert place.contacts.read_text() == contacts


def test_every_mistake_is_named_at_once(place: Place) -> None:
    ran = place.setup(policy="none", nation="france")
    assert "policy" in ran.output
    assert "nation" in ran.output


@pytest.mark.parametrize(
    ("content", "said"), [("name: [", "not valid YAML"), ("just words", "list of keys"), (None, "cannot be read")]
)
def test_a_file_that_is_none_is_refused_in_a_sentence(place: Place, content: str | None, said: str) -> None:
    file = place.path / "odd.yaml"
    if content is not None:
        file.write_text(content)
    ran = CliRunner().invoke(cli, ["setup", str(file)])
    assert (ran.exit_code, said in ran.output) == (1, True)


def test_what_is_optional_and_missing_is_listed(place: Place) -> None:
    people = [one for one in sample.organisation()["people"] if one["roles"] == ["lead"]]
    ran = place.setup(people=people, programmes=[], outside_contact=None)
    assert ran.exit_code == 0, ran.output
    for words in ("No deputy", "No head", "No chair", "No manager", "No programmes", "No outside numbers"):
        assert words in ran.output


def test_the_example_can_be_used_as_it_ships() -> None:
    read = organisation_file.read(ROOT / "organisation.example.yaml")
    assert read.missing() == []


@pytest.mark.parametrize("policy", PACK_NAMES)
def test_every_empty_slot_is_listed_each_time_until_it_is_filled(place: Place, policy: str) -> None:
    empty = {name: None for name in ("texts", "retention", "group_size")}
    slots = [slot for slot in load_pack(policy).slots if slot.required]
    for first in ("organisation Harbour Youth created", "Nothing to change."):
        ran = place.setup(policy=policy, **empty)
        assert ran.exit_code == 0, ran.output
        assert first in ran.output
        assert "In set-up: everything works, but no meeting becomes ready" in ran.output
        listed = [line for line in ran.output.splitlines() if line.startswith("  ")]
        assert listed == [f"  {place_of(slot)}: {slot.text}" for slot in slots]
    filled = {slot.id: "https://example.org/a-text" for slot in slots if slot.holds in ("text", "link")}
    days = dict.fromkeys(("attendance", "incidents", "messages", "recordings", "chat"), 90)
    ran = place.setup(policy=policy, texts=filled, retention=days, group_size=12)
    assert (ran.exit_code, "In set-up" in ran.output) == (0, False), ran.output


def written(place: Place, content: str) -> Result:
    """Run setup with a file of exactly this content."""
    file = place.path / "organisation.yaml"
    file.write_text(content, encoding="utf-8")
    return CliRunner().invoke(cli, ["setup", str(file)])


def test_a_key_that_stands_twice_is_refused_with_both_lines(place: Place) -> None:
    plain = yaml.safe_dump(sample.organisation(), allow_unicode=True)
    ran = written(place, plain + "\nconcern_channel: G0OTHER\n")
    assert ran.exit_code == 1
    assert "“concern_channel” stands twice" in ran.output
    assert "Nothing was changed" in ran.output
    ran = written(place, plain.replace("name: Lena Lead", "name: Lena Lead\n  name: Lena Twice"))
    assert "“name” stands twice" in ran.output


def test_another_workspace_is_refused_unless_it_is_said_to_be_new(place: Place) -> None:
    place.setup()
    ran = place.setup(team_id="T0123457")
    assert ran.exit_code == 1
    assert "T0123456" in ran.output
    assert "--new-organisation" in ran.output
    assert place.ask("SELECT team_id FROM organisations") == [(sample.TEAM,)]
    file = str(place.path / "organisation.yaml")
    ran = CliRunner().invoke(cli, ["setup", file, "--new-organisation"])
    assert ran.exit_code == 0, ran.output
    assert place.ask("SELECT count(*) FROM organisations") == [(2,)]
    teams = [one["team"] for one in json.loads(place.contacts.read_text())]
    assert teams.count(sample.TEAM) == teams.count("T0123457") > 0


@pytest.mark.parametrize(
    ("role", "who", "answer", "changed"),
    [
        ("deputy", "U0DEP", "n\n", False),
        ("deputy", "U0DEP", "", False),
        ("deputy", "U0DEP", "y\n", True),
        ("head", "U0HEAD", "y\n", True),
        ("lead", "U0LEAD", "n\n", False),
    ],
)
def test_the_last_of_a_role_does_not_go_unasked(place: Place, role: str, who: str, answer: str, changed: bool) -> None:
    """The slip may be a mistyped id: then somebody else has the role, and nobody who has it today."""
    place.setup()
    people = [{**one, "slack": "U0SLIP"} if one["slack"] == who else one for one in sample.organisation()["people"]]
    file = place.path / "organisation.yaml"
    file.write_text(yaml.safe_dump(sample.organisation(people=people)), encoding="utf-8")
    ran = CliRunner().invoke(cli, ["setup", str(file)], input=answer)
    assert f"would no longer be {role}" in ran.output
    assert ran.exit_code == (0 if changed else 1)
    assert ("Nothing was changed" in ran.output) is not changed
    held = place.ask(f"SELECT in_file FROM staff WHERE slack_id = '{who}'")  # noqa: S608
    assert held == [(0 if changed else 1,)]


def test_yes_asks_nothing(place: Place) -> None:
    place.setup()
    people = [one for one in sample.organisation()["people"] if one["slack"] != "U0DEP"]
    file = place.path / "organisation.yaml"
    file.write_text(yaml.safe_dump(sample.organisation(people=people)), encoding="utf-8")
    ran = CliRunner().invoke(cli, ["setup", str(file), "--yes"])
    assert ran.exit_code == 0, ran.output
    assert "Dev Deputy: roles taken away" in ran.output


def lead(**changes: Any) -> dict[str, Any]:
    """The people, the lead with something else than is right."""
    people = sample.organisation()["people"]
    return {"people": [people[0] | changes, *people[1:]]}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (lead(email="lead@localhost"), "“lead@localhost” is not an e-mail address"),
        (lead(email="a..b@example.org"), "two periods in a row"),
        ({"zoom_host": "rooms@exa_mple.org"}, "is not an e-mail address"),
        (lead(phone=2079460001), "put it in quotes"),
        (lead(phone="ring me"), "a telephone number has digits"),
        (lead(slack="lena"), "a person's Slack id begins with U or W"),
        ({"team_id": "harbour"}, "the workspace's id begins with T or E"),
        ({"concern_channel": "#safe"}, "a private channel's id begins with G or C"),
        ({"group_size": True}, "must be a whole number"),
        ({"group_size": "12"}, "must be a whole number"),
        ({"retention": {"attendance": True}}, "must be a whole number"),
        ({"remind_before_review": True}, "must be a whole number"),
        ({"second_sign_off": "maybe"}, "must be true or false"),
        ({"second_sign_off": 1}, "must be true or false"),
        ({"review_due": 2027}, "not a day such as 2027-01-31"),
        ({"review_due": True}, "not a day such as 2027-01-31"),
        ({"review_due": "2027-02-30"}, "not a day such as 2027-01-31"),
        ({"timezone": "Europe"}, "“Europe” is not a time zone"),
        ({"timezone": "localtime"}, "is not a time zone"),
        ({"timezone": "europe/london"}, "is not a time zone"),
        ({"acknowledge_within": {"now": 15}}, "put it in quotes"),
    ],
)
def test_what_is_wrong_is_said_as_a_rule(place: Place, changes: dict[str, Any], says: str) -> None:
    ran = place.setup(**changes)
    assert (ran.exit_code, says in ran.output) == (1, True), ran.output
    assert "Nothing was changed" in ran.output
    for sign in ("^", "[A-Z", "Traceback", "pattern"):
        assert sign not in ran.output


@pytest.mark.parametrize(
    "content",
    [
        "review_due: 2027-13-45\n",
        "? [a, b]\n: c\n",
        "a: &x [*x]\n",
        "- just\n- a list\n",
        "",
        "\x00",
        "name: [" + "[" * 3000,
        "people: 7\nname: {}\n",
        "!!python/object/apply:os.system ['true']\n",
        "acknowledge_within: {now: 99999999999999999999d}\n",
    ],
)
def test_no_file_ends_in_a_traceback(place: Place, content: str) -> None:
    ran = written(place, content)
    assert (ran.exit_code, type(ran.exception)) == (1, SystemExit)
    assert "Nothing was changed" in ran.output


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=6,
    ),
    st.sampled_from(sorted(organisation_file.OrganisationFile.model_fields)),
)
def test_any_value_at_any_key_is_taken_or_refused_in_words(value: Any, key: str) -> None:
    said = refused(sample.organisation(**{key: value}))
    assert all(sentence and "Traceback" not in sentence for sentence in said)


def refused(content: dict[str, Any]) -> list[str]:
    """What is wrong with a file of this content; any other error than a refusal in words fails the test."""
    try:
        organisation_file.parse(content)
    except organisation_file.FileProblem as wrong:
        return wrong.problems
    return []


def test_seconds_are_taken_wherever_a_time_is() -> None:
    spans = {
        "acknowledge_within": ("now", "today", "week"),
        "untouched_after": ("now", "today", "week"),
        "repeat_every": ("now", "today", "week"),
        "level_within": ("immediate", "high", "medium", "low"),
    }
    every = {name: dict.fromkeys(keys, "5s") for name, keys in spans.items()}
    found = organisation_file.parse(sample.organisation(**every)).model_dump()
    assert {name: found[name] for name in every} == every


def test_the_version_is_said() -> None:
    ran = CliRunner().invoke(cli, ["--version"])
    assert (ran.exit_code, ran.output.strip()) == (0, __version__)
