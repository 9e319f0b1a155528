"""Canonical landed tables of ad platforms and search."""

from countersign.core.landed.shape import LandedColumn, LandedTable

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
# Beside AD_PERFORMANCE: campaigns without single ads keep their spend there, and no total counts it twice.
SINGLE_AD_PERFORMANCE = LandedTable(
    "single_ad_performance",
    "One row per platform, account, campaign, ad group, single ad and account day.",
    ("platform", "account_id", "campaign_id", "ad_group_id", "ad_id", "account_day"),
    (
        LandedColumn("platform", "varchar", "Ad platform, e.g. google_ads.", required=True),
        LandedColumn("account_id", "varchar", "Account at the platform; '' when unknown.", required=True),
        LandedColumn("campaign_id", "varchar", "Campaign id at the platform.", required=True),
        LandedColumn("ad_group_id", "varchar", "Ad group id; '' when the source has none.", required=True),
        LandedColumn("ad_id", "varchar", "Ad id at the platform.", required=True),
        LandedColumn("ad_name", "varchar", "Name of the ad; many platforms ask for none."),
        LandedColumn("ad_text", "varchar", "What the ad says: headlines and text, masked.", free_text=True),
        LandedColumn("account_day", "date", "Day in the account's time zone.", required=True),
        LandedColumn("currency", "varchar", "ISO 4217 currency of the amounts.", required=True),
        LandedColumn("spend", "decimal(18,6)", "Spend in `currency`, zero or more.", required=True),
        LandedColumn("impressions", "bigint", "Times the ad was shown."),
        LandedColumn("clicks", "bigint", "Clicks; not more than impressions."),
        LandedColumn("platform_conversions", "decimal(18,6)", "Conversions the platform claims."),
    ),
    "account_day",
    "days in the account's time zone",
)
SEARCH_TERMS = LandedTable(
    "search_terms",
    "One row per site, day, query, page, country and device.",
    ("site", "search_day", "query", "page", "country", "device"),
    (
        LandedColumn("site", "varchar", "Site or property the query led to.", required=True),
        LandedColumn("search_day", "date", "Day in search_time_zone.", required=True),
        LandedColumn("search_time_zone", "varchar", "IANA zone in which search_day was cut."),
        LandedColumn("query", "varchar", "Words searched; '' when withheld.", required=True, free_text=True),
        LandedColumn("page", "varchar", "Path of the page shown; '' when not asked for.", required=True),
        LandedColumn("country", "varchar", "Country; '' when not asked for.", required=True),
        LandedColumn("device", "varchar", "Device; '' when not asked for.", required=True),
        LandedColumn("impressions", "bigint", "Times the site was shown."),
        LandedColumn("clicks", "bigint", "Clicks; not more than impressions."),
        LandedColumn("position", "decimal(18,6)", "Mean position, from 1."),
    ),
    "search_day",
    "days in search_time_zone",
)  # fmt: skip
