"""What a LinkedIn source may say under `options:`."""

from pydantic import Field, field_validator

from countersign.sources.connecting.connector import Options

METRICS = (
    "externalWebsiteConversions", "externalWebsitePostClickConversions",
    "externalWebsitePostViewConversions", "oneClickLeads", "qualifiedLeads",
)  # fmt: skip


class LinkedInOptions(Options):
    """One ad account, and which of LinkedIn's counts are conversions of it; they are added up."""

    account_id: str = Field(pattern=r"^[0-9]+$")
    conversion_metrics: tuple[str, ...] = Field(("externalWebsiteConversions",), min_length=1)
    api_version: str = Field("202603", pattern=r"^20[0-9]{4}$")

    @field_validator("account_id", mode="before")
    @classmethod
    def _as_text(cls, given: object) -> object:
        return str(given).removeprefix("urn:li:sponsoredAccount:")

    @field_validator("conversion_metrics")
    @classmethod
    def _are_known(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        unknown = set(given) - set(METRICS)
        if unknown:
            raise ValueError(f"{', '.join(sorted(unknown))}: use {', '.join(METRICS)}")
        parts = {"externalWebsitePostClickConversions", "externalWebsitePostViewConversions"}
        if "externalWebsiteConversions" in given and parts & set(given):
            raise ValueError("externalWebsiteConversions already holds those after clicks and after views")
        return given
