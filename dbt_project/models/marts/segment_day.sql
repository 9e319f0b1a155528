-- Grain: one row per channel, campaign, device, country and day with visits or leads ('' for what is not known).
-- A lead's device and country are those of its last session before it was created; leads and what became of them
-- count on the day of creation.

with web_days as (
    select
        places.channel,
        campaigns.campaign_id,
        places.device,
        places.country,
        places.report_day,
        places.sessions,
        places.engaged_sessions,
        places.web_conversions
    from {{ ref('int_web_places') }} as places
    left join {{ ref('int_campaigns__by_utm') }} as campaigns
        on places.channel = campaigns.channel and places.utm_campaign = campaigns.utm_text
),

lead_days as (
    select
        leads.channel,
        leads.campaign_id,
        places.device,
        places.country,
        leads.report_day,
        count(*) as leads,
        {{ count_where('leads.is_mql') }} as mqls,
        {{ count_where("leads.sales_outcome = 'accepted'") }} as accepted_leads,
        {{ count_where("leads.sales_outcome = 'rejected'") }} as rejected_leads
    from {{ ref('fct_leads') }} as leads
    left join {{ ref('int_leads__places') }} as places on leads.lead_id = places.lead_id
    where leads.report_day is not null
    group by leads.channel, leads.campaign_id, places.device, places.country, leads.report_day
),

{%- set web = ['sessions', 'engaged_sessions', 'web_conversions'] %}
{%- set crm = ['leads', 'mqls', 'accepted_leads', 'rejected_leads'] %}

measured as (
    {%- for part, own in [('web_days', web), ('lead_days', crm)] %}
    select
        channel,
        coalesce(campaign_id, '') as campaign_id,
        coalesce(device, '') as device,
        coalesce(country, '') as country,
        report_day
        {%- for measure in web + crm %},
        {{ measure if measure in own else '0' }} as {{ measure }}
        {%- endfor %}
    from {{ part }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

days as (
    select
        channel,
        campaign_id,
        device,
        country,
        report_day
        {%- for measure in web + crm %},
        sum({{ measure }}) as {{ measure }}
        {%- endfor %}
    from measured
    group by channel, campaign_id, device, country, report_day
)

select
    ---------- keys
    days.channel,
    days.campaign_id,
    days.device,
    days.country,
    days.report_day,

    ---------- measures
    {{ whole(known('has_sessions', 'sessions')) }} as sessions,
    {{ whole(known('has_engaged_sessions', 'engaged_sessions')) }} as engaged_sessions,
    {{ whole(known('has_web_conversions', 'web_conversions')) }} as web_conversions,
    {{ whole(known('has_leads', 'leads')) }} as leads,
    {{ whole(known('has_mqls', 'mqls')) }} as mqls,
    {{ whole(known('has_sales_outcomes', 'accepted_leads')) }} as accepted_leads,
    {{ whole(known('has_sales_outcomes', 'rejected_leads')) }} as rejected_leads
from days
cross join {{ ref('int_coverage') }} as coverage
