"""The slots of a report that hold prose: what a writer, offline or model, must hand in."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from countersign.core.contracts import EvidenceLabel

Line = Annotated[str, Field(max_length=700)]


LABELS: dict[str, EvidenceLabel] = {
    "measured": "measured", "inferred": "inferred", "attention": "measured"
}  # fmt: skip


class ReportWording(BaseModel):
    """Every word of a report that is not a figure, a name, a label of a table, or a gap in the data.

    An empty slot means that there is nothing to say there; a model fills exactly the slots that the
    offline writer fills.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(max_length=400, description="The finding, as a headline without a full stop.")
    lede: str = Field(max_length=1400, description="What a reader must know, in up to three sentences.")
    change_heading: str = Field(max_length=300, description="Where the change of the headline sits.")
    measured: list[Line] = Field(max_length=5, description="What was counted; no cause.")
    inferred: list[Line] = Field(max_length=2, description="What coincides with what; no cause.")
    trend_heading: str = Field(max_length=300, description="How the headline figure ran over the weeks.")
    channel_heading: str = Field(max_length=300, description="What the table by channel shows.")
    funnel_heading: str = Field(max_length=300, description="What the steps of the funnel show.")
    attention_heading: str = Field("", max_length=400, description="What else needs someone, as a finding.")
    attention: list[Line] = Field(max_length=6, description="What else needs someone, one line each.")


def claims_of(wording: ReportWording) -> list[tuple[str, str, EvidenceLabel | None]]:
    """Each filled slot as (place, text, label it will carry)."""
    slots: list[tuple[str, str, EvidenceLabel | None]] = []
    for name in ReportWording.model_fields:
        value = getattr(wording, name)
        label = LABELS.get(name)
        texts = value if isinstance(value, list) else [value]
        slots += [(name, text, label) for text in texts if text]
    return slots
