-- Grain: one row per channel, week of lead creation, whether the leads were met at an event, and who began:
-- marketing, sales or unknown. So that what marketing converts stands apart from what sales development does.

select
    ---------- keys
    leads.channel,
    leads.week_start,
    leads.is_event_lead,
    leads.sourced_by,

    ---------- measures
    {{ whole('count(*)') }} as leads,
    case when has_mqls then {{ count_where('leads.is_mql') }} end as mqls,
    case when has_sales_outcomes then {{ count_where("leads.sales_outcome = 'accepted'") }} end as accepted_leads,
    case when has_sales_outcomes then {{ count_where("leads.sales_outcome = 'rejected'") }} end as rejected_leads,
    case when has_sqls then {{ count_where('leads.is_sql') }} end as sqls,
    case when has_customers then {{ count_where('leads.is_opportunity') }} end as opportunities,
    case when has_customers then {{ count_where('leads.is_customer') }} end as customers,
    case when has_amounts then {{ money('coalesce(sum(leads.pipeline_reporting), 0)') }} end as pipeline_reporting,
    case when has_amounts then {{ money('coalesce(sum(leads.revenue_reporting), 0)') }} end as revenue_reporting,
    {{ six_places(median('leads.hours_to_follow_up')) }}
        as median_hours_to_follow_up,

    ---------- ratios
    case
        when has_customers
            then {{ double('count(case when leads.is_opportunity then 1 end)') }} / count(*)
    end as opportunity_rate,
    case
        when has_customers
            then {{ double('count(case when leads.is_customer then 1 end)') }} / count(*)
    end as customer_rate
from {{ ref('fct_leads') }} as leads
cross join {{ ref('int_coverage') }} as coverage
where leads.week_start is not null
group by
    leads.channel, leads.week_start, leads.is_event_lead, leads.sourced_by,
    has_mqls, has_sales_outcomes, has_sqls, has_customers, has_amounts
