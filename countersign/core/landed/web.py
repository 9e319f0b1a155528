"""Canonical landed tables of websites and web analytics."""

from countersign.core.landed.shape import UTC, ZONE, LandedColumn, LandedTable

WEB_SESSIONS = LandedTable(
    "web_sessions",
    "One row per session.",
    ("session_key",),
    (
        LandedColumn("session_key", "varchar", "Pseudonym of the session id.", required=True, personal=True),
        LandedColumn("visitor_key", "varchar", "Pseudonym of the client or cookie id.", personal=True),
        LandedColumn("started_at", "timestamp", "Start of the session, UTC.", required=True),
        ZONE,
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
    UTC,
)
WEB_EVENTS = LandedTable(
    "web_events",
    "One row per raw web or app event.",
    ("event_key",),
    (
        LandedColumn(
            "event_key", "varchar", "Pseudonym of what identifies it.", required=True, personal=True
        ),
        LandedColumn("event_name", "varchar", "Event as the source names it, e.g. page_view.", required=True),
        LandedColumn("occurred_at", "timestamp", "When, UTC.", required=True),
        ZONE,
        LandedColumn("visitor_key", "varchar", "Pseudonym of the client or cookie id.", personal=True),
        LandedColumn("session_key", "varchar", "Pseudonym of the session id.", personal=True),
        LandedColumn("utm_source", "varchar", "Source of the visit."),
        LandedColumn("utm_medium", "varchar", "Medium of the visit."),
        LandedColumn("utm_campaign", "varchar", "Campaign of the visit."),
        LandedColumn("page", "varchar", "Path of the page, without query string."),
        LandedColumn("referrer_host", "varchar", "Host of the referring page."),
        LandedColumn("device", "varchar", "desktop, mobile or tablet."),
        LandedColumn("country", "varchar", "Country of the visitor."),
        LandedColumn("is_conversion", "boolean", "Whether the source counts it as a key event."),
        LandedColumn("value", "decimal(18,6)", "Value in `currency`; null when none."),
        LandedColumn("currency", "varchar", "ISO 4217 currency of the value."),
    ),
    "occurred_at",
    UTC,
)
WEB_TRAFFIC_DAYS = LandedTable(
    "web_traffic_days",
    "One row per property, day, source, medium, campaign, landing page, device and country.",
    (
        "property_id", "traffic_day", "utm_source", "utm_medium", "utm_campaign", "landing_page", "device",
        "country",
    ),
    (
        LandedColumn("property_id", "varchar", "Property at the analytics vendor.", required=True),
        LandedColumn("property_time_zone", "varchar", "IANA zone in which traffic_day was cut."),
        LandedColumn("traffic_day", "date", "Day in the property's time zone.", required=True),
        LandedColumn("utm_source", "varchar", "Source; '' when not asked for.", required=True),
        LandedColumn("utm_medium", "varchar", "Medium; '' when not asked for.", required=True),
        LandedColumn("utm_campaign", "varchar", "Campaign; '' when not asked for.", required=True),
        LandedColumn("landing_page", "varchar", "First page's path; '' when not asked for.", required=True),
        LandedColumn("device", "varchar", "Device; '' when not asked for.", required=True),
        LandedColumn("country", "varchar", "Country; '' when not asked for.", required=True),
        LandedColumn("channel", "varchar", "Channel as the company names it."),
        LandedColumn("sessions", "bigint", "Sessions.", required=True),
        LandedColumn("engaged_sessions", "bigint", "Sessions that the vendor counts as engaged."),
        LandedColumn("users", "bigint", "Users of that row; users of rows do not add up."),
        LandedColumn("page_views", "bigint", "Pages seen."),
        LandedColumn("conversions", "decimal(18,6)", "Key events."),
    ),
    "traffic_day",
    "days in property_time_zone",
)  # fmt: skip
