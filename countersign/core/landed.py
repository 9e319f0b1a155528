"""The canonical landed tables: grain, key, columns with units. Sources fill them, dbt stages them."""

from dataclasses import dataclass

from countersign.core.errors import SourceError


@dataclass(frozen=True)
class LandedColumn:
    """One column: DuckDB type, what it means with its unit, and whether it may be missing.

    `personal` columns hold raw personal data in a source; they are landed only as pseudonyms.
    """

    name: str
    type: str
    meaning: str
    required: bool = False
    personal: bool = False


@dataclass(frozen=True)
class LandedTable:
    """One canonical table. `day` is the column that dates a row, None where rows have no date."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[LandedColumn, ...]
    day: str
    time_zone: str

    def column(self, name: str) -> LandedColumn:
        """A column by name; KeyError when the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


# Every landed Parquet file also carries these, in this order, after the table's own columns.
BOOKKEEPING = (
    LandedColumn("_batch_id", "varchar", "Batch the row came in.", required=True),
    LandedColumn("_source", "varchar", "Source as named in config/sources.yaml.", required=True),
    LandedColumn("_file", "varchar", "File the row came from, relative to the workspace."),
    LandedColumn("_row", "bigint", "Number of the row in its batch, from 1.", required=True),
    LandedColumn("_bad", "varchar", "Why a value could not be read; null when all could."),
)

_UTC = "timestamps in UTC; the source's zone in source_time_zone"
_ZONE = LandedColumn("source_time_zone", "varchar", "IANA zone that the source's times were in.")

