"""A mistake in a pack is answered with its file, line and field, in one exact sentence."""

from pathlib import Path

import pytest

from bot.policy import PackError, load_pack, load_pack_file
from bot.policy.clauses import PACKS

JAMES = (PACKS / "james.yaml").read_text(encoding="utf-8")

# old text of the shipped pack → new text, and the field and sentence that it is answered with
MISTAKES = {
    "a typo in a key": (
        "  staff_minimum: {value: 2",
        "  staff_minimun: {value: 2",
        "meeting.staff_minimun is not a known key; did you mean 'staff_minimum'?",
    ),
    "an unknown clause": (
        "clauses: [JAM-076], say: \"Use the waiting",
        "clauses: [JAM-999], say: \"Use the waiting",
        'meeting.waiting_room.clauses[1] "JAM-999" is not the id of any clause',
    ),
    "a clause of another document": (
        "clauses: [JAM-076], say: \"Use the waiting",
        "clauses: [STJ-044], say: \"Use the waiting",
        'meeting.waiting_room.clauses[1] "STJ-044" is a clause of another document (st_josephs)',
    ),
    "the same clause twice": (
        "clauses: [JAM-076], say: \"Use the waiting",
        "clauses: [JAM-076, JAM-076], say: \"Use the waiting",
        "meeting.waiting_room.clauses names a clause twice",
    ),
    "text for true or false": (
        "  waiting_room: {value: true",
        "  waiting_room: {value: maybe",
        'meeting.waiting_room.value must be true or false, not "maybe"',
    ),
    "text for a number": (
        "  staff_minimum: {value: 2",
        "  staff_minimum: {value: two",
        'meeting.staff_minimum.value must be a whole number, not "two"',
    ),
    "a number for text": (
        '  rules_name: {value: ground rules',
        '  rules_name: {value: 7',
        "consent.rules_name.value must be text, not 7",
    ),
    "a word that is no choice": (
        "  roles: {value: lead_and_support",
        "  roles: {value: everybody",
        "staffing.roles.value must be one of 'lead_and_support' or 'free', not \"everybody\"",
    ),
    "a value for a group": (
        "  roles: {value: lead_and_support, clauses: [JAM-066], say: \"One worker leads the session "
        "and the other supports.\"}",
        "  roles: lead_and_support",
        'staffing.roles must be a group of keys, not "lead_and_support"',
    ),
    "no clauses": (
        "  staff_minimum: {value: 2, strength: when_possible, clauses: [JAM-065], ",
        "  staff_minimum: {value: 2, strength: when_possible, ",
        "meeting.staff_minimum needs at least one clause id under 'clauses'",
    ),
    "a label too long for Slack": (
        "Real names are used, not nicknames.",
        "Real names are used, not nicknames, " + "by everybody " * 4,
        "checklist.rows[10].measures[1].short has 88 characters, and at most 75 fit",
    ),
    "the bot's own mark": (
        "  staff_minimum: {value: 2",
        "  staff_minimum: {default: true, value: 2",
        "meeting.staff_minimum.default is not a key of a pack file: the bot itself marks what is its own",
    ),
    "an unknown word in braces": (
        "{contact}",
        "{contakt}",
        "invitation.contact.text has an unknown word in braces: contakt",
    ),
    "an unknown choice among steps": (
        "{id: referral, text: \"Carers' and referrer's details are to hand, to tell them of concerns\", "
        "who: high_risk",
        "{id: referral, text: \"Carers' and referrer's details are to hand, to tell them of concerns\", "
        "who: high_rsik",
        "consent.steps[9].who must be one of 'everyone', 'under_age', 'of_age', 'young', 'new_member', 'high_risk' or "
        "'access_concern', not \"high_rsik\"",
    ),
}  # fmt: skip


def broken(tmp_path: Path, text: str) -> tuple[str, ...]:
    path = tmp_path / "broken.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PackError) as error:
        load_pack_file(path, "james")
    return tuple(str(problem) for problem in error.value.mistakes)


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_mistake_is_one_exact_sentence(tmp_path: Path, mistake: str) -> None:
    old, new, sentence = MISTAKES[mistake]
    assert JAMES.count(old) == 1

    mistakes = broken(tmp_path, JAMES.replace(old, new))

    line = line_of(JAMES, old)
    assert mistakes == (f"broken.yaml, line {line}: {sentence}",)


