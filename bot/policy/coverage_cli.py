"""`python -m bot policy coverage`: which clauses are served and tested, and the proof of it."""

import json
from pathlib import Path
from subprocess import CalledProcessError
from typing import Annotated

import typer

from bot.policy import coverage, prove

policy_cli = typer.Typer(no_args_is_help=True, help="The policies: which of their clauses are served.")


@policy_cli.callback()
def _policy() -> None:
    """Keeps `coverage` a word of its own while it is the only one."""


@policy_cli.command("coverage")
def show_coverage(
    as_json: Annotated[bool, typer.Option("--json", help="Print counts and clauses as JSON.")] = False,
    proof: Annotated[bool, typer.Option("--prove", help="Replace parts of the packs: tests must fail.")] = False,
    sample: Annotated[int, typer.Option(min=1, help="How many clauses to prove.")] = 60,
    seed: Annotated[str, typer.Option(help="What draws the sample; the commit's hash unless given.")] = "",
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
    green = _green(measured, sample, seed or _commit()) if proof else []
    if as_json:
        counted = {"counted": len(measured.tested) - len(green), "stayed_green": green} if proof else {}
        typer.echo(json.dumps({**measured.as_json(), **counted}, indent=1))
    else:
        typer.echo("\n".join(measured.table()))
        if proof:
            typer.echo(f"Counted: {len(measured.tested) - len(green)}. Stayed green: {', '.join(green) or 'none'}.")
    if green:
        raise typer.Exit(1)


def _commit() -> str:
    try:
        return prove.commit()
    except (CalledProcessError, FileNotFoundError):
        typer.echo("There is no commit to draw the sample by. Give a seed with --seed.", err=True)
        raise typer.Exit(1) from None


def _green(measured: coverage.Coverage, count: int, seed: str) -> list[str]:
    """The clauses of the sample whose tests did not notice that the pack says something else."""
    tests = {one.clause.id: one.tests for one in measured.tested}
    drawn = prove.sample(tests, count, seed)
    typer.echo(f"Drawn by {seed}: {len(drawn)} of {len(tests)} clauses.", err=True)
    proofs = prove.prove(drawn, tests, _tell)
    return [one.clause for one in proofs if not one.holds]


def _tell(proof: prove.Proof) -> None:
    typer.echo(f"  {proof.clause}: {'noticed' if proof.holds else 'STAYED GREEN'}", err=True)
