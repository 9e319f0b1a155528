-- Grain: one row per audience segment, country, channel and week in which leads of that audience were created.
-- What became of them counts in that week, too. Money: reporting currency.

with leads as (
    select
        leads.lead_id,
        coalesce(audience.segment, 'Not stated') as segment,
        coalesce(audience.country, 'Not stated') as country,
        leads.channel,
        leads.week_start,
        leads.is_mql,
        leads.is_accepted,
        leads.is_rejected,
        leads.is_customer
    from {{ ref('int_leads__enriched') }} as leads
    inner join {{ ref('stg_files__crm_leads') }} as audience on leads.lead_id = audience.lead_id
    where leads.week_start is not null
),

deals as (
    select lead_id, sum(amount_reporting) as pipeline_reporting
    from {{ ref('int_opportunities__enriched') }}
    where lead_id is not null
    group by lead_id
),

weeks as (
    select
        leads.segment,
        leads.country,
        leads.channel,
        leads.week_start,
        count(*) as leads,
        {{ count_where('leads.is_mql') }} as mqls,
        {{ count_where('leads.is_accepted') }} as accepted_leads,
        {{ count_where('leads.is_rejected') }} as rejected_leads,
        {{ count_where('leads.is_customer') }} as customers,
        {{ money('sum(deals.pipeline_reporting)') }} as pipeline_reporting
    from leads
    left join deals on leads.lead_id = deals.lead_id
    group by leads.segment, leads.country, leads.channel, leads.week_start
)

select
    ---------- keys
    weeks.segment,
    weeks.country,
    weeks.channel,
    weeks.week_start,

    ---------- measures
    {{ whole('weeks.leads') }} as leads,
    {{ whole(known('has_mqls', 'weeks.mqls')) }} as mqls,
    {{ whole(known('has_sales_outcomes', 'weeks.accepted_leads')) }} as accepted_leads,
    {{ whole(known('has_sales_outcomes', 'weeks.rejected_leads')) }} as rejected_leads,
    {{ whole(known('has_customers', 'weeks.customers')) }} as customers,
    {{ money(known('has_amounts', 'weeks.pipeline_reporting')) }} as pipeline_reporting
from weeks
cross join {{ ref('int_coverage') }} as coverage
