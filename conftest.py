"""What every test finds: the shared PostgreSQL cluster, the counts per database, and a world to act in."""

import gc

import pytest
from hypothesis import settings

# What Hypothesis tries is held to no clock of its own: a busy machine is no fault of what is tried.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

pytest.register_assert_rewrite("tests.journey.walk", "tests.faults.harness")

pytest_plugins = [
    "tests.support.postgres",
    "tests.support.counts",
    "tests.support.databases",
    "tests.support.world",
    "tests.support.clauses",
    "tests.support.proving",
    "tests.support.clubs",
]

# A run holds hundreds of megabytes of modules and reports; going through them again and again took an eighth of it. And
# what the older generations cost must not fall into a test: it once held every thread of a worker for three seconds.
_NEVER = 1_000_000
gc.set_threshold(100_000, _NEVER, _NEVER)
_YOUNG_ROUNDS = 4
"""After how many rounds through the youngest the next older are looked through, between two tests."""


def pytest_collection_finish() -> None:
    """What is there by now stays to the end: never look through it again."""
    gc.collect()
    gc.freeze()


def pytest_runtest_logfinish() -> None:
    """Clear up between two tests."""
    if gc.get_count()[1] >= _YOUNG_ROUNDS:
        gc.collect(1)
