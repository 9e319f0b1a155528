"""config/channels.yaml: what may stand there, what is refused, and what dbt gets of it."""

import pytest

from countersign.core.channels import Channels, read_channels
from countersign.core.errors import SettingsError
from countersign.core.workspace import Workspace, shipped


@pytest.fixture
def channels_of(tmp_path):
    def read(text):
        workspace = Workspace(tmp_path)
        workspace.config.mkdir(exist_ok=True)
        (workspace.config / "channels.yaml").write_text(text)
        return read_channels(workspace)

    return read


def test_without_the_file_there_are_no_own_rules(tmp_path):
    assert read_channels(Workspace(tmp_path)) == Channels()
    assert Channels().dbt_vars() == {"channel_rules": [], "channel_names": {}}


def test_conditions_are_handed_over_in_lower_case_and_in_order(channels_of):
    channels = channels_of(
        "names: {Organic Search: Search}\n"
        "rules:\n"
        "  - {channel: Fairs, medium: [Event, ' FAIR ']}\n"
        r"  - {channel: Brand, source: Google, campaign: {matches: '^BRAND\W'}}"
    )
    assert channels.dbt_vars() == {
        "channel_names": {"Organic Search": "Search"},
        "channel_rules": [
            {"channel": "Fairs", "conditions": [{"column": "medium", "values": ["event", "fair"]}]},
            {
                "channel": "Brand",
                "conditions": [
                    {"column": "source", "values": ["google"]},
                    {"column": "campaign", "matches": r"^brand\W"},
                ],
            },
        ],
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rules: [{channel: Fairs}]", "a rule needs a condition"),
        ("rules: [{channel: Fairs, medium: []}]", "give a text, a list of texts"),
        ("rules: [{channel: Fairs, medium: [3]}]", "give a text, a list of texts"),
        ("rules: [{channel: Fairs, landing_page: x}]", "landing_page: no such key"),
        ("rules: [{medium: fair}]", "channel: this key is missing"),
        ("rules: [{channel: Fairs, medium: {matches: '('}}]", "not a regular expression"),
        ("rules: [{channel: Fairs, medium: {matches: '(?=fair)x'}}]", "not every warehouse"),
        (r"rules: [{channel: Fairs, medium: {matches: '(a)\1'}}]", "not every warehouse"),
        ("names: {Organic Search: ''}", "names"),
        ("- Fairs", "is empty or a list"),
    ],
)
def test_what_does_not_fit_is_refused_in_the_words_of_the_file(channels_of, text, said):
    with pytest.raises(SettingsError, match=said) as error:
        channels_of(text)
    assert "config/channels.yaml" in str(error.value)


def test_the_shipped_file_says_what_the_demo_company_calls_its_channels():
    channels = read_channels(Workspace(shipped("config").parent))
    assert channels.names["Paid Search"] == "Paid search"
    assert channels.rules == ()
