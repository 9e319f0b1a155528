"""An invented cross-section: a company whose data has no dates."""

from countersign.core.contracts import Block, Draft, Funnel, FunnelStep, Kpis, KpiTile, ModelCall, Prose
from tests.reports.fact_book import SNAPSHOT, FactBook


def undated_draft() -> Draft:
    """A cross-section of a company whose data has no dates: no period, no change, no trend."""
    book = FactBook()
    title = "Leads by source"
    for alias, value in {"leads": 9240, "sql": 3561, "won": 842}.items():
        book.query(
            alias, value, metric=alias, title=title, unit="count", window=None, table="lead_source_summary"
        )
    rate = book.query("rate", "0.3854", metric="acceptance_rate", title=title, unit="rate", window=None)
    won_rate = book.query("won_rate", "0.2365", metric="won_rate", title=title, unit="rate", window=None)
    blocks: tuple[Block, ...] = (
        Prose(
            role="lede",
            text="Of {{fact:leads}} leads, {{fact:sql}} reached sales, and {{fact:won}} became customers.",
        ),
        Kpis(
            tiles=(
                KpiTile(name="Leads", value="leads"),
                KpiTile(name="Acceptance rate", value=rate, good_direction="up"),
            )
        ),
        Prose(text="Whether any of this changed: the file carries no dates.", label="not_known"),
        Funnel(
            steps=(
                FunnelStep(name="Leads", count="leads"),
                FunnelStep(name="Reached sales", count="sql", rate=rate),
                FunnelStep(name="Customers", count="won", rate=won_rate, is_worst=True),
            )
        ),
    )
    return Draft(
        agent="reporting",
        agent_version="1.2.0",
        kind="report",
        title="Sales accepted {{fact:rate}} of all leads",
        period=None,
        compared_with=None,
        blocks=blocks,
        facts=tuple(book.facts),
        bindings=book.bindings,
        names={},
        periods={},
        datasets=(),
        snapshot_id=SNAPSHOT,
        model_call=ModelCall(
            provider="compatible", model="small-1", prompt_hash="1a", fallback="the model timed out"
        ),
    )
