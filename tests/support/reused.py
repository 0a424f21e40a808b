"""Databases of the run's PostgreSQL that are put back as they were after each test, instead of being made anew for it:
to copy and to drop one costs the server more than most tests do."""

import time

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow
from sqlalchemy import Engine, event
from sqlalchemy.pool import QueuePool

from db.session import Database
from tests.support.postgres import Cluster

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
_SHAPE = """
    SELECT md5(string_agg(one, ' ' ORDER BY one)) FROM (
        SELECT concat_ws(':', n.nspname, c.relname, c.relkind, a.attname, a.atttypid, a.attnotnull)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
        UNION ALL SELECT concat_ws(':', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(':', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger
    ) AS every(one)
"""
_SEND_AWAY = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
    AND NOT pid = ANY (%s)
"""
_GONE_WITHIN = 5.0


class Reused:
    """One copy of a template: whoever takes it finds it as the template is."""

    def __init__(self, cluster: Cluster, template: str) -> None:
        self._cluster = cluster
        self._template = template
        self._url = ""
        self._kept: psycopg.Connection[TupleRow] | None = None
        self._shape: object = None
        self._rows: dict[str, bytes] = {}
        self._clear = sql.Composed([])
        self._engines: tuple[Engine, ...] = ()
        self._pids: list[int] = []

    def take(self) -> str:
        """Its address."""
        if not self._url:
            self._make()
        return self._url

    def share(self, db: Database) -> None:
        """Have a bot on it use the connections that the bots before it opened: to open one, and all that the server and
        SQLAlchemy learn with it, costs more than what most tests ask on it."""
        if db.url.render_as_string(hide_password=False) != self._url:
            return
        if not self._engines:
            self._engines = (db._writer, db._job_engine, db._first_engine)
            for engine in self._engines:
                event.listen(engine, "connect", lambda opened, _record: self._pids.append(opened.info.backend_pid))
                engine.dispose = lambda close=True: None  # type: ignore[method-assign]
        db._writer, db._job_engine, db._first_engine = self._engines
        db._reader = db._writer

    def give_back(self) -> None:
        """Put its rows back as they were; where a test changed its tables, or dropped it, another one is made."""
        try:
            if self._put_back():
                return
        except psycopg.Error:
            pass
        for engine in self._engines:
            Engine.dispose(engine)
        self._engines, self._pids = (), []
        self.let_go()
        self._cluster.drop(self._url)
        self._url = ""

    def let_go(self) -> None:
        """Close its own connection."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    @property
    def connection(self) -> psycopg.Connection[TupleRow]:
        """Its own connection, kept from test to test: a new one is a new process of the server, which has to learn
        all about the tables."""
        if self._kept is None or self._kept.closed:
            self._kept = self._cluster.connect(self._url.rpartition("/")[2])
        return self._kept

    def _make(self) -> None:
        self._url = self._cluster.create_database(template=self._template)
        connection = self.connection
        tables = [str(row[0]) for row in connection.execute(_TABLES)]
        self._shape = connection.execute(_SHAPE).fetchone()
        deletes = [sql.SQL("DELETE FROM {}").format(sql.Identifier(one)) for one in tables]
        self._clear = sql.SQL(";").join(deletes)
        for table in tables:
            with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as rows:
                self._rows[table] = b"".join(bytes(part) for part in rows)

    def _put_back(self) -> bool:
        connection = self.connection
        self._alone(connection)
        if connection.execute(_SHAPE).fetchone() != self._shape:
            return False
        with connection.transaction():
            # No row is asked whether another one refers to it, and no trigger wakes anybody.
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute(self._clear)
            for table, rows in self._rows.items():
                if rows:
                    into = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
                    with connection.cursor().copy(into) as copy:
                        copy.write(rows)
        return True

    def _alone(self, connection: psycopg.Connection[TupleRow]) -> None:
        """Wait until nobody else works here; whoever a test left behind is sent away."""
        until = time.monotonic() + _GONE_WITHIN
        while self._at_work() or connection.execute(_SEND_AWAY, [self._pids]).fetchall():
            if time.monotonic() > until:
                raise psycopg.OperationalError("somebody stays connected")
            time.sleep(0.005)

    def _at_work(self) -> int:
        return sum(engine.pool.checkedout() for engine in self._engines if isinstance(engine.pool, QueuePool))
