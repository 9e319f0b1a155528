"""Workspaces with data made by others, through the mappings that the file tests use."""

import shutil
from pathlib import Path

import pytest
import yaml

from tests.end_to_end.line import Line, make_line
from tests.sources.files.conftest import MAPPINGS

FOLDERS = {
    "olist": "olist_marketing_funnel",
    "xed": "lead_scoring_xeducation",
    "google_ads": "fivetran_seeds/dbt_google_ads",
    "facebook_ads": "fivetran_seeds/dbt_facebook_ads",
}


def real_line(root: Path, data: Path, *, company: dict[str, object], mappings: dict[str, str]) -> Line:
    """A workspace that holds copies of `mappings`' folders (mapping name to folder) of the data."""
    sources: dict[str, object] = {}
    for mapping in mappings:
        sources |= yaml.safe_load((MAPPINGS / f"{mapping}.yaml").read_text())["sources"]
    line = make_line(root, company=company, sources=sources)
    for folder in mappings.values():
        origin = data / FOLDERS[folder]
        if not origin.is_dir():
            pytest.skip(f"{origin.name} is not in the test data: set COUNTERSIGN_TEST_DATA to its folder")
        shutil.copytree(origin, line.workspace.data / folder, copy_function=shutil.copyfile)
    return line
