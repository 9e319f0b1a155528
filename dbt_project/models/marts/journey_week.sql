-- Grain: one row per stage of the customer journey, kind, subject and week: the content people met there, what
-- troubled them (topics of tickets, reasons of rejections) and how many were lost at each step of the funnel.

{%- set steps = [
    ('awareness', 'sessions', 'leads'),
    ('consideration', 'leads', 'mqls'),
    ('consideration', 'mqls', 'accepted_leads'),
    ('decision', 'accepted_leads', 'sqls'),
    ('decision', 'sqls', 'opportunities'),
    ('decision', 'opportunities', 'customers'),
] %}

with found as (
    select
        journey_stage,
        'content' as kind,
        title as subject,
        week_start,
        coalesce(sessions, engagements, submissions) as counted,
        cast(null as bigint) as reached
    from {{ ref('content_performance') }}

    union all
    select
        {{ journey_stage('topic') }} as journey_stage,
        'pain point: ticket' as kind,
        topic as subject,
        week_start,
        1 as counted,
        null as reached
    from {{ ref('fct_support_tickets') }}

    union all
    select
        {{ journey_stage('reason') }} as journey_stage,
        'pain point: rejection' as kind,
        reason as subject,
        week_start,
        rejected_leads as counted,
        null as reached
    from {{ ref('rejection_reasons') }}

    {%- for stage, step, next in steps %}

    union all
    select
        '{{ stage }}' as journey_stage,
        'drop-off' as kind,
        '{{ step | replace("_", " ") }} to {{ next | replace("_", " ") }}' as subject,
        week_start,
        {{ step }} - {{ next }} as counted,
        {{ step }} as reached
    from {{ ref('funnel_week') }}
    where {{ step }} is not null and {{ next }} is not null
    {%- endfor %}
)

select
    ---------- keys
    journey_stage,
    kind,
    subject,
    week_start,

    ---------- measures
    {{ whole('sum(counted)') }} as counted,
    {{ whole('sum(reached)') }} as reached,
    {{ share('sum(counted)', 'sum(reached)') }} as lost_share
from found
group by journey_stage, kind, subject, week_start
