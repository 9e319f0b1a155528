"""What every test shares: no network but loopback, loud skips, an empty workspace of a company."""

import os
import socket
from pathlib import Path

import pytest

from countersign.core.telemetry import switch_telemetry_off
from countersign.core.workspace import Workspace

switch_telemetry_off()

ROOT = Path(__file__).resolve().parents[1]
_LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")


class NetworkError(AssertionError):
    """A test tried to reach something other than this machine."""


def _guard(address: object) -> None:
    if isinstance(address, tuple):
        host = str(address[0])
        if not host.startswith(_LOOPBACK):
            raise NetworkError(f"a test called {host}; tests may reach loopback only")


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch):
    """A network call other than to loopback fails the test that made it."""
    connect, connect_ex, resolve = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def guarded_connect(self, address):
        _guard(address)
        return connect(self, address)

    def guarded_connect_ex(self, address):
        _guard(address)
        return connect_ex(self, address)

    def guarded_resolve(host, *rest, **named):
        if host is not None:
            name = host.decode() if isinstance(host, bytes) else str(host)
            if name and name != socket.gethostname():
                _guard((name,))
        return resolve(host, *rest, **named)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_resolve)


def pytest_make_parametrize_id(config, val, argname):
    """Bytes take their argument's name: packed ones may hold the time, and workers need equal names."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Under CI a skip is a failure: CI installs every real component."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped under CI: {report.longrepr}"


_TOLD = "told at the end"


@pytest.fixture
def tell_at_the_end(record_property):
    """Lines that stand at the end of the run under a title; those of one title stand together."""

    def tell(title: str, lines: list[str]) -> None:
        record_property(_TOLD, [title, *lines])

    return tell


def _show_told(terminalreporter):
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    told: dict[str, list[str]] = {}
    for report in reports:
        for name, lines in getattr(report, "user_properties", ()):
            if name == _TOLD:
                told.setdefault(lines[0], []).extend(lines[1:])
    for title, lines in told.items():
        terminalreporter.section(title)
        for line in lines:
            terminalreporter.write_line(line)


def pytest_terminal_summary(terminalreporter):
    """Show what tests measured, and say loudly what was skipped and what to install."""
    _show_faults(terminalreporter)
    _show_told(terminalreporter)
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        terminalreporter.section("NOT TESTED ON THIS MACHINE", sep="!", red=True, bold=True)
        for reason in sorted({str(report.longrepr[2]) for report in skipped}):
            terminalreporter.write_line(reason, red=True)


def _show_faults(terminalreporter):
    passed, failed = (
        [report.nodeid for report in terminalreporter.stats.get(kind, [])] for kind in ("passed", "failed")
    )
    if not any("tests/sources/" in node for node in passed):
        return
    from tests.sources.fault_table import outcomes, render

    found = outcomes(passed, failed)
    if found:
        terminalreporter.section("vendors' faults by outcome")
        for line in render(found):
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def test_data() -> Path:
    """Folder of data made by others; a suite that needs it is skipped loudly where it is absent."""
    folder = Path(os.environ.get("COUNTERSIGN_TEST_DATA", ROOT / ".." / "shared" / "data")).resolve()
    if not folder.is_dir():
        pytest.skip(f"no data made by others at {folder}: set COUNTERSIGN_TEST_DATA to its folder")
    return folder


COMPANY_YAML = """\
name: Tiny Company
reporting_currency: EUR
time_zone: Europe/Berlin
follow_up_promise_hours: 24
customer_maturity_days: 90
acceptance_maturity_days: 14
fresh_within_days: 2
goals:
  cheaper_accepted_leads: Lower the cost of a lead that sales accepts
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An empty workspace of a company that reports in EUR in Europe/Berlin."""
    found = Workspace(tmp_path / "workspace")
    found.config.mkdir(parents=True)
    (found.config / "company.yaml").write_text(COMPANY_YAML, encoding="utf-8")
    return found
