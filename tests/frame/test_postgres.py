"""The throw-away cluster that other tests stand on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tests.support import postgres
from tests.support.postgres import Cluster, PostgresMissing

ROOT = Path(__file__).parents[2]


def _alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def _within(seconds: float, condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _count(cluster: Cluster, table: str) -> object:
    with cluster.connect() as connection:
        found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - our own name
        assert found
        return found[0]


def test_an_empty_database_is_made_used_and_dropped(postgres_cluster: Cluster) -> None:
    url = postgres_cluster.create_database()
    assert url.startswith("postgresql+psycopg://")
    name = url.rpartition("/")[2]
    with postgres_cluster.connect(name) as connection:
        tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        assert connection.execute(tables).fetchone() == (0,)
    postgres_cluster.drop(url)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        postgres_cluster.connect(name)


def test_a_template_is_built_once_and_copied(postgres_cluster: Cluster) -> None:
    built = []

    def build(url: str) -> None:
        built.append(url)
        with postgres_cluster.connect(url.rpartition("/")[2]) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")

    for _ in range(2):
        template = postgres_cluster.template("frame_template", build)
        url = postgres_cluster.create_database(template)
        with postgres_cluster.connect(url.rpartition("/")[2]) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
        postgres_cluster.drop(url)
    assert len(built) == 1


def test_a_template_that_could_not_be_built_is_not_kept(postgres_cluster: Cluster) -> None:
    def fail(url: str) -> None:
        raise RuntimeError("not today")

    for _ in range(2):
        with pytest.raises(RuntimeError, match="not today"):
            postgres_cluster.template("frame_broken", fail)


def test_strangers_on_the_machine_are_refused(postgres_cluster: Cluster) -> None:
    address = postgres_cluster.url().replace("+psycopg", "").replace(postgres_cluster.password, "guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(address)


def test_the_server_does_not_run_as_root(postgres_cluster: Cluster) -> None:
    assert Path(f"/proc/{postgres_cluster.postmaster}").stat().st_uid != 0


def test_what_was_committed_outlives_kill_and_stop(own_postgres: Cluster) -> None:
    with own_postgres.connect() as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        leader = own_postgres.postmaster
        own_postgres.kill()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    assert _within(5, lambda: not _alive(leader))
    own_postgres.restart()
    assert _count(own_postgres, "kept") == 1
    own_postgres.stop()
    with pytest.raises(psycopg.OperationalError, match="refused"):
        own_postgres.connect()
    own_postgres.restart()
    assert _count(own_postgres, "kept") == 1


def test_a_paused_server_accepts_and_never_answers(own_postgres: Cluster) -> None:
    address = own_postgres.url().replace("+psycopg", "")
    with own_postgres.connect() as connection, ThreadPoolExecutor(1) as threads:
        own_postgres.pause()
        try:
            with pytest.raises(psycopg.errors.ConnectionTimeout):
                psycopg.connect(address, connect_timeout=2)
            query = threads.submit(connection.execute, "SELECT 1")
            with pytest.raises(TimeoutError):
                query.result(timeout=0.5)
        finally:
            own_postgres.resume()
        assert query.result(timeout=5).fetchone() == (1,)
    own_postgres.connect().close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_broken_off_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    test = tmp_path / "test_waits.py"
    test.write_text(
        "import os, pathlib, time\n"
        "def test_waits(postgres_cluster):\n"
        f"    pathlib.Path({str(tmp_path / 'part')!r}).write_text(f'{{postgres_cluster.postmaster}} '\n"
        "        f'{postgres_cluster.directory} {os.environ[\"FACILITATOR_TEST_RUN\"]}')\n"
        f"    pathlib.Path({str(tmp_path / 'part')!r}).rename({str(tmp_path / 'ready')!r})\n"
        "    time.sleep(50)\n"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment.pop(postgres.RUN_DIRECTORY)
    options = ["-n", "1", "-c", "pyproject.toml", "-p", "tests.support.postgres"]
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *options, str(test)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        # The workers of this very run ignore Ctrl-C, and their children would inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        assert _within(30, (tmp_path / "ready").exists)
        leader, *folders = (tmp_path / "ready").read_text().split()
        assert _alive(int(leader))
        if number is signal.SIGINT:
            os.killpg(process.pid, number)  # Ctrl-C reaches the workers too
        else:
            process.send_signal(number)
        process.wait(60)
        assert _within(15, lambda: not _alive(int(leader)) and not any(map(os.path.exists, folders)))
    finally:
        process.kill()
        process.wait()


def test_a_missing_server_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgres, "DEBIAN_VERSIONS", tmp_path)
    with pytest.raises(PostgresMissing, match="sudo apt-get install postgresql"):
        Cluster.start()
