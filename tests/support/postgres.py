"""A throw-away PostgreSQL cluster for the tests.

One cluster serves a whole run: whichever process needs it first starts it, the others find it, and it
goes when the run ends, by Ctrl-C or kill -9 too. PostgreSQL refuses to run as root, so that root runs it
as the user `postgres`. Tests that stop or pause a server take one of their own (`own_postgres`).
"""

import contextlib
import fcntl
import hashlib
import hmac
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import TupleRow

RUN_DIRECTORY = "FACILITATOR_TEST_RUN"
"""Environment variable through which the processes of one test run find their shared directory."""

DEBIAN_VERSIONS = Path("/usr/lib/postgresql")
"""Where Debian keeps the servers, a folder for each version."""

_OWNED = pytest.StashKey[Path]()
_USER = "facilitator"
_START_ATTEMPTS = 20
_PORT_ATTEMPTS = 3
_CARELESS = {"fsync": "off", "full_page_writes": "off"}
_SERVER = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
}


class PostgresMissing(Exception):
    """No PostgreSQL server is installed."""


def binaries() -> Path:
    """The folder with `initdb` and `pg_ctl`, the newest version's. Raises PostgresMissing."""
    versions = [path for path in DEBIAN_VERSIONS.glob("*/bin") if path.parent.name.isdigit()]
    candidates = sorted(versions, key=lambda path: int(path.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    if shutil.which("pg_config"):
        told = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True)
        candidates.append(Path(told.stdout.strip()))
    for folder in candidates:
        if all((folder / program).exists() for program in ("initdb", "pg_ctl", "postgres")):
            return folder
    raise PostgresMissing(
        "The tests need a PostgreSQL server and found none. Run `make test` as root, which installs it, "
        "or install it first (on Debian or Ubuntu: sudo apt-get install postgresql)."
    )


class PortTaken(Exception):
    """Another program has the port that the server should have."""


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL server of our own: where it lives and how to reach it."""

    directory: str
    port: int
    password: str
    durable: bool

    @classmethod
    def start(cls, *, durable: bool = False) -> "Cluster":
        """Make and start a new cluster on a free loopback port.

        `durable` keeps fsync on, as fault tests want; without it a crash of the machine (not of the
        server) may lose data, and everything is faster. Raises PostgresMissing, CalledProcessError.
        """
        binaries()
        directory = Path(tempfile.mkdtemp(prefix="facilitator-postgres-"))
        password = secrets.token_hex(16)
        passing = directory / "password"
        passing.write_text(_verifier(password))
        if os.geteuid() == 0:
            for path in (directory, passing):
                shutil.chown(path, "postgres", "postgres")
        auth = ["--username", _USER, "--auth", "scram-sha-256", "--pwfile", str(passing)]
        locale = ["--encoding", "UTF8", "--locale", "C.UTF-8"]
        try:
            _run("initdb", "--pgdata", str(directory / "data"), *auth, *locale, "--no-sync")
            for _ in range(_PORT_ATTEMPTS):
                cluster = cls(str(directory), _free_port(), password, durable)
                with contextlib.suppress(PortTaken):
                    cluster.restart()
                    return cluster
            raise PortTaken(f"No free port for PostgreSQL in {_PORT_ATTEMPTS} tries.")
        except BaseException:
            shutil.rmtree(directory, ignore_errors=True)
            raise

    @property
    def _data(self) -> str:
        return str(Path(self.directory) / "data")

    @property
    def postmaster(self) -> int:
        """Process id of the server. Raises FileNotFoundError while it is not running."""
        return int((Path(self._data) / "postmaster.pid").read_text().splitlines()[0])

    def url(self, database: str = "postgres") -> str:
        """The SQLAlchemy address of one of its databases."""
        return f"postgresql+psycopg://{_USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> psycopg.Connection[TupleRow]:
        """A plain administrator's connection in autocommit mode."""
        address = self.url(database).replace("+psycopg", "")
        return psycopg.connect(address, autocommit=True, connect_timeout=5)

    def create_database(self, template: str | None = None, name: str | None = None) -> str:
        """Create an empty database, or a copy of `template` (which nobody may be using); return its URL."""
        name = name or f"test_{secrets.token_hex(6)}"
        source = sql.Identifier(template or "template1")
        with self.connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), source))
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop the database behind `url`, whoever is connected to it."""
        name = sql.Identifier(url.rpartition("/")[2])
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def template(self, name: str, build: Callable[[str], None]) -> str:
        """The template database `name`, made by `build(url)` the first time that anybody in the run asks.

        Returns the name, for `create_database`. `build` must close its connections.
        """
        with locked(Path(self.directory) / f"template-{name}.lock"):
            with self.connect() as connection:
                query = "SELECT 1 FROM pg_database WHERE datname = %s"
                found = connection.execute(query, [name]).fetchone()
            if not found:
                url = self.create_database(name=name)
                try:
                    build(url)
                except BaseException:
                    self.drop(url)
                    raise
        return name

    def restart(self) -> None:
        """Start the server again after `stop` or `kill`; does not return before it answers.

        Raises PortTaken where another program has the port now, CalledProcessError on other trouble.
        """
        settings = _SERVER | ({} if self.durable else _CARELESS) | {"port": str(self.port)}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        log = Path(self.directory) / "server.log"
        for attempt in range(1, _START_ATTEMPTS + 1):
            before = len(log.read_text()) if log.exists() else 0
            try:
                _run("pg_ctl", "start", "--wait", "--silent", "-D", self._data, "-l", str(log), "-o", options)
                return
            except subprocess.CalledProcessError as problem:
                said = log.read_text()[before:] if log.exists() else ""
                if "could not bind" in said:
                    raise PortTaken(said) from problem
                # After a kill -9 the orphaned backends hold the shared memory for a moment longer.
                if attempt == _START_ATTEMPTS or "is still in use" not in said:
                    problem.add_note(said)
                    raise
                time.sleep(0.25)

    def stop(self) -> None:
        """Stop the server at once, disconnecting everybody; its data stay for `restart`."""
        self.resume()
        _run("pg_ctl", "stop", "--wait", "--silent", "-m", "fast", "-D", self._data)

    def kill(self) -> None:
        """kill -9 the server and all its backends, as a power cut would."""
        leader = self.postmaster
        for process in [leader, *_children(leader)]:
            _signal(process, signal.SIGKILL)
        (Path(self._data) / "postmaster.pid").unlink()

    def pause(self) -> None:
        """Freeze the server: it accepts connections and never answers, on old connections neither."""
        leader = self.postmaster
        _signal(leader, signal.SIGSTOP)
        for process in _children(leader):
            _signal(process, signal.SIGSTOP)

    def resume(self) -> None:
        """Let a paused server go on; does nothing to one that runs."""
        leader = self.postmaster
        for process in [*_children(leader), leader]:
            _signal(process, signal.SIGCONT)

    def remove(self) -> None:
        """Stop the server if it runs and delete everything; may be called twice."""
        with contextlib.suppress(FileNotFoundError):
            self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs, as `postgres` where we are root. Raises CalledProcessError."""
    command = [str(binaries() / program), *arguments]
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    user = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryFile() as output:
        # A file, not a pipe: the server that pg_ctl leaves behind would hold a pipe open for ever.
        process = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env=environment,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            check=False,
        )
        output.seek(0)
        if process.returncode:
            said = output.read().decode(errors="replace")
            raise subprocess.CalledProcessError(process.returncode, command, said)


