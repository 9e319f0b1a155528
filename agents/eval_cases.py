"""An agent's eval cases and the record that it passed them; the register refuses one without.

Beside each card lie `evals.yaml`, what its draft on the demo company must tell and must not, and
`passed.yaml`, which `python -m flows.evals.cases` writes. The record names the version and a digest of
prompt and cases: whoever changes one of them lets the agent pass again.
"""

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from countersign.core.errors import SettingsError
from countersign.core.hashing import digest_of
from countersign.core.workspace import first_problem

CASES, PASSED = "evals.yaml", "passed.yaml"
FIX = "complete its cases, then run `python -m flows.evals.cases`, which writes what passed"


class EvalCase(BaseModel):
    """One thing that a draft on the demo company must do: texts it tells, and texts it leaves out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=120)
    tells: tuple[str, ...] = ()
    omits: tuple[str, ...] = ()

    def find_misses(self, told: str) -> list[str]:
        """What a draft's text lacks or should not say, one line each.

        >>> EvalCase(name="a", tells=("rose",), omits=("because",)).find_misses("It fell because of rain.")
        ["does not tell 'rose'", "tells 'because'"]
        """
        text = told.casefold()
        lacks = [f"does not tell {part!r}" for part in self.tells if part.casefold() not in text]
        return lacks + [f"tells {part!r}" for part in self.omits if part.casefold() in text]


class Passed(BaseModel):
    """What passed, and of which version: `digest` covers the prompt and the cases."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    digest: str
    cases: tuple[str, ...]


def read_cases(folder: Path) -> tuple[EvalCase, ...]:
    """The cases in an agent's folder.

    Raises:
        SettingsError: there are none, or one is incomplete.
    """
    path = folder / CASES
    try:
        listed = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else None
        cases = tuple(EvalCase.model_validate(one) for one in listed or ())
    except (ValidationError, yaml.YAMLError, TypeError) as error:
        found = first_problem(error) if isinstance(error, ValidationError) else str(error)
        raise refused(folder.name, f"{CASES} does not fit: {found}") from error
    if not any(case.tells for case in cases):
        raise refused(folder.name, f"no case in {CASES} says what its draft must tell")
    return cases


def describe_passed(folder: Path, *, version: str, prompt: str) -> Passed:
    """The record of an agent that passed all its cases, at this version, with this prompt."""
    cases = read_cases(folder)
    text = [prompt, *(case.model_dump_json() for case in cases)]
    return Passed(version=version, digest=digest_of(text), cases=tuple(case.name for case in cases))


def check_passed(folder: Path, *, version: str, prompt: str) -> None:
    """Refuse an agent that has not passed its cases as it stands now.

    Raises:
        SettingsError: it has no cases or no record, or the record is of another version, prompt or cases.
    """
    due = describe_passed(folder, version=version, prompt=prompt)
    path = folder / PASSED
    if not path.is_file():
        raise refused(folder.name, "it has not passed its eval cases")
    try:
        passed = Passed.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise refused(folder.name, f"{PASSED} is not a record of eval cases") from error
    if passed.version != due.version:
        raise refused(
            folder.name, f"its eval cases passed at version {passed.version}; this is {due.version}"
        )
    if passed != due:
        raise refused(folder.name, "its prompt or its eval cases changed after they passed")


def refused(name: str, found: str) -> SettingsError:
    """The error for an agent that may not draft because of its cases."""
    return SettingsError("An agent's card is refused.", found=f"{name}: {found}", fix=FIX)
