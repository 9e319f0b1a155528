"""A Postgres of Debian's on a free loopback port, for the tests that need one."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def running_postgres():
    """Host and port of a fresh Postgres whose superuser `ledger` needs no password; gone afterwards."""
    programs, account = _programs(), _account()
    folder = Path(tempfile.mkdtemp(prefix="countersign-pg-", dir="/tmp"))
    options = {"cwd": "/", "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
        options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    subprocess.run(
        [programs / "initdb", "-D", folder / "data", "-U", "ledger", "-A", "trust", "--no-sync",
         "--locale=C.UTF-8", "--encoding=UTF8"],
        check=True, timeout=120, **options,
    )  # fmt: skip
    flags = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    control = [programs / "pg_ctl", "-D", folder / "data", "-w", "-t", "60"]
    options["stderr"] = subprocess.DEVNULL
    subprocess.run([*control, "-o", flags, "start"], check=True, timeout=120, **options)
    try:
        yield "127.0.0.1", port
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, timeout=60, **options)
        shutil.rmtree(folder, ignore_errors=True)


def _programs():
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        pytest.skip("no Postgres: install it (Debian: apt-get install postgresql)")
    return found[-1].parent if found else Path(on_path).parent


def _account():
    """Postgres refuses root: the account it runs as, or None for our own."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return pytest.skip("Postgres refuses root, and there is no account postgres or nobody")
