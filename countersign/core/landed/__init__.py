"""The canonical landed tables: grain, key, columns with units. Sources fill them, dbt stages them."""

from countersign.core.errors import SourceError
from countersign.core.landed.advertising import AD_PERFORMANCE, SEARCH_TERMS, SINGLE_AD_PERFORMANCE
from countersign.core.landed.audience import (
    EMAIL_CAMPAIGNS,
    EMAIL_EVENT_TYPES,
    EMAIL_EVENTS,
    MANUAL_KPIS,
    RESEARCH_KINDS,
    RESEARCH_NOTES,
    SOCIAL_POSTS,
    SUPPORT_TICKETS,
)
from countersign.core.landed.crm import (
    CONSENTS,
    CRM_ACCOUNTS,
    CRM_ACTIVITIES,
    CRM_LEADS,
    CRM_OPPORTUNITIES,
    CRM_REMOVALS,
    CRM_STAGE_CHANGES,
    LEAD_EVENT_TYPES,
    LEAD_EVENTS,
    SALES_FEEDBACK,
    STAGES,
)
from countersign.core.landed.finance import FX_RATES
from countersign.core.landed.shape import BOOKKEEPING, LandedColumn, LandedTable
from countersign.core.landed.web import WEB_EVENTS, WEB_SESSIONS, WEB_TRAFFIC_DAYS

__all__ = [
    "AD_PERFORMANCE", "BOOKKEEPING", "CONSENTS", "CRM_ACCOUNTS", "CRM_ACTIVITIES", "CRM_LEADS",
    "CRM_OPPORTUNITIES", "CRM_REMOVALS", "CRM_STAGE_CHANGES", "EMAIL_CAMPAIGNS", "EMAIL_EVENTS",
    "EMAIL_EVENT_TYPES", "FX_RATES", "LANDED_TABLES", "LEAD_EVENTS", "LEAD_EVENT_TYPES", "MANUAL_KPIS",
    "RESEARCH_KINDS", "RESEARCH_NOTES", "SALES_FEEDBACK", "SEARCH_TERMS", "SINGLE_AD_PERFORMANCE",
    "SOCIAL_POSTS", "STAGES", "SUPPORT_TICKETS", "WEB_EVENTS", "WEB_SESSIONS", "WEB_TRAFFIC_DAYS",
    "LandedColumn", "LandedTable", "landed_table",
]  # fmt: skip

LANDED_TABLES = {
    table.name: table
    for table in (
        AD_PERFORMANCE, WEB_SESSIONS, CRM_LEADS, CRM_STAGE_CHANGES, CRM_OPPORTUNITIES,
        CRM_ACTIVITIES, SALES_FEEDBACK, CRM_ACCOUNTS, CRM_REMOVALS, LEAD_EVENTS, WEB_EVENTS,
        WEB_TRAFFIC_DAYS, SEARCH_TERMS, EMAIL_CAMPAIGNS, EMAIL_EVENTS, SUPPORT_TICKETS, SOCIAL_POSTS,
        RESEARCH_NOTES, MANUAL_KPIS, FX_RATES, SINGLE_AD_PERFORMANCE,
    )
}  # fmt: skip


def landed_table(name: str) -> LandedTable:
    """The canonical table of that name.

    Raises:
        SourceError: there is none.
    """
    if name not in LANDED_TABLES:
        raise SourceError(
            "A mapping names a landed table that does not exist.",
            found=name,
            fix=f"use one of {', '.join(LANDED_TABLES)}",
        )
    return LANDED_TABLES[name]
