"""Config files: what is wrong is said in the words of the file, and nothing is lost without a word."""

import pytest

from countersign.core.errors import SettingsError
from countersign.core.workspace import Workspace
from countersign.sources.files.sources_file import read_sources

SOURCE = "description: d\n    tables: [{table: crm_leads, files: a.csv, columns: {lead_id: id}}]\n"


@pytest.fixture
def write(tmp_path):
    workspace = Workspace(tmp_path)
    workspace.config.mkdir()

    def write_config(name, text):
        (workspace.config / f"{name}.yaml").write_text(text)
        return workspace

    return write_config


def test_the_second_source_of_one_name_is_refused_with_its_line(write):
    workspace = write("sources", f"sources:\n  ads:\n    {SOURCE}  ads:\n    {SOURCE}")
    with pytest.raises(SettingsError, match=r"'ads' stands there twice.*line 5"):
        read_sources(workspace)


def test_anchors_and_merged_keys_may_repeat(write):
    workspace = write("goals", "a: &a {x: 1}\nb: {<<: *a, x: 2}\n")
    assert workspace.read_config("goals") == {"a": {"x": 1}, "b": {"x": 2}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file: is empty or a list"),
        ("- 1\n", "the file: is empty or a list"),
        ("nme: x\nname: x\nreporting_currency: EUR\ntime_zone: UTC\n", "nme: no such key"),
        ("name: x\nreporting_currency: EUR\n", "time_zone: this key is missing"),
        ("name: x\nreporting_currency: EUR\ntime_zone: Moon\n", "time_zone: 'Moon' is not an IANA time zone"),
    ],
)
def test_a_file_that_does_not_fit_is_described_without_our_class_names(write, text, said):
    with pytest.raises(SettingsError, match=said):
        write("company", text).company()
