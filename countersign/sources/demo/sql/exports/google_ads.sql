-- As Google Ads exports a report: dotted names, micros of the account's currency, the account's days.

create view google_ads as
with rows as (
    select
        day, campaign_id, campaign, ad_group_id, ad_group, spend, impressions, clicks, conversions, 'EUR' as currency,
        (select account_id from accounts where platform = 'google_ads') as account_id,
        'Europe/Berlin' as time_zone
    from ad_days
    where platform = 'google_ads'
    union all
    -- a test in the US account, billed in dollars, is in the same report
    select
        getvariable('anchor') - 7 + number::integer, '11099', 'Search | US test', '110991', 'Pressure transmitter US',
        cast(18.4 + number as decimal(18, 2)), 310 + number, 4 + number, 0.0, 'USD',
        '5550077210', 'America/New_York'
    from range(3) as test(number)
)

select
    day,
    day as "segments.date",
    account_id as "customer.id",
    currency as "customer.currency_code",
    time_zone as "customer.time_zone",
    campaign_id as "campaign.id",
    campaign as "campaign.name",
    ad_group_id as "ad_group.id",
    ad_group as "ad_group.name",
    impressions as "metrics.impressions",
    clicks as "metrics.clicks",
    cast(spend * 1000000 as bigint) as "metrics.cost_micros",
    printf('%.2f', conversions) as "metrics.conversions",
    printf('%.2f', conversions * 120) as "metrics.conversions_value"
from rows
order by all;
