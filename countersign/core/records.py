"""What every record shares: frozen, an unknown field refused, and the closed sets that recur."""

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

Severity = Literal["info", "watch", "act"]
EvidenceLabel = Literal["measured", "inferred", "not_known"]
Unit = Literal["currency", "count", "rate", "ratio", "hours", "days"]
Direction = Literal["up", "down", "neutral"]
Quality = Literal["passed", "warnings", "failed", "not_checked"]
Number = Decimal | int | float


class Record(BaseModel):
    """A frozen record; an unknown field is an error, not a surprise."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())
