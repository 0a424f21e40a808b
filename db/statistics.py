"""What SQLite's planner is told of how much there will be.

Without statistics SQLite takes every index to be as good as the next, and walks through all rows of the organisation
where it should look up twenty by their id. Its own statistics are of the day on which they were made, mostly a small
one. These are of an organisation after years, the same on every day, so that a plan is, too.
"""

from sqlalchemy import Connection, inspect

_MANY = 1_000_000
_SOME = 20
_IN_HAND = 1_000
"""Rows of an index over a part of a table: few, but more than a lookup by id finds. Else SQLite takes that part, all of
it, to be as good as the lookup, and of the indexes that are then alike the one that was made first, whichever it is.
"""
_COMMON = frozenset({"organisation_id", "state", "done_at", "ended_at", "given_up_at", "kind", "requirement"})
"""Columns with the same value in very many rows."""


def tell_planner(connection: Connection) -> None:
    """Write the statistics of every index; a connection that is opened from now on reads them."""
    if connection.dialect.name != "sqlite":
        return
    found = inspect(connection)
    rows = []
    for table in found.get_table_names():
        listed = connection.exec_driver_sql(f"PRAGMA index_list({table})").all()
        for index in listed:
            columns = [row[2] for row in connection.exec_driver_sql(f"PRAGMA index_info({index[1]})")]
            numbers = _numbers(columns, unique=bool(index[2]), partial=bool(index[4]))
            rows.append((table, index[1], " ".join(map(str, numbers))))
    connection.exec_driver_sql("ANALYZE sqlite_schema")
    connection.exec_driver_sql("DELETE FROM sqlite_stat1")
    for row in rows:
        connection.exec_driver_sql("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", row)
    connection.exec_driver_sql("ANALYZE sqlite_schema")


def told(connection: Connection) -> bool:
    """Whether the planner already knows of every index there is."""
    if connection.dialect.name != "sqlite":
        return True
    kept = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'").first()
    if kept is None:
        return False
    unknown = (
        "SELECT 1 FROM sqlite_master WHERE type = 'index'"
        " AND name NOT IN (SELECT idx FROM sqlite_stat1 WHERE stat LIKE ? OR stat LIKE ?) LIMIT 1"
    )
    return connection.exec_driver_sql(unknown, (f"{_MANY} %", f"{_IN_HAND} %")).first() is None


def _numbers(columns: list[str], *, unique: bool, partial: bool) -> list[int]:
    """How many rows there are, and how many have the same first column, the same first two, and so on. An index over
    a part of a table is over what is in hand."""
    if partial:
        return [_IN_HAND, *[_SOME] * len(columns)]
    same = [_MANY if set(columns[:end]) <= _COMMON else _SOME for end in range(1, len(columns) + 1)]
    if unique and same:
        same[-1] = 1
    return [_MANY, *same]
