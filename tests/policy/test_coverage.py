"""Coverage counts what a room serves and a passing test has shown, and the proof finds tests that notice nothing."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import pytest
from typer.testing import CliRunner

from bot.policy import PACK_NAMES, altered, load_pack, load_pack_file, prove
from bot.policy.coverage import NOT_REFUSED, Standing, measure, room_of
from bot.policy.coverage_cli import policy_cli
from bot.policy.gates import Person, Recording, Worker
from bot.policy.gates import gate as gate_module
from bot.policy.overrides import NONE, Overrides
from tests.policy.asking import COL, NO, STARTS, gates

ROOT = Path(__file__).parents[2]
MEASURE = (
    "tests/policy/test_checklist_clauses.py::test_the_form_shows_the_risk_and_each_measure_to_tick_with_the_clause"
)
PLAIN = f"{MEASURE}[W4U-121-w4u-01-b]"
LOCKED, BLIND = f"{MEASURE}[W4U-146-w4u-06-f]", f"{MEASURE}[JAM-044-jam-06]"


def standing(clause: str, tests: dict[str, list[str]]) -> Standing:
    (found,) = [one for one in measure({"passed": tests}).standings if one.clause.id == clause]
    return found


def test_a_clause_counts_when_it_is_served_and_a_test_showed_it() -> None:
    shown = standing("W4U-146", {"W4U-146": ["tests/a.py::b"]})
    assert "/checklist checklist.rows[w4u-06].measures[w4u-06-f]" in shown.served
    assert shown.tested
    assert shown.line().startswith("W4U-146  remind: ")
    untested = standing("W4U-146", {})
    assert (bool(untested.served), untested.tested) == (True, False)
    assert untested.line().endswith("(no test)")


def test_what_the_bot_does_counts_only_where_a_test_sent_it_a_signed_request() -> None:
    tests = {"W4U-144": ["tests/a.py::b"]}
    assert not standing("W4U-144", tests).tested, "it is enforced"
    (found,) = [one for one in measure({"passed": tests, "commanded": tests}).standings if one.clause.id == "W4U-144"]
    assert found.tested


def test_the_guide_alone_reminds_and_enforces_nothing() -> None:
    line = "guide.topics[lock].lines[1]"
    assert room_of(line, "guide") is not None
    assert room_of(line, "remind") is None
    assert room_of(line, "enforce") is None


def test_a_gate_that_only_names_or_reminds_enforces_nothing() -> None:
    for place in NOT_REFUSED:
        assert room_of(place, "enforce") is None
        assert room_of(place, "record") is not None


STRANGER = Person(
    "zed",
    "Zed",
    "child",
    invited=False,
    identified=False,
    agreed=NO,
    new_member=True,
    high_risk=True,
    access_concern=True,
    by_social_media=True,
    banned=True,
    removed=True,
)
MEETINGS: tuple[dict[str, Any], ...] = (
    {"people": (STRANGER, Person("ann", "Ann", "adult")), "co_workers": (COL,)},
    {"people": (STRANGER,), "kind": "one_to_one", "now": STARTS},
    {"recording": Recording(), "breakout_rooms": True, "sensitive": True},
    {"platform": "jitsi", "host": Worker("U0GUEST", "Gwen", staff=False), "asked_by": "U0LEAD"},
)
OWN_PLATFORM = Overrides.model_validate({"approved_platforms": ["teams"]})


def test_every_clause_that_the_gates_enforce_is_cited_by_one_that_refuses() -> None:
    refusing: set[str] = set()
    for name in PACK_NAMES:
        for overrides in (NONE, OWN_PLATFORM):
            for changes in MEETINGS:
                found = gates(load_pack(name), overrides, **changes).values()
                refusing.update(clause for gate in found if gate.refuses for clause in gate.clauses)
    by_gates = {
        one.clause.id
        for one in measure({}).standings
        if one.clause.serve == "enforce" and any(place.startswith("/meeting gates") for place in one.served)
    }
    assert len(by_gates) > 40
    assert sorted(by_gates - refusing) == []


def test_what_is_out_of_scope_is_told_with_its_reason() -> None:
    out = standing("W4U-001", {"W4U-001": ["tests/a.py::b"]})
    assert not out.tested
    assert "out of scope: Context only" in out.line()


def test_the_counts() -> None:
    nothing = measure({})
    assert (len(nothing.standings), len(nothing.servable), len(nothing.tested)) == (460, 445, 0)
    shown = {one.clause.id: ["tests/a.py::b"] for one in nothing.standings}
    everything = measure({"passed": shown, "commanded": shown})
    assert len(everything.tested) == len(everything.served) < 446
    assert everything.as_json()["tested"] == len(everything.tested)
    assert everything.table()[-1].startswith("All: 460 clauses, 15 out of scope")


def run_tests(tmp_path: Path, code: str, *more: str) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    """Run a test file of its own with the plugin; what it printed, and what it wrote."""
    (tmp_path / "test_small.py").write_text(f"import pytest\n{code}")
    written = tmp_path / "written.json"
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "--clauses-to", str(written)]
    command += ["-p", "no:cacheprovider", "-p", "tests.support.clauses", *more, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done, json.loads(written.read_text())


MARKED = """
@pytest.mark.clause("W4U-146", "W4U-041")
@pytest.mark.parametrize("number", [0, 1])
def test_marked(number):
    assert number

