"""Where things live in a workspace, and what the company said about itself in config/company.yaml."""

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from countersign.core.errors import SettingsError
from countersign.core.journey import JourneyRule
from countersign.core.lead_stages import LEAD_STAGES_FIX, LeadStages
from countersign.core.limits import WastedSpend

_ROOT = Path(__file__).resolve().parents[2]


def shipped(name: str) -> Path:
    """A folder we ship (`dbt_project`, `config`): beside the packages, or inside the wheel."""
    beside = _ROOT / name
    return beside if beside.is_dir() else _ROOT / "countersign" / "shipped" / name


class Company(BaseModel):
    """config/company.yaml: what every room must know about the company.

    `lead_stages` stands in a file of its own, config/lead_stages.yaml.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    reporting_currency: str = Field(pattern=r"^[A-Z]{3}$")
    time_zone: str
    follow_up_promise_hours: float = Field(24.0, gt=0)
    customer_maturity_days: int = Field(90, gt=0)
    acceptance_maturity_days: int = Field(14, gt=0)
    fresh_within_days: int = Field(2, ge=0)
    fx_carry_days: int = Field(7, ge=0)
    session_timeout_minutes: int = Field(30, gt=0)
    reconciliation_tolerance: float = Field(0.2, ge=0, lt=1)
    wasted_spend: WastedSpend = WastedSpend()
    journey: tuple[JourneyRule, ...] = ()
    goals: dict[str, str] = {}
    lead_stages: LeadStages = LeadStages()

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        # Asking for the one zone is a hundred times cheaper than listing them all.
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{name!r} is not an IANA time zone such as Europe/Berlin") from error
        return name

    @property
    def zone(self) -> ZoneInfo:
        """The reporting time zone."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True)
class Workspace:
    """One company's directory. Paths only; nothing is created by asking for one."""

    root: Path

    @property
    def config(self) -> Path:
        """The company's own rules, as YAML."""
        return self.root / "config"

    @property
    def data(self) -> Path:
        """The drop folder for files."""
        return self.root / "data"

    @property
    def state(self) -> Path:
        """All that Countersign writes."""
        return self.root / "state"

    @property
    def landing(self) -> Path:
        """Landed batches: state/landing/SOURCE/TABLE/BATCH/rows.parquet and batch.json."""
        return self.state / "landing"

    @property
    def warehouse(self) -> Path:
        """The DuckDB warehouse; one writer step at a time."""
        return self.state / "warehouse.duckdb"

    @property
    def snapshots(self) -> Path:
        """Immutable snapshots: objects/ by content hash, SNAPSHOT/manifest.json."""
        return self.state / "snapshots"

    @property
    def restricted(self) -> Path:
        """Keys and raw personal data; mode 0700, never in warehouse or snapshots."""
        return self.state / "restricted"

    @property
    def reports(self) -> Path:
        """Published reports."""
        return self.state / "reports"

    @property
    def logs(self) -> Path:
        """Logs of runs and of dbt."""
        return self.state / "logs"

    def read_config(self, name: str) -> object:
        """Parse config/NAME.yaml.

        Raises:
            SettingsError: the file is missing or is not YAML.
        """
        path = self.config / f"{name}.yaml"
        if not path.is_file():
            raise SettingsError(
                f"The workspace has no config/{name}.yaml.",
                found=f"no file at {path}",
                fix=f"run `countersign init {self.root}` or copy config/{name}.yaml from the demo",
            )
        try:
            return yaml.load(path.read_text(encoding="utf-8"), Loader=_OneKeyOnce)  # noqa: S506 - a SafeLoader
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"config/{name}.yaml cannot be read as YAML.",
                found=str(error).replace("\n", " ")[:300],
                fix="correct the line it names; indent with spaces and save as UTF-8",
            ) from error

    def company(self) -> Company:
        """The company's own settings, with those of config/lead_stages.yaml where there is one.

        Raises:
            SettingsError: config/company.yaml is missing, or a field of either file does not fit.
        """
        said = self.read_config("company")
        if isinstance(said, dict) and "lead_stages" in said:
            raise SettingsError(
                "config/company.yaml does not fit.",
                found="lead_stages: no such key",
                fix="move it to config/lead_stages.yaml",
            )
        try:
            company = Company.model_validate(said)
        except ValidationError as error:
            raise SettingsError(
                "config/company.yaml does not fit.", found=first_problem(error), fix=COMPANY_FIX
            ) from error
        return company.model_copy(update={"lead_stages": self._lead_stages()})

    def _lead_stages(self) -> LeadStages:
        if not (self.config / "lead_stages.yaml").is_file():
            return LeadStages()
        try:
            return LeadStages.model_validate(self.read_config("lead_stages"))
        except ValidationError as error:
            raise SettingsError(
                "config/lead_stages.yaml does not fit.", found=first_problem(error), fix=LEAD_STAGES_FIX
            ) from error


COMPANY_FIX = "give name, reporting_currency (e.g. EUR) and time_zone (e.g. Europe/Berlin)"


# What pydantic says with the names of our classes in it, or not in the words of a YAML file.
_IN_WORDS = {
    "extra_forbidden": "no such key; check the spelling",
    "missing": "this key is missing",
    "model_type": "is empty or a list, and should hold keys with values",
    "dict_type": "is empty or a list, and should hold keys with values",
}


class _OneKeyOnce(yaml.SafeLoader):
    """YAML whose second key of a name is refused: the first would be lost without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == "tag:yaml.org,2002:merge":
                continue
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} stands there twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def first_problem(error: ValidationError) -> str:
    """The first thing pydantic objected to, in one line, without the input value."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "the file"
    said = _IN_WORDS.get(first["type"], first["msg"].removeprefix("Value error, "))
    return f"{where}: {said}"


def open_workspace(root: Path) -> Workspace:
    """The workspace at a directory.

    Raises:
        SettingsError: the directory holds no config/company.yaml.
    """
    workspace = Workspace(root.expanduser().resolve())
    if not (workspace.config / "company.yaml").is_file():
        raise SettingsError(
            "This directory is not a Countersign workspace.",
            found=f"no config/company.yaml in {workspace.root}",
            fix="run `countersign init DIR` (or `countersign demo`), then pass --workspace DIR",
        )
    return workspace
