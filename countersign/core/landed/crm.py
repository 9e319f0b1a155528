"""Canonical landed tables of the CRM: people, deals, what sales did, and what was removed."""

from countersign.core.landed.shape import UTC, ZONE, LandedColumn, LandedTable

# Lead stages in order; `disqualified` may follow any of them.
STAGES = ("lead", "mql", "sales_accepted", "sql", "opportunity", "customer", "disqualified")

LEAD_EVENT_TYPES = (
    "page_view", "form_submission", "content_download", "email_open", "email_click", "email_reply",
    "event_registration", "event_attendance",
)  # fmt: skip
CONSENTS = ("granted", "denied", "unknown")

CRM_LEADS = LandedTable(
    "crm_leads",
    "One row per lead.",
    ("lead_id",),
    (
        LandedColumn("lead_id", "varchar", "Lead id in the CRM.", required=True),
        LandedColumn("created_at", "timestamp", "When the lead was created, UTC; null when undated."),
        ZONE,
        LandedColumn("email_key", "varchar", "Pseudonym of the e-mail address.", personal=True),
        LandedColumn("phone_key", "varchar", "Pseudonym of the phone number.", personal=True),
        LandedColumn("visitor_key", "varchar", "Pseudonym of the web client id.", personal=True),
        LandedColumn("account_id", "varchar", "Company the lead belongs to."),
        LandedColumn("lead_source", "varchar", "Source as the CRM names it."),
        LandedColumn(
            "self_reported_source", "varchar", "How the person says they heard of us.", free_text=True
        ),
        LandedColumn("channel", "varchar", "Channel as the company names it."),
        LandedColumn("platform", "varchar", "Ad platform that the lead's campaign ran on."),
        LandedColumn("campaign_id", "varchar", "Campaign id at the platform."),
        LandedColumn("campaign_name", "varchar", "Campaign as the CRM names it."),
        LandedColumn("country", "varchar", "Country of the lead."),
        LandedColumn("segment", "varchar", "Audience segment."),
        LandedColumn("stage", "varchar", "Current stage: one of STAGES."),
        LandedColumn("is_event_lead", "boolean", "Whether the lead was met at an event."),
        LandedColumn("consent", "varchar", "Consent to marketing: granted, denied or unknown."),
        LandedColumn("consent_at", "timestamp", "When consent was given or withdrawn, UTC."),
        LandedColumn("purposes", "varchar", "Purposes the person agreed to, as the source names them."),
        LandedColumn("updated_at", "timestamp", "When the record last changed at the source, UTC."),
    ),
    "created_at",
    UTC,
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
        ZONE,
    ),
    "changed_at",
    UTC,
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
        ZONE,
        LandedColumn("deal_stage", "varchar", "Deal stage as the CRM names it."),
        LandedColumn("is_won", "boolean", "Whether it was won; null while open."),
        LandedColumn("amount", "decimal(18,6)", "Amount in `currency`; null when not stated."),
        LandedColumn("currency", "varchar", "ISO 4217 currency of the amount."),
        LandedColumn("updated_at", "timestamp", "When the record last changed at the source, UTC."),
    ),
    "created_at",
    UTC,
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
        ZONE,
        LandedColumn("owner_id", "varchar", "Id of the salesperson in the CRM."),
    ),
    "occurred_at",
    UTC,
)
SALES_FEEDBACK = LandedTable(
    "sales_feedback",
    "One row per lead and verdict instant.",
    ("lead_id", "decided_at"),
    (
        LandedColumn("lead_id", "varchar", "Lead it concerns.", required=True),
        LandedColumn("verdict", "varchar", "accepted or rejected.", required=True),
        LandedColumn("reason", "varchar", "Reason as sales gave it.", free_text=True),
        LandedColumn("decided_at", "timestamp", "When, UTC.", required=True),
        ZONE,
    ),
    "decided_at",
    UTC,
)
CRM_ACCOUNTS = LandedTable(
    "crm_accounts",
    "One row per account (company).",
    ("account_id",),
    (
        LandedColumn("account_id", "varchar", "Account id in the CRM.", required=True),
        LandedColumn("account_name", "varchar", "Name of the company."),
        LandedColumn("created_at", "timestamp", "When it was created, UTC; null when undated."),
        ZONE,
        LandedColumn("industry", "varchar", "Industry as the CRM names it."),
        LandedColumn("country", "varchar", "Country of the company."),
        LandedColumn("employees", "bigint", "Number of employees, as the CRM knows it."),
        LandedColumn("lifecycle", "varchar", "Lifecycle or type as the CRM names it."),
        LandedColumn("owner_id", "varchar", "Id of the salesperson in the CRM."),
        LandedColumn("updated_at", "timestamp", "When the record last changed at the source, UTC."),
    ),
    "created_at",
    UTC,
)
CRM_REMOVALS = LandedTable(
    "crm_removals",
    "One row per record that was deleted or merged away at the source.",
    ("record_type", "record_id"),
    (
        LandedColumn("record_type", "varchar", "lead, opportunity, account or activity.", required=True),
        LandedColumn("record_id", "varchar", "Id of the record that is gone.", required=True),
        LandedColumn("removal", "varchar", "deleted or merged.", required=True),
        LandedColumn("merged_into", "varchar", "Id of the record it was merged into."),
        LandedColumn("removed_at", "timestamp", "When it was deleted or merged, UTC; null when not said."),
        ZONE,
    ),
    "removed_at",
    UTC,
)
LEAD_EVENTS = LandedTable(
    "lead_events",
    "One row per thing a lead did.",
    ("event_id",),
    (
        LandedColumn("event_id", "varchar", "Event id at the source.", required=True),
        LandedColumn("event_type", "varchar", "One of LEAD_EVENT_TYPES.", required=True),
        LandedColumn("occurred_at", "timestamp", "When, UTC.", required=True),
        ZONE,
        LandedColumn("lead_id", "varchar", "Lead in the CRM; null when only the address is known."),
        LandedColumn("email_key", "varchar", "Pseudonym of the e-mail address.", personal=True),
        LandedColumn("visitor_key", "varchar", "Pseudonym of the web client id.", personal=True),
        LandedColumn("asset_id", "varchar", "Id of the form, page, file, e-mail or event."),
        LandedColumn("asset_name", "varchar", "Its name."),
        LandedColumn("page", "varchar", "Path of the page, without query string."),
    ),
    "occurred_at",
    UTC,
)
