-- Grain: one row per lead and instant of a verdict of sales. The latest verdict of a lead stands.

with feedback as (
    select * from {{ ref('stg_files__sales_feedback') }}
),

leads as (
    select * from {{ ref('stg_files__crm_leads') }}
),

handed_over as (
    select lead_id, min(entered_at) as handed_over_at
    from {{ ref('fct_lead_stages') }}
    where stage = 'mql'
    group by lead_id
)

select
    ---------- keys
    feedback.lead_id,
    feedback.decided_at,

    ---------- attributes
    feedback.verdict,
    case when feedback.verdict = 'rejected' then coalesce(nullif(trim(feedback.reason), ''), 'Not stated') end
        as rejection_reason,
    coalesce(leads.channel, 'Unassigned') as channel,
    leads.platform,
    leads.campaign_id,
    coalesce(leads.is_event_lead, false) as is_event_lead,

    ---------- time
    {{ report_day('feedback.decided_at') }} as report_day,
    {{ six_places(hours_between('handed_over.handed_over_at', 'feedback.decided_at')) }} as hours_to_verdict,
    row_number() over (partition by feedback.lead_id order by feedback.decided_at desc) = 1 as is_latest
from feedback
-- left join: a verdict on an unknown lead stays
left join leads on feedback.lead_id = leads.lead_id
left join handed_over on feedback.lead_id = handed_over.lead_id
