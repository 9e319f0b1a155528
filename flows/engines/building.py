"""The dbt build on the engine that a profile names."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from countersign.core.errors import QualityError, SettingsError
from countersign.core.telemetry import switch_telemetry_off
from flows.dbt_build import project_dir

_FAILED = ("error", "fail", "runtime error")
# Unit tests are about the models' logic, and run where the models are written: on DuckDB.
_LEFT_OUT = ("unit_test", "exposure")


def read_credentials(profiles: Path, target: str) -> Any:
    """The credentials of a target of profiles.yml, as dbt reads them (environment variables filled in).

    Raises:
        SettingsError: there is no such profile, or dbt cannot use it.
    """
    from dbt.adapters.factory import load_plugin
    from dbt.config.renderer import ProfileRenderer

    path = profiles / "profiles.yml"
    if not path.is_file():
        raise SettingsError(
            "There is no profile of the engine.",
            found=f"no file {path}",
            fix="write it as docs/scale.md shows",
        )
    outputs = yaml.safe_load(path.read_text(encoding="utf-8"))["countersign"]["outputs"]
    if target not in outputs:
        raise SettingsError(
            "The profile has no such target.",
            found=f"{target}; there are {', '.join(sorted(outputs))}",
            fix=f"choose one of them, or add it to {path}",
        )
    said = ProfileRenderer({}).render_data(outputs[target])
    kind = load_plugin(said.pop("type"))
    return kind.from_dict(kind.translate_aliases(said))


def build_on(
    profiles: Path, target: str, *, variables: Mapping[str, object], folder: Path, only: Sequence[str] = ()
) -> int:
    """Build every model and run every data test on an engine, all of it anew.

    Args:
        profiles: folder with profiles.yml.
        target: one of its outputs.
        variables: the dbt vars of the build that the result will be compared with.
        folder: where dbt leaves its artifacts and its log.
        only: names of models; these and what they need are built, or everything.

    Returns:
        How many models and tests ran.

    Raises:
        QualityError: a model or a test failed, or dbt could not run.
    """
    switch_telemetry_off()
    from dbt.adapters.factory import cleanup_connections, reset_adapters
    from dbt.cli.main import dbtRunner

    arguments = ["build", "--full-refresh", "--vars", yaml.safe_dump(dict(variables)), "--target", target]
    for kind in _LEFT_OUT:
        arguments += ["--exclude-resource-type", kind]
    if only:
        # A test that also reads a model which is not built here cannot run.
        arguments += ["--select", *(f"+{name}" for name in only), "--indirect-selection", "buildable"]
    try:
        outcome = dbtRunner().invoke([*arguments, *_places(profiles, folder)])
    finally:
        cleanup_connections()
        reset_adapters()
    if outcome.exception is not None:
        raise _refused(str(outcome.exception), folder) from outcome.exception
    results = list(getattr(outcome.result, "results", ()))
    failed = [result for result in results if str(result.status) in _FAILED]
    if failed:
        told = "; ".join(
            f"{result.node.name}: {' '.join(str(result.message).split())[:300]}" for result in failed
        )
        raise _refused(told, folder)
    return len(results)


def _places(profiles: Path, folder: Path) -> list[str]:
    return [
        "--project-dir", str(project_dir()), "--profiles-dir", str(profiles),
        "--target-path", str(folder / "target"), "--log-path", str(folder / "logs"),
        "--quiet", "--no-use-colors", "--no-print", "--no-version-check", "--no-static-parser",
        "--log-level", "none", "--log-level-file", "info", "--no-send-anonymous-usage-stats",
    ]  # fmt: skip


def _refused(said: str, folder: Path) -> QualityError:
    return QualityError(
        "dbt could not build the marts on the other engine.",
        found=said[:2000],
        fix=f"read {folder / 'logs' / 'dbt.log'}; CONTRIBUTING.md lists what SQL builds on all engines",
    )
