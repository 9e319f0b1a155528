-- Grain: one row per lead for which a written rule of config/lead_stages.yaml fired: the first in the
-- company's order. A rule that came true only after the CRM had moved the lead did not move it.

{%- set rules = var('qualification_rules') %}
{%- set counted = counted_activities() %}

with leads as (
    select leads.*, accounts.employees
    from {{ ref('stg_files__crm_leads') }} as leads
    left join {{ ref('stg_files__crm_accounts') }} as accounts on leads.account_id = accounts.account_id
),

-- The instant that lies so many activities of the same kind back: within the days, the count is reached.
spans as (
    select
        lead_id,
        activity,
        {%- for one in counted %}
        lag(occurred_at, {{ one.at_least - 1 }}) over (
            partition by lead_id, activity order by occurred_at
        ) as started_{{ loop.index0 }},
        {%- endfor %}
        occurred_at
    from {{ ref('int_leads__activities') }}
),

met as (
    select
        {%- for one in counted %}
        min(case
            when activity = '{{ one.activity }}'
                and occurred_at <= {{ dbt.dateadd('day', one.within_days, 'started_' ~ loop.index0) }}
                then occurred_at
        end) as met_{{ loop.index0 }},
        {%- endfor %}
        lead_id
    from spans
    group by lead_id
),

known as (
    select
        {%- for one in counted %}
        met.met_{{ loop.index0 }},
        {%- endfor %}
        leads.*
    from leads
    left join met on leads.lead_id = met.lead_id
),

fired as (
    {%- for rule in rules %}
    select
        lead_id,
        {{ loop.index }} as rule_order,
        {{ said(rule.name) }} as qualification_rule,
        '{{ rule.qualifies_for }}' as qualified_for,
        {%- set instants = ['created_at'] %}
        {%- for one in rule.when.activities %}
        {%- do instants.append('met_' ~ counted.index(one)) %}
        {%- endfor %}
        {{ 'greatest(' ~ instants | join(', ') ~ ')' if instants | length > 1 else 'created_at' }} as qualified_at
    from known
    where {{ rule_holds(rule, counted) }}
    {% if not loop.last %}
    union all
    {% endif %}
    {%- else %}
    select
        lead_id,
        0 as rule_order,
        lead_source as qualification_rule,
        lead_source as qualified_for,
        created_at as qualified_at
    from known
    where 1 = 0
    {%- endfor %}
),

entered as (
    select lead_id, stage, min(entered_at) as entered_at
    from {{ ref('int_lead_stages__entered') }}
    group by lead_id, stage
),

in_order as (
    select
        fired.*,
        row_number() over (partition by fired.lead_id order by fired.rule_order) as place
    from fired
    left join entered on fired.lead_id = entered.lead_id and fired.qualified_for = entered.stage
    where entered.entered_at is null or fired.qualified_at is null or fired.qualified_at <= entered.entered_at
)

select
    lead_id,
    qualification_rule,
    qualified_for,
    qualified_at
from in_order
where place = 1
