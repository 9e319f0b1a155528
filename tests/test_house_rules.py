"""The rules contributors keep: sizes, docstrings, names, documented commands, honest requirements."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from countersign.core.telemetry import SWITCHES

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("countersign", "flows", "agents", "expectations")
PYTHON_FILES = sorted(
    path
    for room in (*ROOMS, "tests")
    for path in (ROOT / room).rglob("*.py")
    if "__pycache__" not in path.parts
)
OUR_FILES = [path for path in PYTHON_FILES if path.relative_to(ROOT).parts[0] in ROOMS]
SQL_FILES = sorted(
    path
    for folder in ("dbt_project", "countersign")
    for path in (ROOT / folder).rglob("*.sql")
    if "target" not in path.parts
)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PYTHON_FILES, ids=_name)
def test_no_file_is_longer_than_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", SQL_FILES, ids=_name)
def test_no_sql_is_longer_than_150_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 150


@pytest.mark.parametrize("path", PYTHON_FILES, ids=_name)
def test_no_function_is_longer_than_60_lines(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    too_long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1}"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno + 1 > 60
    ]
    assert not too_long


@pytest.mark.parametrize("path", OUR_FILES, ids=_name)
def test_every_public_name_says_what_it_is(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "the module has no docstring"
    silent = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent


@pytest.mark.parametrize("path", OUR_FILES, ids=_name)
def test_no_file_has_a_name_that_says_nothing(path):
    assert path.stem not in {"utils", "helpers", "common", "base", "misc"}


@pytest.mark.parametrize("path", OUR_FILES, ids=_name)
def test_only_settings_reads_the_environment(path):
    if _name(path) in {"countersign/core/settings.py", "countersign/core/telemetry.py"}:
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    touches = [line.strip() for line in lines if re.search(r"os\.(environ|getenv)\b", line)]
    # A child process may be handed a changed copy of the environment; nothing may be read from it.
    assert [line for line in touches if "**os.environ" not in line and "os.environ.update(" not in line] == []


def test_import_contracts_are_kept():
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]


def test_every_command_is_documented():
    import typer.main

    from countersign.cli.app import app

    documented = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    missing = [
        line
        for line in _commands(typer.main.get_command(app), ["countersign"])
        if f"`{line}" not in documented
    ]
    assert not missing


def _commands(command, path):
    if hasattr(command, "commands"):
        for name, child in sorted(command.commands.items()):
            yield from _commands(child, [*path, name])
    else:
        yield " ".join(path)


READING_COMMANDS = (
    "--help", "review --help", "review list --help", "report --help", "explain --help",
    "audit --help", "status --help", "data --help", "agents --help", "metrics --help", "init --help",
    "login --help",
)  # fmt: skip


@pytest.mark.parametrize("arguments", READING_COMMANDS)
def test_commands_that_run_no_flow_import_no_heavy_library(arguments):
    """Prefect, dbt and Great Expectations cost seconds to import; reading must not pay for them."""
    script = (
        "import sys\n"
        "from countersign.cli.app import main\n"
        f"sys.argv = ['countersign', *{arguments.split()!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'prefect', 'dbt', 'great_expectations', 'metricflow', 'pydantic_ai', 'openai', 'pandas'}\n"
        "sys.stderr.write(','.join(sorted(heavy & set(sys.modules))))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True,
        env={**os.environ, "COLUMNS": "100"},
    )  # fmt: skip
    assert done.stderr == ""


def test_telemetry_is_off_in_a_process_that_runs_flows():
    script = (
        "import os\nfrom countersign.core.telemetry import switch_telemetry_off\nswitch_telemetry_off()\n"
        "import prefect.settings as s\n"
        "current = s.get_current_settings()\n"
        "assert current.server.analytics_enabled is False\n"
        "assert os.environ['GX_ANALYTICS_ENABLED'] == 'false'\n"
        "from dbt.tracking import active_user\n"
        "assert active_user is None\n"
        "print('off')\n"
    )
    environment = {name: value for name, value in os.environ.items() if name not in SWITCHES}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, env=environment
    )
    assert done.stdout.strip().endswith("off"), done.stderr[-2000:]


def test_every_requirement_has_an_honest_row():
    rows = re.findall(
        r"^\| ([A-Z]{2}-\d{2}) \|(.*)\|$", (ROOT / "docs" / "requirements.md").read_text(), re.M
    )
    assert len(rows) >= 300
    for identifier, rest in rows:
        cells = [cell.strip() for cell in rest.split("|")]
        status = cells[1]
        assert status in {"done", "partly", "not yet"}, identifier
        shown = re.findall(r"`(tests/[^`:]+)", rest)
        if status == "done":
            assert shown, f"{identifier} is marked done but names no test"
        for test in shown:
            assert (ROOT / test).exists(), f"{identifier} names {test}, which does not exist"


def test_every_test_that_shows_a_requirement_is_there():
    page = (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)", page))
    lost = [
        f"{path}::{name}"
        for path, name in sorted(named)
        if f"def {name}(" not in (ROOT / path).read_text(encoding="utf-8")
    ]
    assert len(named) > 100
    assert lost == []
