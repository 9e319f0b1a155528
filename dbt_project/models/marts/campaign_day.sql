-- Grain: one row per channel, platform, account, campaign and day on which anything happened ('' for what a row has
-- none of, as organic traffic has no campaign). Money: reporting currency. Leads and all that became of them, deals
-- included, count on the day the lead was created; ads and visits on their own day.

with ad_days as (
    select
        channel,
        platform,
        account_id,
        campaign_id,
        account_day as report_day,
        sum(spend_reporting) as spend_reporting,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(platform_conversions) as platform_conversions
    from {{ ref('fct_ad_performance') }}
    group by channel, platform, account_id, campaign_id, account_day
),

web_days as (
    select
        places.channel,
        campaigns.platform,
        campaigns.campaign_id,
        places.report_day,
        sum(places.sessions) as sessions,
        sum(places.engaged_sessions) as engaged_sessions,
        sum(places.web_conversions) as web_conversions
    from {{ ref('int_web_places') }} as places
    left join {{ ref('int_campaigns__by_utm') }} as campaigns
        on places.channel = campaigns.channel and places.utm_campaign = campaigns.utm_text
    group by places.channel, campaigns.platform, campaigns.campaign_id, places.report_day
),

lead_days as (
    select
        channel,
        platform,
        campaign_id,
        report_day,
        count(*) as leads,
        {{ count_where('is_mql') }} as mqls,
        {{ count_where("sales_outcome = 'accepted'") }} as accepted_leads,
        {{ count_where("sales_outcome = 'rejected'") }} as rejected_leads,
        {{ count_where('hours_to_follow_up is not null') }} as followed_up_leads,
        {{ count_where('hours_to_follow_up <= ' ~ var('follow_up_promise_hours')) }} as followed_up_within_promise,
        sum(opportunities) as opportunities,
        sum(pipeline_reporting) as pipeline_reporting,
        {{ count_where('is_customer') }} as customers,
        sum(revenue_reporting) as revenue_reporting
    from {{ ref('fct_leads') }}
    where report_day is not null
    group by channel, platform, campaign_id, report_day
),

{%- set ads = ['spend_reporting', 'impressions', 'clicks', 'platform_conversions'] %}
{%- set web = ['sessions', 'engaged_sessions', 'web_conversions'] %}
{%- set crm = [
    'leads', 'mqls', 'accepted_leads', 'rejected_leads', 'followed_up_leads', 'followed_up_within_promise',
    'opportunities', 'pipeline_reporting', 'customers', 'revenue_reporting'
] %}

{%- set parts = [('ad_days', ads), ('web_days', web), ('lead_days', crm)] %}

measured as (
    {%- for part, own in parts %}
    select
        channel,
        platform,
        {{ 'account_id' if part == 'ad_days' else "cast(null as " ~ dbt.type_string() ~ ")" }} as account_id,
        campaign_id,
        report_day
        {%- for measure in ads + web + crm %},
        {{ measure if measure in own else '0' }} as {{ measure }}
        {%- endfor %}
    from {{ part }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

days as (
    select
        measured.channel,
        coalesce(measured.platform, '') as platform,
        coalesce(measured.account_id, campaigns.account_id, '') as account_id,
        coalesce(measured.campaign_id, '') as campaign_id,
        measured.report_day,
        max(campaigns.campaign_name) as campaign_name
        {%- for measure in ads + web + crm %},
        sum(measured.{{ measure }}) as {{ measure }}
        {%- endfor %}
    from measured
    left join {{ ref('int_campaigns__described') }} as campaigns
        on measured.platform = campaigns.platform and measured.campaign_id = campaigns.campaign_id
    group by 1, 2, 3, 4, 5
)

select
    ---------- keys
    days.channel,
    days.platform,
    days.account_id,
    days.campaign_id,
    days.report_day,

    ---------- attributes
    coalesce(days.campaign_name, '') as campaign_name,

    ---------- measures
    {{ money(known('has_spend', 'spend_reporting')) }} as spend_reporting,
    {{ whole(known('has_impressions', 'impressions')) }} as impressions,
    {{ whole(known('has_clicks', 'clicks')) }} as clicks,
    {{ money(known('has_platform_conversions', 'platform_conversions')) }} as platform_conversions,
    {{ whole(known('has_sessions', 'sessions')) }} as sessions,
    {{ whole(known('has_engaged_sessions', 'engaged_sessions')) }} as engaged_sessions,
    {{ whole(known('has_web_conversions', 'web_conversions')) }} as web_conversions,
    {{ whole(known('has_leads', 'leads')) }} as leads,
    {{ whole(known('has_mqls', 'mqls')) }} as mqls,
    {{ whole(known('has_sales_outcomes', 'accepted_leads')) }} as accepted_leads,
    {{ whole(known('has_sales_outcomes', 'rejected_leads')) }} as rejected_leads,
    {{ whole(known('has_activities', 'followed_up_leads')) }} as followed_up_leads,
    {{ whole(known('has_activities', 'followed_up_within_promise')) }} as followed_up_within_promise,
    {{ whole(known('has_opportunities', 'opportunities')) }} as opportunities,
    {{ money(known('has_amounts', 'pipeline_reporting')) }} as pipeline_reporting,
    {{ whole(known('has_customers', 'customers')) }} as customers,
    {{ money(known('has_amounts', 'revenue_reporting')) }} as revenue_reporting
from days
cross join {{ ref('int_coverage') }} as coverage
