-- Grain: one row per lead, with a timestamp for every stage it entered and left, the rule that qualified it,
-- who began, and what came of it. `lead_quality` is null until sales or the funnel has decided.

{%- set stages = var('lead_stages') + ['disqualified'] %}

with leads as (
    select * from {{ ref('stg_files__crm_leads') }}
),

outcomes as (
    select * from {{ ref('int_leads__enriched') }}
),

stages as (
    select
        {%- for stage in stages %}
        min(case when stage = '{{ stage }}' then entered_at end) as {{ stage }}_entered_at,
        case
            when count(case when stage = '{{ stage }}' and left_at is null then 1 end) = 0
                then max(case when stage = '{{ stage }}' then left_at end)
        end as {{ stage }}_left_at,
        {%- endfor %}
        max(case when is_current then stage end) as current_stage,
        bool_or(is_current and coalesce(is_late, false)) as is_late,
        lead_id
    from {{ ref('fct_lead_stages') }}
    group by lead_id
),

later_changes as (
    select distinct lead_id
    from {{ ref('stg_files__crm_stage_changes') }}
    where not is_known
),

money as (
    select
        lead_id,
        sum(amount_reporting) as pipeline_reporting,
        sum(won_amount_reporting) as revenue_reporting
    from {{ ref('int_opportunities__enriched') }}
    where lead_id is not null
    group by lead_id
)

select
    ---------- keys
    leads.lead_id,
    contacts.contact_id,
    coalesce(contacts.account_id, leads.account_id) as account_id,

    ---------- where it came from
    leads.source,
    leads.channel,
    leads.lead_source,
    leads.self_reported_source,
    leads.platform,
    leads.campaign_id,
    leads.campaign_name,
    leads.country,
    leads.segment,
    leads.is_event_lead,
    sourced.sourced_by,
    sourced.first_touch_at,
    sourced.first_sales_at,

    ---------- time of creation
    leads.created_at,
    leads.report_day,
    outcomes.week_start,

    ---------- stages
    coalesce(
        stages.current_stage, case when later_changes.lead_id is null then leads.current_stage end
    ) as current_stage,
    {%- for stage in stages %}
    stages.{{ stage }}_entered_at,
    stages.{{ stage }}_left_at,
    {%- endfor %}
    coalesce(stages.is_late, false) as is_late,

    ---------- qualification
    coalesce(qualified.qualification_rule, case when outcomes.is_mql then 'Stated by the CRM' end)
        as qualification_rule,
    qualified.qualified_for,
    qualified.qualified_at,

    ---------- what came of it
    outcomes.is_mql,
    outcomes.sales_outcome,
    outcomes.rejection_reason,
    outcomes.is_sql,
    outcomes.is_opportunity,
    outcomes.is_customer,
    outcomes.is_customer_mature,
    {{ six_places('outcomes.hours_to_follow_up') }} as hours_to_follow_up,
    case
        when outcomes.is_rejected then {{ double('0.0') }}
        when outcomes.is_customer then {{ double('1.0') }}
        when outcomes.is_opportunity then {{ double('0.75') }}
        when outcomes.is_sql then {{ double('0.5') }}
        when outcomes.is_accepted then {{ double('0.25') }}
    end as lead_quality,
    {{ whole('outcomes.opportunities') }} as opportunities,
    {{ money('money.pipeline_reporting') }} as pipeline_reporting,
    {{ money('money.revenue_reporting') }} as revenue_reporting
from leads
inner join outcomes on leads.lead_id = outcomes.lead_id
left join {{ ref('int_contacts__leads') }} as contacts on leads.lead_id = contacts.lead_id
left join stages on leads.lead_id = stages.lead_id
left join later_changes on leads.lead_id = later_changes.lead_id
left join money on leads.lead_id = money.lead_id
left join {{ ref('int_leads__sourced') }} as sourced on leads.lead_id = sourced.lead_id
left join {{ ref('int_leads__qualified') }} as qualified on leads.lead_id = qualified.lead_id
