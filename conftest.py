"""What every test finds: the shared PostgreSQL cluster, the counts per database, and a world to act in."""

import pytest

pytest.register_assert_rewrite("tests.journey.walk", "tests.faults.harness")

pytest_plugins = [
    "tests.support.postgres",
    "tests.support.counts",
    "tests.support.databases",
    "tests.support.world",
    "tests.support.clauses",
]