@pytest.mark.parametrize("number", [pytest.param(1, marks=pytest.mark.clause("JAM-044"))])
def test_by_parameter(number):
    pass

@pytest.mark.clause("JAM-045")
def test_signed():
    from slack_sdk.signature import SignatureVerifier
    assert SignatureVerifier("secret").generate_signature(timestamp="1", body="")
"""


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
def test_marks_of_tests_that_passed_are_gathered(tmp_path: Path, workers: tuple[str, ...]) -> None:
    done, written = run_tests(tmp_path, MARKED, *workers)
    assert done.returncode == 1
    for clause in ("W4U-146", "W4U-041"):
        assert [one.rpartition("[")[2] for one in written["passed"][clause]] == ["1]"]
        assert [one.rpartition("[")[2] for one in written["failed"][clause]] == ["0]"]
    assert len(written["passed"]["JAM-044"]) == 1
    assert [one.rpartition("::")[2] for one in written["commanded"]["JAM-045"]] == ["test_signed"]
    assert "JAM-044" not in written["commanded"]


@pytest.mark.parametrize(
    ("clause", "sentence"),
    [("W4U-999", "W4U-999 is not the id of any clause"), ("W4U-001", "W4U-001 is out of scope")],
)
@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
def test_a_mark_that_names_no_clause_to_serve_fails_the_run(
    tmp_path: Path, workers: tuple[str, ...], clause: str, sentence: str
) -> None:
    done, _ = run_tests(tmp_path, f"@pytest.mark.clause('{clause}')\ndef test_it():\n    pass\n", *workers)
    assert done.returncode == 1
    assert "1 passed" in done.stdout
    assert sentence in done.stdout


def parts_after(kind: altered.Kind, clause: str, tmp_path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parts of Working 4U's pack by their places, as they are and altered in that way."""
    altered.write_altered(clause, kind, tmp_path / "packs")
    changed = load_pack_file(tmp_path / "packs" / "working4u.yaml", "working4u")
    return dict(load_pack("working4u").cited()), dict(changed.cited())


def test_the_altered_pack_says_and_asks_for_something_else_where_the_clause_is_cited(tmp_path: Path) -> None:
    before, after = parts_after("says", "W4U-146", tmp_path)
    assert after["meeting.lock"].value != before["meeting.lock"].value
    changed = {place for place in before if after[place] != before[place]} - {"checklist.rows[w4u-06]"}
    assert changed == {place for place, part in before.items() if "W4U-146" in part.clauses}
    assert len(changed) >= 3


@pytest.mark.parametrize(
    ("kind", "clause", "place", "field", "was", "becomes"),
    [
        ("strength", "W4U-100", "prompts.start[contract]", "strength", "required", "when_possible"),
        ("moment", "W4U-146", "checklist.rows[w4u-06].measures[w4u-06-f]", "phase", "during", "before"),
        ("person", "W4U-082", "consent.steps[carer-talk]", "who", "under_age", "everyone"),
    ],
)
def test_a_requirement_is_altered_in_one_way_alone(
    tmp_path: Path, kind: altered.Kind, clause: str, place: str, field: str, was: str, becomes: str
) -> None:
    before, after = parts_after(kind, clause, tmp_path)
    assert (getattr(before[place], field), getattr(after[place], field)) == (was, becomes)
    assert after[place].text == before[place].text


def test_a_prompt_is_moved_to_the_end(tmp_path: Path) -> None:
    before, after = parts_after("moment", "W4U-008", tmp_path)
    assert "prompts.planning[key-policies]" in before
    assert "prompts.planning[key-policies]" not in after
    assert after["prompts.end[key-policies]"] == before["prompts.planning[key-policies]"]


