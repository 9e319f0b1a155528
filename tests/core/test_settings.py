"""Settings: one place reads the environment, and a misspelt name is refused."""

from pathlib import Path

import pytest

from countersign.core.errors import SettingsError
from countersign.core.settings import Settings, load_settings, variable_name

DOCS = Path(__file__).resolve().parents[2] / "docs" / "settings.md"


def test_a_misspelt_name_is_refused_and_says_which():
    with pytest.raises(SettingsError, match="COUNTERSIGN_WORKSPCE") as error:
        load_settings({"COUNTERSIGN_WORKSPCE": "/tmp"})
    assert "fix:" in str(error.value)


def test_a_value_that_does_not_fit_names_its_variable():
    with pytest.raises(SettingsError, match="COUNTERSIGN_MODEL_TIMEOUT_S"):
        load_settings({"COUNTERSIGN_MODEL_TIMEOUT_S": "soon"})


def test_secrets_do_not_show_in_the_settings_text():
    settings = load_settings({"COUNTERSIGN_MODEL_API_KEY": "sk-canary-1"})
    assert "sk-canary-1" not in repr(settings) + str(settings)
    assert settings.model_api_key is not None
    assert settings.model_api_key.get_secret_value() == "sk-canary-1"


def test_empty_means_not_set():
    assert load_settings({"COUNTERSIGN_LEDGER_URL": ""}).ledger_url is None


def test_prefects_own_names_are_read_as_they_are():
    settings = load_settings({"PREFECT_API_URL": "http://127.0.0.1:4200/api"})
    assert settings.prefect_api_url == "http://127.0.0.1:4200/api"


@pytest.mark.parametrize("field", sorted(Settings.model_fields))
def test_every_setting_is_documented(field):
    assert f"`{variable_name(field)}`" in DOCS.read_text(encoding="utf-8")