AD_PERFORMANCE = LandedTable(
    "ad_performance",
    "One row per platform, account, campaign, ad group and account day.",
    ("platform", "account_id", "campaign_id", "ad_group_id", "account_day"),
    (
        LandedColumn("platform", "varchar", "Ad platform, e.g. google_ads.", required=True),
        LandedColumn("account_id", "varchar", "Account at the platform; '' when unknown.", required=True),
        LandedColumn("account_time_zone", "varchar", "IANA zone in which account_day was cut."),
        LandedColumn("campaign_id", "varchar", "Campaign id at the platform.", required=True),
        LandedColumn("campaign_name", "varchar", "Campaign name at the platform."),
        LandedColumn("ad_group_id", "varchar", "Ad group id; '' when the source has none.", required=True),
        LandedColumn("ad_group_name", "varchar", "Ad group name."),
        LandedColumn("account_day", "date", "Day in the account's time zone.", required=True),
        LandedColumn("channel", "varchar", "Channel as the company names it."),
        LandedColumn("currency", "varchar", "ISO 4217 currency of the amounts.", required=True),
        LandedColumn("spend", "decimal(18,6)", "Spend in `currency`, zero or more.", required=True),
        LandedColumn("impressions", "bigint", "Times an ad was shown."),
        LandedColumn("clicks", "bigint", "Clicks; not more than impressions."),
        LandedColumn("platform_conversions", "decimal(18,6)", "Conversions the platform claims."),
        LandedColumn(
            "platform_conversion_value", "decimal(18,6)", "Value the platform claims, in `currency`."
        ),
    ),
    "account_day",
    "days in account_time_zone",
)
WEB_SESSIONS = LandedTable(
    "web_sessions",
    "One row per session.",
    ("session_key",),
    (
        LandedColumn("session_key", "varchar", "Pseudonym of the session id.", required=True, personal=True),
        LandedColumn("visitor_key", "varchar", "Pseudonym of the client or cookie id.", personal=True),
        LandedColumn("started_at", "timestamp", "Start of the session, UTC.", required=True),
        _ZONE,
        LandedColumn("utm_source", "varchar", "Source of the visit."),
        LandedColumn("utm_medium", "varchar", "Medium of the visit."),
        LandedColumn("utm_campaign", "varchar", "Campaign of the visit."),
        LandedColumn("channel", "varchar", "Channel as the company names it."),
        LandedColumn("landing_page", "varchar", "Path of the first page, without query string."),
        LandedColumn("device", "varchar", "desktop, mobile or tablet."),
        LandedColumn("country", "varchar", "Country of the visitor."),
        LandedColumn("page_views", "bigint", "Pages seen."),
        LandedColumn("conversions", "bigint", "Form submissions in the session."),
    ),
    "started_at",
    _UTC,
)
CRM_LEADS = LandedTable(
    "crm_leads",
    "One row per lead.",
    ("lead_id",),
    (
        LandedColumn("lead_id", "varchar", "Lead id in the CRM.", required=True),
        LandedColumn("created_at", "timestamp", "When the lead was created, UTC; null when undated."),
        _ZONE,
        LandedColumn("email_key", "varchar", "Pseudonym of the e-mail address.", personal=True),
        LandedColumn("phone_key", "varchar", "Pseudonym of the phone number.", personal=True),
        LandedColumn("visitor_key", "varchar", "Pseudonym of the web client id.", personal=True),
        LandedColumn("account_id", "varchar", "Company the lead belongs to."),
        LandedColumn("lead_source", "varchar", "Source as the CRM names it."),
        LandedColumn("channel", "varchar", "Channel as the company names it."),
        LandedColumn("platform", "varchar", "Ad platform that the lead's campaign ran on."),
        LandedColumn("campaign_id", "varchar", "Campaign id at the platform."),
        LandedColumn("campaign_name", "varchar", "Campaign as the CRM names it."),
        LandedColumn("country", "varchar", "Country of the lead."),
        LandedColumn("segment", "varchar", "Audience segment."),
        LandedColumn("stage", "varchar", "Current stage: one of STAGES."),
        LandedColumn("is_event_lead", "boolean", "Whether the lead was met at an event."),
    ),
    "created_at",
    _UTC,
)
CRM_STAGE_CHANGES = LandedTable(
    "crm_stage_changes",
    "One row per lead, stage entered and instant.",
    ("lead_id", "stage", "changed_at"),
    (
        LandedColumn("lead_id", "varchar", "Lead id in the CRM.", required=True),
        LandedColumn("stage", "varchar", "Stage entered: one of STAGES.", required=True),
        LandedColumn("from_stage", "varchar", "Stage left."),
        LandedColumn("changed_at", "timestamp", "When, UTC.", required=True),
        _ZONE,
    ),
    "changed_at",
    _UTC,
)
CRM_OPPORTUNITIES = LandedTable(
    "crm_opportunities",
    "One row per opportunity (deal).",
    ("opportunity_id",),
    (
        LandedColumn("opportunity_id", "varchar", "Opportunity id in the CRM.", required=True),
        LandedColumn("lead_id", "varchar", "Lead it came from."),
        LandedColumn("account_id", "varchar", "Company that buys."),
        LandedColumn("created_at", "timestamp", "When it was opened, UTC."),
        LandedColumn("closed_at", "timestamp", "When it was won or lost, UTC; null while open."),
        _ZONE,
        LandedColumn("deal_stage", "varchar", "Deal stage as the CRM names it."),
        LandedColumn("is_won", "boolean", "Whether it was won; null while open."),
        LandedColumn("amount", "decimal(18,6)", "Amount in `currency`; null when not stated."),
        LandedColumn("currency", "varchar", "ISO 4217 currency of the amount."),
    ),
    "created_at",
    _UTC,
)
CRM_ACTIVITIES = LandedTable(
    "crm_activities",
    "One row per sales activity.",
    ("activity_id",),
    (
        LandedColumn("activity_id", "varchar", "Activity id in the CRM.", required=True),
        LandedColumn("lead_id", "varchar", "Lead it concerns."),
        LandedColumn("activity_type", "varchar", "call, email or meeting."),
        LandedColumn("occurred_at", "timestamp", "When, UTC.", required=True),
        _ZONE,
        LandedColumn("owner_id", "varchar", "Id of the salesperson in the CRM."),
    ),
    "occurred_at",
    _UTC,
)
SALES_FEEDBACK = LandedTable(
    "sales_feedback",
    "One row per lead and verdict instant.",
    ("lead_id", "decided_at"),
    (
        LandedColumn("lead_id", "varchar", "Lead it concerns.", required=True),
        LandedColumn("verdict", "varchar", "accepted or rejected.", required=True),
        LandedColumn("reason", "varchar", "Reason as sales gave it."),
        LandedColumn("decided_at", "timestamp", "When, UTC.", required=True),
        _ZONE,
    ),
    "decided_at",
    _UTC,
)

# Lead stages in order; `disqualified` may follow any of them.
STAGES = ("lead", "mql", "sales_accepted", "sql", "opportunity", "customer", "disqualified")

LANDED_TABLES = {
    table.name: table
    for table in (
        AD_PERFORMANCE, WEB_SESSIONS, CRM_LEADS, CRM_STAGE_CHANGES, CRM_OPPORTUNITIES,
        CRM_ACTIVITIES, SALES_FEEDBACK,
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
