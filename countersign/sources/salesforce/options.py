"""What config/sources.yaml may say of a Salesforce source, and how lead statuses become stages."""

from typing import Literal

from pydantic import Field, model_validator

from countersign.core.landed import STAGES
from countersign.sources.connecting.connector import Options

Verdict = Literal["accepted", "rejected"]

# The statuses that Salesforce ships (two generations of them), and the names that most teams add.
STAGE_OF_STATUS = {
    "New": "lead",
    "Open": "lead",
    "Open - Not Contacted": "lead",
    "Nurturing": "lead",
    "Marketing Qualified": "mql",
    "MQL": "mql",
    "Sales Accepted": "sales_accepted",
    "Working": "sales_accepted",
    "Working - Contacted": "sales_accepted",
    "Contacted": "sales_accepted",
    "Qualified": "sql",
    "Closed - Converted": "sql",
    "Unqualified": "disqualified",
    "Sales Rejected": "disqualified",
    "Closed - Not Converted": "disqualified",
}
VERDICT_OF_STATUS: dict[str, Verdict] = {
    "Sales Accepted": "accepted",
    "Working": "accepted",
    "Working - Contacted": "accepted",
    "Unqualified": "rejected",
    "Sales Rejected": "rejected",
    "Closed - Not Converted": "rejected",
}
_FIELD = r"^[A-Za-z][A-Za-z0-9_]*$"


class CustomFields(Options):
    """API names of a company's own fields of Lead; each fills one column of crm_leads or sales_feedback."""

    visitor: str | None = Field(None, pattern=_FIELD)
    account: str | None = Field(None, pattern=_FIELD)
    segment: str | None = Field(None, pattern=_FIELD)
    platform: str | None = Field(None, pattern=_FIELD)
    campaign_id: str | None = Field(None, pattern=_FIELD)
    reject_reason: str | None = Field(None, pattern=_FIELD)
    consent: str | None = Field(None, pattern=_FIELD)
    consent_at: str | None = Field(None, pattern=_FIELD)
    purposes: str | None = Field(None, pattern=_FIELD)

    def named(self) -> dict[str, str]:
        """The fields that are given, by what they fill."""
        return {name: field for name, field in self.model_dump().items() if field}


class SalesforceOptions(Options):
    """Which organisation, and how its lead statuses, campaigns and fields are read.

    `stages` and `verdicts` are added to the statuses that Salesforce ships. `currency` is needed by
    organisations with a single currency, which do not tell it over the API.
    """

    my_domain: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*(\.(sandbox|develop|scratch))?$")
    currency: str | None = Field(None, pattern=r"^[A-Z]{3}$")
    stages: dict[str, str] = Field(default_factory=dict)
    verdicts: dict[str, Verdict] = Field(default_factory=dict)
    event_campaign_types: tuple[str, ...] = ("Trade Show", "Conference", "Seminar / Conference", "Event")
    fields: CustomFields = CustomFields()
    api_version: str = Field("v67.0", pattern=r"^v\d{2}\.0$")

    @model_validator(mode="after")
    def _stages_exist(self) -> "SalesforceOptions":
        wrong = sorted(set(self.stages.values()) - set(STAGES))
        if wrong:
            raise ValueError(f"stage {', '.join(wrong)} is not one of {', '.join(STAGES)}")
        return self

    def stage_of(self, status: str | None) -> str | None:
        """Our stage for a lead status; an unknown status stays as it is, so that its row is refused."""
        if status is None:
            return None
        return self.stages.get(status) or STAGE_OF_STATUS.get(status) or status

    def verdict_of(self, status: str | None) -> str | None:
        """What sales said by setting a status; None for statuses that say nothing."""
        if status is None:
            return None
        return self.verdicts.get(status) or VERDICT_OF_STATUS.get(status)