def test_only_what_a_requirement_has_can_be_altered() -> None:
    applying = {one.clause.id: altered.applying(one.clause.id, one.served) for one in measure({}).standings}
    assert applying["W4U-009"] == ("says",), "a line of the guide"
    assert applying["W4U-082"] == ("says", "strength", "moment", "person")
    assert applying["W4U-121"] == ("says", "moment"), "a measure of the checklist"
    assert applying["W4U-008"] == ("says", "strength", "moment"), "a reminder"


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (bool, True, False),
        (int | None, 16, 17),
        (str, "house rules", "replaced"),
        (str | None, "2021-09-30", "2099-12-31"),
        (Literal["never", "allowed"], "never", "allowed"),
        (tuple[Literal["zoom", "teams"], ...], ["zoom"], ["teams"]),
        (tuple[str, ...], ["group", "event"], ["event"]),
    ],
)
def test_another_value_of_the_same_kind(kind: Any, value: Any, expected: Any) -> None:
    assert altered.another(kind, value) == expected


def test_the_sample_depends_on_the_seed_alone() -> None:
    clauses = [f"X-{number}" for number in range(200)]
    drawn = prove.sample(clauses, 60, "abc")
    assert len(set(drawn)) == 60
    assert drawn == prove.sample(reversed(clauses), 60, "abc")
    assert drawn != prove.sample(clauses, 60, "abd")
    assert prove.sample(clauses[:5], 60, "abc") == clauses[:5]


def test_the_narrowest_tests_of_a_clause_are_run_first() -> None:
    wide, narrow = "tests/a.py::wide[postgres]", "tests/b.py::narrow[sqlite]"
    tests = {"X-1": [wide, narrow], "X-2": [wide, "tests/a.py::wide[sqlite]"], "X-3": [wide]}
    assert prove.narrowest_first("X-1", tests) == [narrow, "tests/a.py::wide[sqlite]"]


def test_a_test_that_notices_nothing_proves_nothing() -> None:
    told: list[prove.Proof] = []
    tests = {"W4U-146": [LOCKED], "W4U-145": [BLIND]}
    wanted: dict[str, tuple[altered.Kind, ...]] = {"W4U-146": ("says", "strength"), "W4U-145": ("says",)}
    proofs = prove.prove(wanted, tests, told.append)
    assert [one.green for one in proofs] == [("strength",), ("says",)]
    assert proofs[0].failed["says"] == (LOCKED,)
    assert sorted(told, key=lambda one: one.clause) == sorted(proofs, key=lambda one: one.clause)


def test_the_gates_of_a_clause_are_altered_for_other_people_another_moment_and_another_strength() -> None:
    said = {}
    for kind in altered.KINDS:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(gate_module, "_gate", gate_module._gate)
            altered.alter_gates("W4U-141", kind)
            found = gates(load_pack("working4u"))["carer-address"]
            said[kind] = (found.moment, found.strength, found.people)
    assert said == {
        "says": ("invite", "required", ()),
        "strength": ("invite", "when_possible", ()),
        "moment": ("entry", "required", ()),
        "person": ("invite", "required", ("amy",)),
    }


def test_tests_that_cannot_be_run_are_no_proof() -> None:
    with pytest.raises(RuntimeError, match="W4U-146 could not be run"):
        prove.prove({"W4U-146": ("says",)}, {"W4U-146": ["tests/policy/test_none_such.py::test_nothing"]}, print)


def test_the_command(tmp_path: Path) -> None:
    runner, written = CliRunner(), tmp_path / "coverage.json"
    missing = runner.invoke(policy_cli, ["coverage", "--tests", str(written)])
    assert missing.exit_code == 1
    assert "`make test` writes it" in missing.output
    written.write_text(json.dumps({"passed": {"W4U-146": [LOCKED], "W4U-145": [BLIND], "W4U-009": [BLIND]}}))
    table = runner.invoke(policy_cli, ["coverage", "--tests", str(written)])
    assert table.exit_code == 0
    assert "working4u: 188 clauses, 3 out of scope" in table.output
    assert "2 tested" in table.output
    counts = json.loads(runner.invoke(policy_cli, ["coverage", "--tests", str(written), "--json"]).output)
    assert (counts["servable"], counts["tested"], len(counts["clauses"])) == (445, 2, 460)


def test_the_command_proves_and_does_not_count_what_stays_green(tmp_path: Path) -> None:
    written = tmp_path / "coverage.json"
    written.write_text(json.dumps({"passed": {"W4U-121": [PLAIN], "W4U-009": [BLIND]}, "failed": {}}))
    command = ["coverage", "--prove", "--json", "--tests", str(written)]
    done = CliRunner().invoke(policy_cli, command)
    assert done.exit_code == 1
    assert "W4U-009: STAYED GREEN: says" in done.stderr
    counts = json.loads(done.stdout)
    assert (counts["tested"], counts["counted"], counts["stayed_green"]["W4U-009"]) == (2, 1, ["says"])
    again = CliRunner().invoke(policy_cli, command)
    assert "0 of them to be proved" in again.stderr, "what was proved is written down"
    assert json.loads(again.stdout) == counts