def test_an_id_used_twice_is_told_at_the_list_that_holds_it(tmp_path: Path) -> None:
    twice_in_steps = JAMES.replace("{id: referral,", "{id: assessment,")
    twice_in_checklist = JAMES.replace("id: jam-10-b", "id: jam-09-a")

    assert broken(tmp_path, twice_in_steps) == (
        f"broken.yaml, line {line_of(JAMES, '  steps:')}: consent.steps uses an id twice: assessment",
    )
    assert broken(tmp_path, twice_in_checklist) == (
        f"broken.yaml, line {line_of(JAMES, 'checklist:')}: checklist uses an id twice: jam-09-a",
    )


def test_a_missing_key_is_told_at_the_group_that_lacks_it(tmp_path: Path) -> None:
    assert broken(tmp_path, JAMES.replace("  roles: {value: lead_and_support, ", "  roles: {")) == (
        f"broken.yaml, line {line_of(JAMES, '  roles:')}: staffing.roles.value is missing",
    )
    assert broken(tmp_path, JAMES.replace("name: james\n", "\n")) == ("broken.yaml, line 1: name is missing",)


def test_a_slot_that_a_text_names_must_exist(tmp_path: Path) -> None:
    text = JAMES.replace("{id: ground_rules, text", "{id: grand_rules, text")

    assert broken(tmp_path, text) == (
        "broken.yaml, line 1: the pack has no slot 'ground_rules', which invitation.rules[1] names",
    )


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = JAMES.replace("{value: 2", "{value: two").replace("[JAM-066], say", "[JAM-666], say")

    assert broken(tmp_path, text) == (
        f"broken.yaml, line {line_of(JAMES, '  staff_minimum:')}: meeting.staff_minimum.value must be a whole "
        'number, not "two"',
        f"broken.yaml, line {line_of(JAMES, '  roles:')}: staffing.roles.clauses[1] "
        '"JAM-666" is not the id of any clause',
    )


def test_a_key_that_stands_twice(tmp_path: Path) -> None:
    assert broken(tmp_path, "name: james\ntitle: One\ntitle: Two\n") == (
        "broken.yaml, line 3: title stands here a second time",
    )


def test_a_file_that_is_not_yaml(tmp_path: Path) -> None:
    (problem,) = broken(tmp_path, "name: james\nmeeting: {value: [\n")
    assert problem.startswith("broken.yaml, line 3: the file is not readable as YAML (")


@pytest.mark.parametrize("text", ["", "# only a comment\n"])
def test_an_empty_file(tmp_path: Path, text: str) -> None:
    assert broken(tmp_path, text) == ("broken.yaml, line 1: the file is empty",)


@pytest.mark.parametrize("text", ["just words\n", "- a\n- list\n"])
def test_a_file_that_holds_no_pack(tmp_path: Path, text: str) -> None:
    (problem,) = broken(tmp_path, text)

    assert problem.startswith("broken.yaml, line 1: the pack must be a group of keys")


@pytest.mark.parametrize("group", ["meeting", "checklist", "guide", "slots", "housekeeping"])
def test_a_group_that_is_only_a_word_is_refused(tmp_path: Path, group: str) -> None:
    start = JAMES.index(f"\n{group}:") + 1
    end = JAMES.find("\n\n", start)
    text = JAMES[:start] + f"{group}: nothing" + (JAMES[end:] if end > 0 else "\n")

    mistakes = broken(tmp_path, text)

    line = line_of(JAMES, f"\n{group}:") + 1
    assert any(problem.startswith(f"broken.yaml, line {line}: {group} must be a ") for problem in mistakes)


def test_a_policy_that_does_not_exist() -> None:
    with pytest.raises(PackError) as error:
        load_pack("jamez")

    assert str(error.value) == (
        "jamez.yaml, line 1: 'jamez' is not a policy; choose one of working4u, sendiass, voluntary_sector, "
        "james, st_josephs"
    )
