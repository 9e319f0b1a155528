-- As Meta's insights API answers: one JSON object a line, numbers as strings, whole conversions.

create view meta_ads as
select
    day,
    strftime(day, '%Y-%m-%d') as date_start,
    strftime(day, '%Y-%m-%d') as date_stop,
    (select account_id from accounts where platform = 'meta_ads') as account_id,
    'EUR' as account_currency,
    campaign_id,
    campaign as campaign_name,
    ad_group_id as adset_id,
    ad_group as adset_name,
    printf('%.2f', spend) as spend,
    impressions::varchar as impressions,
    clicks::varchar as clicks,
    round(conversions)::bigint::varchar as conversions
from ad_days
where platform = 'meta_ads'
order by all;
