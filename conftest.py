"""What every test finds: the shared PostgreSQL cluster, the counts per database, and a world to act in."""

import gc

import pytest

pytest.register_assert_rewrite("tests.journey.walk", "tests.faults.harness")

pytest_plugins = [
    "tests.support.postgres",
    "tests.support.counts",
    "tests.support.databases",
    "tests.support.world",
    "tests.support.clauses",
]

# A run holds hundreds of megabytes of modules and reports; going through them again and again took an eighth of it.
gc.set_threshold(100_000, 50, 100)


def pytest_collection_finish() -> None:
    """What is there by now stays to the end: never look through it again."""
    gc.collect()
    gc.freeze()
