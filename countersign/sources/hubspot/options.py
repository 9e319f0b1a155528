"""What config/sources.yaml may say under `options:` of a HubSpot source."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from countersign.core.landed import STAGES
from countersign.sources.connecting.connector import Options

# Stages by property and value. Values are HubSpot's own internal names; a company's are numbers or words.
DEFAULT_STAGES: dict[str, dict[str, str | None]] = {
    "lifecyclestage": {
        "lead": "lead",
        "marketingqualifiedlead": "mql",
        "salesqualifiedlead": "sql",
        "opportunity": "opportunity",
        "customer": "customer",
    },
    "hs_lead_status": {
        "IN_PROGRESS": "sales_accepted",
        "OPEN_DEAL": "sales_accepted",
        "CONNECTED": "sales_accepted",
        "UNQUALIFIED": "disqualified",
        "BAD_TIMING": "disqualified",
    },
}
DEFAULT_VERDICTS: dict[str, str | None] = {
    "IN_PROGRESS": "accepted",
    "OPEN_DEAL": "accepted",
    "CONNECTED": "accepted",
    "UNQUALIFIED": "rejected",
    "BAD_TIMING": "rejected",
}


def _as_texts(given: object) -> object:
    # YAML reads the number of a company's own stage as a number.
    return {str(value): ours for value, ours in given.items()} if isinstance(given, Mapping) else given


Verdicts = Annotated[dict[str, Literal["accepted", "rejected"] | None], BeforeValidator(_as_texts)]
Properties = tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], ...]


class HubSpotOptions(Options):
    """Which properties hold what; all may be left out.

    `contact_properties`, `company_properties` and `deal_properties` are read besides the standard ones, for
    `columns` to map. `stages` and `verdicts` add to the defaults, value by value; null takes one out.
    `verdict_property` says whether sales took a lead, `reason_property` why not. `leave_out` names what
    the account or its token does not give.
    """

    contact_properties: Properties = ()
    company_properties: Properties = ()
    deal_properties: Properties = ()
    stages: dict[str, Annotated[dict[str, str | None], BeforeValidator(_as_texts)]] = Field(
        default_factory=dict
    )
    verdict_property: str = "hs_lead_status"
    verdicts: Verdicts = Field(default_factory=dict)
    reason_property: str | None = None
    leave_out: tuple[
        Literal["companies", "deals", "calls", "emails", "meetings", "form_submissions", "marketing_emails"],
        ...,
    ] = ()

    @model_validator(mode="after")
    def _knows_its_stages(self) -> "HubSpotOptions":
        said = {stage for values in self.stages.values() for stage in values.values() if stage is not None}
        wrong = sorted(said - set(STAGES))
        if wrong:
            raise ValueError(f"stage {', '.join(wrong)} is not one of {', '.join(STAGES)}")
        return self

    def stage_of(self, name: str, value: str) -> str | None:
        """The stage that a property's value means; None when it means none."""
        ours = {**DEFAULT_STAGES.get(name, {}), **self.stages.get(name, {})}
        return ours.get(value)

    def verdict_of(self, value: str) -> str | None:
        """What sales says with a value of the verdict property; None when nothing."""
        standard: Mapping[str, Any] = DEFAULT_VERDICTS if self.verdict_property == "hs_lead_status" else {}
        return {**standard, **self.verdicts}.get(value)

    def stage_properties(self) -> tuple[str, ...]:
        """The properties whose history tells stages."""
        return tuple(dict.fromkeys([*DEFAULT_STAGES, *self.stages]))
