"""What analytics knows of each metric beside its one SQL definition: title, unit, which way is good.

The SQL itself travels in the snapshot's `metric_sql`; the columns here are what that SQL reads.
"""

from dataclasses import dataclass

from countersign.core.contracts import Direction, Unit
from countersign.core.errors import SnapshotError


@dataclass(frozen=True)
class Metric:
    """One metric.

    `columns` are columns of `channel_day`. `counts` names the metrics that a ratio is made of and
    that must be big enough before a movement of it means anything. `matures` says whether later
    verdicts of sales still change it. `landed` are the landed tables it rests on.
    `ratio_of` names the two metrics that one without SQL of its own is divided from.
    """

    name: str
    title: str
    unit: Unit
    good_direction: Direction
    columns: tuple[str, ...]
    landed: tuple[str, ...]
    counts: tuple[str, ...] = ()
    matures: bool = False
    ratio_of: tuple[str, str] | None = None


_ADS, _WEB, _CRM = "ad_performance", "web_sessions", "crm_leads"
_SALES, _DEALS = "sales_feedback", "crm_opportunities"
_ACCEPTED = ("accepted_leads",)
_DECIDED = ("accepted_leads", "rejected_leads")

METRICS = {
    metric.name: metric
    for metric in (
        Metric("spend", "Spend", "currency", "neutral", ("spend_reporting",), (_ADS,)),
        Metric("impressions", "Impressions", "count", "neutral", ("impressions",), (_ADS,)),
        Metric("clicks", "Clicks", "count", "up", ("clicks",), (_ADS,), ("clicks",)),
        Metric(
            "cost_per_click", "Cost per click", "currency", "down", ("spend_reporting", "clicks"), (_ADS,),
            ("clicks",), ratio_of=("spend", "clicks"),
        ),
        Metric(
            "click_rate", "Clicks per impression", "rate", "up", ("clicks", "impressions"), (_ADS,),
            ("clicks",), ratio_of=("clicks", "impressions"),
        ),
        Metric("sessions", "Sessions", "count", "up", ("sessions",), (_WEB,), ("sessions",)),
        Metric("leads", "Leads", "count", "up", ("leads",), (_CRM,), ("leads",)),
        Metric("mqls", "Qualified leads", "count", "up", ("mqls",), (_CRM,), ("mqls",), matures=True),
        Metric(
            "accepted_leads", "Leads accepted by sales", "count", "up", _ACCEPTED, (_CRM,), _ACCEPTED,
            matures=True,
        ),
        Metric(
            "rejected_leads", "Leads rejected by sales", "count", "down", ("rejected_leads",), (_CRM,),
            ("rejected_leads",), matures=True,
        ),
        Metric(
            "customers", "Customers", "count", "up", ("customers",), (_CRM,), ("customers",), matures=True
        ),
        Metric(
            "opportunities", "Opportunities opened", "count", "up", ("opportunities",), (_DEALS,),
            ("opportunities",),
        ),
        Metric(
            "pipeline", "Pipeline opened", "currency", "up", ("pipeline_reporting",), (_DEALS,),
            ("opportunities",),
        ),
        Metric("revenue", "Revenue won", "currency", "up", ("revenue_reporting",), (_DEALS,)),
        Metric(
            "cost_per_lead", "Cost per lead", "currency", "down", ("spend_reporting", "leads"),
            (_ADS, _CRM), ("leads",),
        ),
        Metric(
            "cost_per_accepted_lead", "Cost per accepted lead", "currency", "down",
            ("spend_reporting", "accepted_leads"), (_ADS, _CRM), _ACCEPTED, matures=True,
        ),
        Metric(
            "cac", "Customer acquisition cost", "currency", "down", ("spend_reporting", "customers"),
            (_ADS, _CRM), ("customers",), matures=True,
        ),
        Metric(
            "conversion_rate", "Leads per session", "rate", "up", ("leads", "sessions"), (_WEB, _CRM),
            ("leads",),
        ),
        Metric(
            "sales_acceptance_rate", "Sales acceptance rate", "rate", "up", _DECIDED, (_CRM,), _DECIDED,
            matures=True,
        ),
    )
}  # fmt: skip


# What each cost is spent on: cost = spend / count. The metric itself is rounded to money's six digits,
# which is fine to show and too coarse to split exactly.
COST_COUNTS = {"cost_per_lead": "leads", "cost_per_accepted_lead": "accepted_leads", "cac": "customers"}


def metric_named(name: str) -> Metric:
    """A metric by name.

    Raises:
        SnapshotError: there is no such metric.
    """
    if name not in METRICS:
        raise SnapshotError(
            "A metric was asked for that nobody has defined.",
            found=name,
            fix=f"use one of {', '.join(METRICS)}",
        )
    return METRICS[name]
