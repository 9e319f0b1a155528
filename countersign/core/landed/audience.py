"""Canonical landed tables of e-mail, support, social media, research and figures that people enter."""

from countersign.core.landed.shape import UTC, ZONE, LandedColumn, LandedTable

EMAIL_EVENT_TYPES = (
    "sent", "delivered", "opened", "clicked", "replied", "bounced", "unsubscribed", "marked_spam",
)  # fmt: skip
RESEARCH_KINDS = ("review", "customer_question", "competitor_message", "feedback", "preference", "mention")

EMAIL_CAMPAIGNS = LandedTable(
    "email_campaigns",
    "One row per platform and e-mail campaign, with its totals so far.",
    ("platform", "email_campaign_id"),
    (
        LandedColumn("platform", "varchar", "E-mail platform, e.g. mailchimp.", required=True),
        LandedColumn("email_campaign_id", "varchar", "Campaign id at the platform.", required=True),
        LandedColumn("campaign_name", "varchar", "Name of the campaign."),
        LandedColumn("subject", "varchar", "Subject line.", free_text=True),
        LandedColumn("channel", "varchar", "Channel as the company names it."),
        LandedColumn("sent_at", "timestamp", "When it was sent, UTC; null while a draft."),
        ZONE,
        LandedColumn("sends", "bigint", "Messages sent."),
        LandedColumn("deliveries", "bigint", "Messages delivered; not more than sent."),
        LandedColumn("opens", "bigint", "People who opened; machines may open too."),
        LandedColumn("clicks", "bigint", "People who clicked; not more than delivered."),
        LandedColumn("replies", "bigint", "People who replied."),
        LandedColumn("bounces", "bigint", "Messages that bounced."),
        LandedColumn("unsubscribes", "bigint", "People who unsubscribed."),
    ),
    "sent_at",
    UTC,
)
EMAIL_EVENTS = LandedTable(
    "email_events",
    "One row per message and event.",
    ("event_id",),
    (
        LandedColumn("event_id", "varchar", "Event id at the platform.", required=True),
        LandedColumn("platform", "varchar", "E-mail platform, e.g. klaviyo.", required=True),
        LandedColumn("event_type", "varchar", "One of EMAIL_EVENT_TYPES.", required=True),
        LandedColumn("occurred_at", "timestamp", "When, UTC.", required=True),
        ZONE,
        LandedColumn("email_campaign_id", "varchar", "Campaign id at the platform."),
        LandedColumn("email_key", "varchar", "Pseudonym of the e-mail address.", personal=True),
        LandedColumn("page", "varchar", "Path of the page clicked, without query string."),
    ),
    "occurred_at",
    UTC,
)
SUPPORT_TICKETS = LandedTable(
    "support_tickets",
    "One row per support ticket or conversation.",
    ("ticket_id",),
    (
        LandedColumn("ticket_id", "varchar", "Ticket id at the help desk.", required=True),
        LandedColumn("created_at", "timestamp", "When it was opened, UTC.", required=True),
        ZONE,
        LandedColumn("first_reply_at", "timestamp", "First public answer, UTC."),
        LandedColumn("solved_at", "timestamp", "When it was solved, UTC; null while open."),
        LandedColumn(
            "status", "varchar", "new, open, pending, solved, closed; deleted or merged ones do not count."
        ),
        LandedColumn("priority", "varchar", "low, normal, high or urgent."),
        LandedColumn("topic", "varchar", "Topic or tags as the help desk names them."),
        LandedColumn("contact_channel", "varchar", "How it came in: email, web, chat, phone, social."),
        LandedColumn("account_id", "varchar", "Company at the help desk."),
        LandedColumn("email_key", "varchar", "Pseudonym of the requester's address.", personal=True),
        LandedColumn("subject", "varchar", "Subject, masked.", free_text=True),
        LandedColumn("body", "varchar", "First message, masked, up to 2,000 characters.", free_text=True),
        LandedColumn("satisfaction", "varchar", "good, bad or offered; null when not asked."),
        LandedColumn("updated_at", "timestamp", "When the record last changed at the source, UTC."),
    ),
    "created_at",
    UTC,
)
SOCIAL_POSTS = LandedTable(
    "social_posts",
    "One row per post on a page of ours, with its totals so far.",
    ("platform", "post_id"),
    (
        LandedColumn("platform", "varchar", "facebook, instagram or linkedin.", required=True),
        LandedColumn("page_id", "varchar", "Page or organisation at the platform.", required=True),
        LandedColumn("post_id", "varchar", "Post id at the platform.", required=True),
        LandedColumn("published_at", "timestamp", "When it was published, UTC.", required=True),
        ZONE,
        LandedColumn("post_type", "varchar", "Kind of post as the platform names it."),
        LandedColumn("text", "varchar", "What the post says, masked.", free_text=True),
        LandedColumn("link", "varchar", "Permanent address of the post."),
        LandedColumn("impressions", "bigint", "Times it was shown, unpaid."),
        LandedColumn("reactions", "bigint", "Likes and other reactions."),
        LandedColumn("comments", "bigint", "Comments."),
        LandedColumn("shares", "bigint", "Shares."),
        LandedColumn("clicks", "bigint", "Clicks on the post."),
    ),
    "published_at",
    UTC,
)
RESEARCH_NOTES = LandedTable(
    "research_notes",
    "One row per review, question, mention or competitor message captured from an approved source.",
    ("note_id",),
    (
        LandedColumn("note_id", "varchar", "Id of the note.", required=True),
        LandedColumn("kind", "varchar", "One of RESEARCH_KINDS.", required=True),
        LandedColumn("captured_at", "timestamp", "When we read it, UTC.", required=True),
        ZONE,
        LandedColumn("published_at", "timestamp", "When it was published, UTC; null when not said."),
        LandedColumn("origin", "varchar", "Page, feed or file it was read from.", required=True),
        LandedColumn("about", "varchar", "Whom or what it is about: us, a product, a competitor."),
        LandedColumn("title", "varchar", "Title, masked.", free_text=True),
        LandedColumn("text", "varchar", "What it says, masked.", required=True, free_text=True),
        LandedColumn("author_key", "varchar", "Pseudonym of the author.", personal=True),
        LandedColumn("rating", "decimal(18,6)", "Rating as a share of the best possible, 0..1."),
        LandedColumn("language", "varchar", "Language code, e.g. en."),
    ),
    "captured_at",
    UTC,
)
MANUAL_KPIS = LandedTable(
    "manual_kpis",
    "One row per KPI, segment and period start.",
    ("kpi", "segment", "period_start"),
    (
        LandedColumn("kpi", "varchar", "Name of the KPI, e.g. brand_recall.", required=True),
        LandedColumn("segment", "varchar", "Audience or market; '' for all.", required=True),
        LandedColumn("period_start", "date", "First day it speaks of.", required=True),
        LandedColumn("period_end", "date", "Last day it speaks of."),
        LandedColumn("value", "decimal(18,6)", "Value in `unit`.", required=True),
        LandedColumn("unit", "varchar", "share (0..1), count, score or an ISO 4217 currency.", required=True),
        LandedColumn("sample_size", "bigint", "People asked; null when no survey."),
        LandedColumn(
            "measured_by", "varchar", "Study, survey or system the figure comes from.", required=True
        ),
        LandedColumn("entered_on", "date", "Day on which it was entered."),
    ),
    "period_start",
    "days as entered",
)
