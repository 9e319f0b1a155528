"""Consent and purpose: only a clear yes is one."""

import pytest

from countersign.core.errors import SettingsError
from countersign.core.workspace import Workspace, shipped
from countersign.sources.personal.consent import may_use
from countersign.sources.personal.privacy_config import PrivacyConfig, Purpose, read_privacy

PURPOSES = (
    Purpose(name="reporting", meaning="Counting.", needs_consent=False),
    Purpose(name="newsletter", meaning="News.", said_as=("Monthly News",)),
)


@pytest.mark.parametrize(
    ("consent", "purposes", "purpose", "allowed"),
    [
        ("granted", None, "newsletter", True),
        ("granted", "", "newsletter", True),
        ("granted", "MONTHLY NEWS | x", "newsletter", True),
        ("granted", "x; y", "newsletter", False),
        ("unknown", "newsletter", "newsletter", False),
        (None, None, "newsletter", False),
        ("denied", "newsletter", "newsletter", False),
        ("denied", None, "reporting", False),
        ("unknown", None, "reporting", True),
    ],
)
def test_only_a_clear_yes_is_one(consent, purposes, purpose, allowed):
    assert may_use(consent, purposes, purpose, known=PURPOSES) is allowed


def test_a_purpose_that_the_company_does_not_have_is_refused():
    with pytest.raises(SettingsError, match="no such purpose"):
        may_use("granted", None, "profiling", known=PURPOSES)


def test_the_shipped_file_fits_and_its_numbers_are_the_defaults():
    read = read_privacy(Workspace(shipped("config").parent))

    assert read.retention == PrivacyConfig().retention
    assert {purpose.name for purpose in read.purposes} == {"reporting", "email_marketing", "ad_audiences"}


@pytest.mark.parametrize(
    "content",
    [
        "retention: {raw_values_days: 0}",
        "phones: {default_region: XX}",
        "keep_words: [two words]",
        "forever: 1",
    ],
)
def test_what_does_not_fit_is_refused(workspace, content):
    (workspace.config / "privacy.yaml").write_text(content, encoding="utf-8")

    with pytest.raises(SettingsError, match=r"privacy\.yaml does not fit"):
        read_privacy(workspace)
