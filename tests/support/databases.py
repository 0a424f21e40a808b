"""On which of the two databases a test runs: in `make test` each on one of them, a quarter of them on PostgreSQL.

What rests on the database itself (locks, leases, kills, the life of concerns) is marked `both` and runs on
each; so does everything with `--databases=both`, as `make test-both` has it.
"""

from zlib import crc32

import pytest

_FIXTURE = "database_url"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--databases=one` or `both`."""
    parser.addoption(
        "--databases", choices=("one", "both"), default="both", help="each test on one of the databases, or on both"
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what runs on the other database."""
    if config.getoption("--databases") == "both":
        return
    left_out = [item for item in items if not _runs(item)]
    config.hook.pytest_deselected(items=left_out)
    without = set(left_out)
    items[:] = [item for item in items if item not in without]


def _runs(item: pytest.Item) -> bool:
    kind = item.callspec.params.get(_FIXTURE) if hasattr(item, "callspec") else None
    return kind is None or item.get_closest_marker("both") is not None or kind == of_one(item.nodeid)


def of_one(nodeid: str) -> str:
    """The database of a test that runs on one: always the same for the same name, whatever its other parameters."""
    name = nodeid.partition("[")[0]
    return "sqlite" if crc32(name.encode()) % 4 else "postgres"
