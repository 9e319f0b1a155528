-- The demo company's files as clean tables, written by hand for exactly these files: no mapping, no
-- pseudonyms (personal columns are not read at all), no quarantine, no record of what was set aside.
-- Variables: data (folder), as_of (exclusive UTC timestamp), time_zone (of the company).

create macro utc(said) as
    timezone('UTC', timezone('Europe/Berlin', try_strptime(said, '%d.%m.%Y %H:%M')));
create macro report_day(instant) as
    cast(timezone(getvariable('time_zone'), timezone('UTC', instant)) as date);
create macro german(said) as
    cast(replace(replace(said, '.', ''), ',', '.') as decimal(18, 6));

create table rates as
select "CURRENCY" as currency, cast("TIME_PERIOD" as date) as rate_day, cast("OBS_VALUE" as double) as per_euro
from read_csv(getvariable('data') || '/exchange_rates/*.csv', all_varchar = true);

create macro stage_rank(stage) as case stage
    when 'New' then 0
    when 'Marketing qualified' then 1
    when 'Accepted by sales' then 2
    when 'Sales qualified' then 3
    when 'Offer' then 4
    when 'Customer' then 5
end;
create macro is_out(stage) as stage in ('Not a fit', 'Offer lost');

create table ads as
with google as (
    select
        'google_ads' as platform, "customer.id" as account_id, "campaign.id" as campaign_id,
        "campaign.name" as campaign_name, "ad_group.id" as ad_group_id,
        cast("segments.date" as date) as account_day, 'Paid search' as channel,
        "customer.currency_code" as currency,
        cast(cast("metrics.cost_micros" as bigint) / 1000000 as decimal(18, 6)) as spend,
        cast("metrics.impressions" as bigint) as impressions, cast("metrics.clicks" as bigint) as clicks,
        cast("metrics.conversions" as decimal(18, 6)) as platform_conversions,
        "customer.time_zone" <> 'Europe/Berlin' as is_cut_in_another_zone
    from read_csv(getvariable('data') || '/google_ads/*.csv', all_varchar = true)
),

meta as (
    select
        'meta_ads', account_id, campaign_id, campaign_name, adset_id, date_start, 'Paid social',
        account_currency, spend, impressions, clicks, conversions, false
    from read_json(
        getvariable('data') || '/meta_ads/*.jsonl.gz',
        columns = {
            account_id: 'varchar', campaign_id: 'varchar', campaign_name: 'varchar', adset_id: 'varchar',
            date_start: 'date', account_currency: 'varchar', spend: 'decimal(18,6)',
            impressions: 'bigint', clicks: 'bigint', conversions: 'decimal(18,6)'
        }
    )
),

linkedin as (
    select
        'linkedin_ads', "Konto-ID", "Kampagnengruppen-ID", "Kampagnengruppe", "Kampagnen-ID",
        cast(strptime("Startdatum (UTC)", '%d.%m.%Y') as date), 'LinkedIn ads', "Währung",
        german("costInLocalCurrency"), cast("Impressions" as bigint), cast("Klicks" as bigint),
        german("Konversionen"), true
    from read_csv(getvariable('data') || '/linkedin_ads/*.csv', all_varchar = true, delim = ';')
)

select distinct on (platform, account_id, campaign_id, ad_group_id, account_day)
    ads.* exclude (spend),
    case
        when ads.currency = 'EUR' then spend
        else cast(spend * cast(1 / per_euro as decimal(20, 12)) as decimal(18, 6))
    end as spend_reporting
from (select * from google union all select * from meta union all select * from linkedin) as ads
asof left join rates on ads.currency = rates.currency and ads.account_day >= rates.rate_day
where spend >= 0 and clicks <= impressions
    and account_day <= report_day(getvariable('as_of') - interval 1 microsecond);

create table sessions as
select distinct on (session_id)
    session_id,
    case source_medium
        when 'google / cpc' then 'Paid search'
        when 'facebook / paid_social' then 'Paid social'
        when 'linkedin / paid_social' then 'LinkedIn ads'
        when 'google / organic' then 'Organic search'
        when '(direct) / (none)' then 'Direct'
        when 'newsletter / email' then 'Email'
        when 'sensor-portal / referral' then 'Referral'
        else 'Unassigned'
    end as channel,
    report_day(session_start_utc) as report_day,
    form_submits as web_conversions
from read_parquet(getvariable('data') || '/web_analytics/*.parquet')
where session_start_utc < getvariable('as_of') and page_views >= 0 and form_submits >= 0;

create table leads_exported as
select distinct on ("Lead ID")
    "Lead ID" as lead_id,
    utc("Created") as created_at,
    coalesce("Original source", 'Not stated') as lead_source,
    case "Original source"
        when 'PPC Google' then 'Paid search'
        when 'Meta Ads' then 'Paid social'
        when 'LinkedIn Ads' then 'LinkedIn ads'
        when 'Organic' then 'Organic search'
        when 'Direct / none' then 'Direct'
        when 'Newsletter' then 'Email'
        when 'Partner site' then 'Referral'
        when 'Trade fair' then 'Events'
        else 'Unassigned'
    end as channel,
    lower("Ad network") as platform,
    "Ad campaign ID" as campaign_id,
    "Campaign" as campaign_name,
    "Lifecycle stage" as current_stage,
    "Met at event" = 'yes' as is_event_lead
from read_csv(getvariable('data') || '/crm/leads.csv', all_varchar = true, nullstr = ['', 'N/A', 'Select'])
where utc("Created") is null or utc("Created") < getvariable('as_of');

create table stage_changes as
select "Lead ID" as lead_id, "New stage" as stage, "Old stage" as from_stage, utc("Changed") as changed_at
from read_csv(getvariable('data') || '/crm/stage_history.csv', all_varchar = true, nullstr = ['', 'N/A']);

create table deals as
select distinct on ("Deal ID")
    "Deal ID" as opportunity_id,
    "Lead ID" as lead_id,
    utc("Opened") as created_at,
    utc("Closed") as closed_at,
    "Deal stage" = 'Won' as is_won,
    german("Amount") as amount_reporting
from read_csv(getvariable('data') || '/crm/deals.csv', all_varchar = true, nullstr = ['', 'N/A'])
where "Currency" = 'EUR' and coalesce(german("Amount"), 0) >= 0
    and (utc("Opened") is null or utc("Opened") < getvariable('as_of'));

create table activities as
select distinct on ("Activity ID") "Activity ID" as activity_id, "Lead ID" as lead_id, utc("Done") as occurred_at
from read_csv(getvariable('data') || '/crm/activities.csv', all_varchar = true)
where utc("Done") < getvariable('as_of');

create table verdicts as
select
    "Lead ID" as lead_id,
    case "Taken over" when 'yes' then 'accepted' when 'no' then 'rejected' end as verdict,
    coalesce(nullif(trim("Reason"), ''), 'Not stated') as reason,
    utc("Decided") as decided_at
from read_csv(getvariable('data') || '/sales/feedback.csv', all_varchar = true)
where utc("Decided") < getvariable('as_of');
