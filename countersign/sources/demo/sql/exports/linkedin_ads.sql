-- As LinkedIn Campaign Manager exports for Germany: semicolons, decimal commas, days in UTC.

create macro with_comma(amount) as
    translate(format('{:,.2f}', amount::double), ',.', '.,');

create view linkedin_ads as
with rows as (
    select day, campaign_id, campaign, ad_group_id, ad_group, spend, impressions, clicks, conversions
    from ad_days
    where platform = 'linkedin_ads'
    union all
    -- dirty on purpose: more clicks than impressions
    select
        (getvariable('anchor') - 5)::date, '33002', 'LI | Target accounts', '330099', 'Test audience',
        cast(4.2 as decimal(18, 2)), 3, 9, 0.0
)

select
    day,
    strftime(day, '%d.%m.%Y') as "Startdatum (UTC)",
    (select account_id from accounts where platform = 'linkedin_ads') as "Konto-ID",
    'EUR' as "Währung",
    campaign_id as "Kampagnengruppen-ID",
    campaign as "Kampagnengruppe",
    ad_group_id as "Kampagnen-ID",
    ad_group as "Kampagne",
    impressions as "Impressions",
    clicks as "Klicks",
    with_comma(spend) as "costInLocalCurrency",
    with_comma(round(conversions)) as "Konversionen"
from rows
order by all;