def _verifier(password: str) -> str:
    """What the server keeps of a password, by RFC 5802 with one round of hashing instead of 4096: a random password
    needs no more, and a run opens some ten thousand connections."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 1)
    key, server = (hmac.digest(salted, name, "sha256") for name in (b"Client Key", b"Server Key"))
    kept = [b64encode(one).decode() for one in (salt, hashlib.sha256(key).digest(), server)]
    return f"SCRAM-SHA-256$1:{kept[0]}${kept[1]}:{kept[2]}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _children(parent: int) -> list[int]:
    """Process ids of the direct children of a process, read from /proc."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                # The command's name, in brackets, may itself hold spaces and brackets.
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(fields[1]) == parent:
                    found.append(int(entry.name))
    return found


def _signal(process: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, number)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Only one process of the run is in here at a time."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _guard(process: int, cluster: Cluster, *others: Path) -> None:
    """Leave a small shell behind that removes the cluster, and `others`, once `process` is gone."""
    script = """(
        while kill -0 "$1"; do sleep 1; done
        server=$(head -n 1 "$2/data/postmaster.pid") && kill -CONT "$server" && kill -QUIT "$server"
        for second in 1 2 3 4 5 6; do kill -0 "$server" || break; sleep 1; done
        shift
        rm -rf "$@"
    ) &"""
    subprocess.run(
        ["sh", "-c", script, "guard", str(process), cluster.directory, *map(str, others)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        check=True,
    )


def shared_cluster(run: Path) -> Cluster:
    """The cluster of the test run whose directory is `run`, started by whoever asks first."""
    known = run / "cluster.json"
    with locked(run / "cluster.lock"):
        if known.exists():
            return Cluster(**json.loads(known.read_text()))
        cluster = Cluster.start()
        _guard(int((run / "pid").read_text()), cluster, run)
        known.write_text(json.dumps(asdict(cluster)))
        return cluster


def pytest_configure(config: pytest.Config) -> None:
    """The first process of a run makes the directory in which all find the cluster."""
    if RUN_DIRECTORY not in os.environ:
        run = Path(tempfile.mkdtemp(prefix="facilitator-tests-"))
        (run / "pid").write_text(str(os.getpid()))
        os.environ[RUN_DIRECTORY] = str(run)
        config.stash[_OWNED] = run


def pytest_unconfigure(config: pytest.Config) -> None:
    """The process that made the directory removes it, and the cluster."""
    run = config.stash.get(_OWNED, None)
    if run:
        if (run / "cluster.json").exists():
            shared_cluster(run).remove()
        shutil.rmtree(run, ignore_errors=True)
        del os.environ[RUN_DIRECTORY]


@pytest.fixture(scope="session")
def postgres_cluster() -> Cluster:
    """The run's shared cluster: never stop or pause it."""
    return shared_cluster(Path(os.environ[RUN_DIRECTORY]))


@pytest.fixture
def postgres_url(postgres_cluster: Cluster) -> Iterator[str]:
    """The address of an empty database that goes with the test."""
    url = postgres_cluster.create_database()
    yield url
    postgres_cluster.drop(url)


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[Cluster]:
    """A durable cluster for one module to stop, pause and kill."""
    cluster = Cluster.start(durable=True)
    _guard(os.getpid(), cluster)
    yield cluster
    cluster.remove()
