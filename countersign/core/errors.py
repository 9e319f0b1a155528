"""The errors a person can act on, named after who acts.

PipelineError
|-- SettingsError    operator: environment, workspace, config files
|-- SourceError      engineer: files, mappings, connectors
|-- QualityError     data owner: a batch or a warehouse that failed its checks
|-- SnapshotError    engineer: a snapshot that is missing, changed or refused
|-- AgentError       retry once, then a person
|-- ApprovalError    approver: not allowed, not any more, not these bytes
`-- LockedError      operator: another pipeline holds the workspace
"""


class PipelineError(Exception):
    """A failure someone can act on; `str(error)` is safe to show in the console.

    Args:
        problem: what is wrong, one sentence.
        found: what was found; never a key, a prompt or a customer row.
        fix: what to do.
    """

    exit_code = 1

    def __init__(self, problem: str, *, found: object, fix: str) -> None:
        super().__init__(f"{problem}\n  found: {found}\n  fix:   {fix}")
        self.problem = problem
        self.found = found
        self.fix = fix


class SettingsError(PipelineError):
    """The environment, the workspace or a config file is not usable."""

    exit_code = 2


class SourceError(PipelineError):
    """A file, a mapping or a connector gave something that cannot be landed."""

    exit_code = 4


class QualityError(PipelineError):
    """Data failed a check that guards what people read."""

    exit_code = 4


class SnapshotError(PipelineError):
    """A snapshot is missing, was changed, or refuses what was asked of it."""


class AgentError(PipelineError):
    """An agent or its model did not return a usable draft."""


class ApprovalError(PipelineError):
    """A decision that is not allowed, not any more, or not on these bytes."""

    exit_code = 5


class LockedError(PipelineError):
    """Another pipeline holds this workspace."""
