"""config/events.yaml: optional, one mark for each day, and refused in the words of the file."""

import pytest

from countersign.core.errors import SettingsError
from countersign.core.event_marks import Events, read_events
from countersign.core.workspace import Workspace, shipped


def told(tmp_path, text: str) -> Events:
    workspace = Workspace(tmp_path)
    workspace.config.mkdir(parents=True, exist_ok=True)
    (workspace.config / "events.yaml").write_text(text, encoding="utf-8")
    return read_events(workspace)


def test_without_a_file_nothing_was_said_beforehand(tmp_path):
    assert read_events(Workspace(tmp_path)) == Events()


def test_the_shipped_file_is_read_and_tells_nothing():
    assert read_events(Workspace(shipped("config").parent)).dbt_vars() == {"event_marks": []}


def test_an_event_of_three_days_is_three_marks_and_a_repeated_one_is_no_more(tmp_path):
    sale = "{day: 2026-06-08, until: 2026-06-10, kind: promotion, name: Sale, channel: Paid search}"
    marks = told(tmp_path, f"events: [{sale}, {sale}]").dbt_vars()["event_marks"]
    assert [mark["day"] for mark in marks] == ["2026-06-08", "2026-06-09", "2026-06-10"]
    assert {(mark["kind"], mark["channel"], mark["campaign_id"]) for mark in marks} == {
        ("promotion", "Paid search", "")
    }


@pytest.mark.parametrize(
    "text",
    [
        "events: [{day: 2026-06-08, kind: party, name: Summer}]",
        "events: [{day: 2026-06-08, until: 2026-06-01, kind: launch, name: Backwards}]",
        "events: [{day: 2026-06-08, until: 2027-06-01, kind: launch, name: A year}]",
        "events: [{day: 2026-06-08, kind: launch}]",
        "events: [{day: 2026-06-08, kind: brief, name: Of no campaign}]",
    ],
)
def test_what_does_not_fit_names_the_file_and_the_page(tmp_path, text):
    with pytest.raises(SettingsError, match=r"events\.yaml") as error:
        told(tmp_path, text)
    assert "docs/events.md" in str(error.value)
