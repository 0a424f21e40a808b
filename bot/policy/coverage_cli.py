"""`python -m bot policy coverage`: which clauses are served and tested, and the proof of it."""

import json
from pathlib import Path
from subprocess import CalledProcessError
from typing import Annotated

import typer

from bot.policy import coverage, prove
from bot.policy.altered import applying

policy_cli = typer.Typer(no_args_is_help=True, help="The policies: which of their clauses are served.")


@policy_cli.callback()
def _policy() -> None:
    """Keeps `coverage` a word of its own while it is the only one."""


@policy_cli.command("coverage")
def show_coverage(
    as_json: Annotated[bool, typer.Option("--json", help="Print counts and clauses as JSON.")] = False,
    proof: Annotated[bool, typer.Option("--prove", help="Alter what serves each clause: its tests must fail.")] = False,
    sample: Annotated[int, typer.Option(min=0, help="How many clauses to prove; all unless given.")] = 0,
    seed: Annotated[str, typer.Option(help="What draws the sample; the commit's hash unless given.")] = "",
    only: Annotated[
        list[str] | None, typer.Option("--clause", help="Prove this clause; may stand more than once.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Prove anew what a run before has proved.")] = False,
    at_once: Annotated[int, typer.Option(min=1, help="How many proofs run side by side.")] = 2,
    tests: Annotated[Path, typer.Option("--tests", help="What the last run of the tests wrote.")] = prove.ROOT
    / "build"
    / "coverage.json",
) -> None:
    """Print per document how each clause stands; with --prove, exit 1 where tests stay green."""
    try:
        passed = coverage.read_tests(tests)
    except FileNotFoundError:
        typer.echo(f"{tests} is missing. `make test` writes it.", err=True)
        raise typer.Exit(1) from None
    measured = coverage.measure(passed)
    proofs = (
        _proofs(measured, _drawn(measured, only, sample, seed), tests.with_name("proof.json"), again, at_once)
        if proof
        else {}
    )
    green = {one.clause: list(one.green) for one in proofs.values() if not one.holds}
    if as_json:
        counted = {"counted": len(proofs) - len(green), "proved": len(proofs), "stayed_green": green} if proof else {}
        typer.echo(json.dumps({**measured.as_json(), **counted}, indent=1))
    else:
        typer.echo("\n".join(measured.table()))
        if proof:
            told = "; ".join(f"{clause} ({', '.join(kinds)})" for clause, kinds in green.items())
            typer.echo(f"Counted: {len(proofs) - len(green)} of {len(proofs)} proved. Stayed green: {told or 'none'}.")
    if green:
        raise typer.Exit(1)


def _commit() -> str:
    try:
        return prove.commit()
    except (CalledProcessError, FileNotFoundError):
        typer.echo("There is no commit to draw the sample by. Give a seed with --seed.", err=True)
        raise typer.Exit(1) from None


def _drawn(measured: coverage.Coverage, only: list[str] | None, count: int, seed: str) -> list[str]:
    """The clauses to prove, of those that are served and tested."""
    tested = [one.clause.id for one in measured.tested]
    if only:
        return [one for one in tested if one in only]
    return prove.sample(tested, count, seed or _commit()) if count else tested


def _proofs(
    measured: coverage.Coverage, drawn: list[str], file: Path, again: bool, at_once: int
) -> dict[str, prove.Proof]:
    """The proofs of these clauses; those that a run before wrote down are not made again, and each is written down as
    it is made."""
    tested = {one.clause.id: one for one in measured.tested}
    wanted = {clause: applying(clause, tested[clause].served) for clause in drawn}
    before = {} if again else prove.read(file)
    made = {clause: one for clause, one in before.items() if set(one.failed) == set(wanted.get(clause, ()))}
    owed = {clause: kinds for clause, kinds in wanted.items() if clause not in made}
    typer.echo(f"{len(drawn)} of {len(tested)} clauses, {len(owed)} of them to be proved.", err=True)
    left = len(owed)

    def tell(proof: prove.Proof) -> None:
        nonlocal left
        left -= 1
        made[proof.clause] = proof
        prove.write(file, made.values())
        found = f"STAYED GREEN: {', '.join(proof.green)}" if proof.green else "noticed"
        typer.echo(f"  {proof.clause}: {found} ({left} left)", err=True)

    prove.prove(owed, {clause: one.tests for clause, one in tested.items()}, tell, at_once)
    return {clause: made[clause] for clause in drawn}
