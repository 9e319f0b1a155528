"""config/attribution.yaml: shipped as the defaults, optional, and refused in the words of the file."""

import pytest

from countersign.core.attribution_rules import AttributionRules, read_attribution_rules
from countersign.core.errors import SettingsError
from countersign.core.workspace import Workspace, shipped


def test_the_shipped_file_says_the_defaults():
    assert read_attribution_rules(Workspace(shipped("config").parent)) == AttributionRules()


def test_without_a_file_the_defaults_hold(tmp_path):
    assert read_attribution_rules(Workspace(tmp_path)).lookback_days == 90


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lookback_days: 0\n", "lookback_days"),
        ("half_life_days: -1\n", "half_life_days"),
        ("half_life: 7\n", "half_life: no such key"),
        ("position_shares: {first: 0.5, middle: 0.2, last: 0.4}\n", "sum to 1.1 and should sum to 1"),
        ("direct_channel: ''\n", "direct_channel"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(tmp_path, text, said):
    workspace = Workspace(tmp_path)
    workspace.config.mkdir()
    (workspace.config / "attribution.yaml").write_text(text)
    with pytest.raises(SettingsError, match=said):
        read_attribution_rules(workspace)
