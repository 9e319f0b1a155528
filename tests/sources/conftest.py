"""What tests of sources share: a second workspace, for a load that is disturbed or done in another way."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from countersign.core.workspace import Workspace
from tests.conftest import COMPANY_YAML


@pytest.fixture
def other_workspace(workspace: Workspace, tmp_path: Path) -> Workspace:
    """Another empty workspace of the same company."""
    found = Workspace(tmp_path / "other")
    found.config.mkdir(parents=True)
    shutil.copyfile(workspace.config / "company.yaml", found.config / "company.yaml")
    return found


@pytest.fixture(scope="module")
def new_workspace(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Workspace]:
    """A function that makes empty workspaces of the company, for what a whole module loads only once."""

    def make() -> Workspace:
        found = Workspace(tmp_path_factory.mktemp("company") / "workspace")
        found.config.mkdir(parents=True)
        (found.config / "company.yaml").write_text(COMPANY_YAML, encoding="utf-8")
        return found

    return make
