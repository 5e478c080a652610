"""Database servers on loopback, each in a temporary folder of its own: Debian's binaries, without its services."""

from abc import ABC, abstractmethod
from contextlib import suppress
from itertools import count
import os
from pathlib import Path
import pwd
import shutil
import socket
import subprocess
import tempfile
from types import TracebackType
from typing import Any, ClassVar, Final, Self, override

from sqlalchemy import URL, create_engine

USER: Final = "zender"
PASSWORD: Final = "p@ss/word:%"
"""With what has to be escaped in an URL. PyMySQL takes only ASCII."""
HOST: Final = "127.0.0.1"

_NUMBERS: Final = count(1)


class Server(ABC):
    """Starts with an empty data folder; a stopped one starts again with what it had."""

    name: ClassVar[str]
    driver: ClassVar[str]
    own_user: ClassVar[str]
    """The system's user that Debian makes for it: as root, it does not start."""

    def __init__(self, *, durable: bool = False) -> None:
        """Choose a folder. Only a `durable` one waits for the disk: tests do not pull the plug."""
        self._user = self.own_user if os.geteuid() == 0 else None
        self._durable = durable
        # Not pytest's: no other user may enter it.
        self._folder = Path(tempfile.mkdtemp(prefix=f"zender-{self.name}-"))
        self._data = self._folder / "data"
        if self._user is not None:
            owner = pwd.getpwnam(self._user)
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        self.port = 0

    @classmethod
    @abstractmethod
    def is_installed(cls) -> bool:
        """Return whether its binaries are there."""

    def __enter__(self) -> Self:
        """Make the data folder and start."""
        try:
            self._install()
            self._start_anew()
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop, and leave nothing."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start_anew(self) -> None:
        """Start on a port that is free now; somebody may be faster, and take it."""
        for is_last in (False, False, True):
            self.port = _free_port()
            try:
                self.start()
            except subprocess.CalledProcessError:
                if is_last:
                    raise
                with suppress(subprocess.CalledProcessError):
                    self.stop()
            else:
                return

    def new_database(self) -> str:
        """Make an empty database. Returns its name."""
        name = f"journal_{next(_NUMBERS)}"
        self.execute(f"CREATE DATABASE {name}")
        return name

    def execute(self, *statements: str, database: str | None = None) -> None:
        """Run statements as the administrator."""
        engine = create_engine(self._admin(database), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                for statement in statements:
                    connection.exec_driver_sql(statement)
        finally:
            engine.dispose()

    def url(self, database: str, *, user: str = USER, password: str = PASSWORD) -> str:
        """Return the URL of a database, for the journal."""
        return self._url(database, user, password).render_as_string(False)

    @abstractmethod
    def start(self) -> None:
        """Return when it takes connections."""

    @abstractmethod
    def stop(self) -> None:
        """End all connections, and return when nothing of it is left."""

    @abstractmethod
    def _install(self) -> None:
        """Make the data folder."""

    @abstractmethod
    def _admin(self, database: str | None) -> URL:
        """Return the URL for the administrator."""

    def _url(self, database: str | None, user: str, password: str | None) -> URL:
        return URL.create(self.driver, user, password, HOST, self.port, database)

    def _run(self, *command: str | Path, **options: Any) -> None:
        # Not through a pipe: a server that goes on running would keep it open.
        with (self._folder / "console.log").open("ab") as console:
            subprocess.run(
                [*map(str, command)],
                check=True,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                user=self._user,
                group=self._user,
                extra_groups=None if self._user is None else [],
                **options,
            )


class PostgreSQL(Server):
    """The newest PostgreSQL that is installed."""

    name = "postgresql"
    driver = "postgresql+psycopg2"
    own_user = "postgres"

    @classmethod
    @override
    def is_installed(cls) -> bool:
        return _postgresql_binaries() is not None

    @override
    def _install(self) -> None:
        password = self._folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        self._run(
            *(self._binary("initdb"), "--pgdata", self._data, "--username", USER),
            *("--encoding", "UTF8", "--no-locale", "--no-sync"),
            *("--auth", "scram-sha-256", "--pwfile", password),
        )

    @override
    def start(self) -> None:
        settings = {
            "listen_addresses": HOST,
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 30,
            "fsync": "on" if self._durable else "off",
        }
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        self._control("start", "--options", options, "--log", self._folder / "log")

    @override
    def stop(self) -> None:
        self._control("stop", "--mode", "fast")

    @override
    def _admin(self, database: str | None) -> URL:
        return self._url(database or "postgres", USER, PASSWORD)

    def _control(self, *command: str | Path) -> None:
        self._run(self._binary("pg_ctl"), *command, "--wait", "--pgdata", self._data)

    def _binary(self, name: str) -> Path:
        binaries = _postgresql_binaries()
        assert binaries is not None
        return binaries / name


class MariaDB(Server):
    """MariaDB."""

    name = "mariadb"
    driver = "mysql+pymysql"
    own_user = "mysql"

    def __init__(self, *, durable: bool = False) -> None:
        """Begin without a process."""
        super().__init__(durable=durable)
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    @override
    def is_installed(cls) -> bool:
        return None not in {_binary("mariadbd"), shutil.which("mariadb-install-db")}

    @override
    def _install(self) -> None:
        self._run(
            *("mariadb-install-db", "--no-defaults", f"--datadir={self._data}"),
            *("--auth-root-authentication-method=normal", "--skip-test-db"),
        )

    @override
    def start(self) -> None:
        server = _binary("mariadbd")
        assert server is not None
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    server,
                    "--no-defaults",
                    f"--datadir={self._data}",
                    f"--bind-address={HOST}",
                    f"--port={self.port}",
                    f"--socket={self._folder / 'socket'}",
                    f"--pid-file={self._folder / 'pid'}",
                    "--skip-name-resolve",
                    f"--innodb-flush-log-at-trx-commit={int(self._durable)}",
                    "--innodb-fast-shutdown=2",
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self._user,
                group=self._user,
                extra_groups=None if self._user is None else [],
            )
        self._run(
            *("mariadb-admin", "--no-defaults", "--protocol=tcp", "--user=root"),
            *(f"--host={HOST}", f"--port={self.port}", "--wait=60", "ping"),
        )
        # As a guest has it: all of the databases, nothing of the server.
        escaped = PASSWORD.replace("%", "%%")
        self.execute(
            f"CREATE USER IF NOT EXISTS {USER}@'%%' IDENTIFIED BY '{escaped}'",
            f"GRANT ALL ON `journal\\_%%`.* TO {USER}@'%%'",
        )

    @override
    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)
            self._process = None

    @override
    def _admin(self, database: str | None) -> URL:
        return self._url(database, "root", None)


def _postgresql_binaries() -> Path | None:
    """Return where Debian puts them, or whoever else has them on the path."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda path: int(path.parent.name),
    )
    if debian:
        return debian[-1]
    found = shutil.which("initdb")
    return Path(found).parent if found else None


def _binary(name: str) -> str | None:
    """Return a server's binary, which is not always on the path of an ordinary user."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin")


def _free_port() -> int:
    with socket.socket() as candidate:
        candidate.bind((HOST, 0))
        return int(candidate.getsockname()[1])
