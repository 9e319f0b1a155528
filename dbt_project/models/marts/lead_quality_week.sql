-- Grain: one row per channel, platform, campaign and week of lead creation. `lead_quality` is the mean over
-- decided leads: rejected 0, accepted 0.25, sales qualified 0.5, opportunity 0.75, customer 1.

select
    ---------- keys
    leads.channel,
    coalesce(leads.platform, 'Unassigned') as platform,
    coalesce(leads.campaign_id, 'Unassigned') as campaign_id,
    leads.week_start,

    ---------- attributes
    max(leads.campaign_name) as campaign_name,

    ---------- measures
    {{ whole('count(*)') }} as leads,
    case when has_mqls then {{ count_where('leads.is_mql') }} end as mqls,
    case when has_sales_outcomes then {{ count_where("leads.sales_outcome = 'accepted'") }} end as accepted_leads,
    case when has_sales_outcomes then {{ count_where("leads.sales_outcome = 'rejected'") }} end as rejected_leads,
    case when has_sales_outcomes then {{ count_where("leads.sales_outcome = 'undecided'") }} end as undecided_leads,
    case when has_sqls then {{ count_where('leads.is_sql') }} end as sqls,
    case when has_customers then {{ count_where('leads.is_opportunity') }} end as opportunities,
    case when has_customers then {{ count_where('leads.is_customer') }} end as customers,
    {{ count_where("leads.qualified_at is not null and not leads.is_mql") }} as ruled_in_leads,
    case when has_amounts then {{ money('coalesce(sum(leads.pipeline_reporting), 0)') }} end as pipeline_reporting,

    ---------- ratios
    case
        when has_sales_outcomes
            then {{ double("count(case when leads.sales_outcome = 'accepted' then 1 end)") }}
                / nullif(count(case when leads.sales_outcome <> 'undecided' then 1 end), 0)
    end as acceptance_rate,
    case when has_sales_outcomes then {{ double('avg(' ~ exact('leads.lead_quality') ~ ')') }} end as lead_quality,
    case
        when has_amounts then {{ cost_per('coalesce(sum(leads.pipeline_reporting), 0)', 'count(*)') }}
    end as pipeline_per_lead,

    ---------- may the verdicts still change much?
    leads.week_start + 6 + {{ var('acceptance_maturity_days') }} <= {{ last_day() }} as is_acceptance_mature
from {{ ref('fct_leads') }} as leads
cross join {{ ref('int_coverage') }} as coverage
where leads.week_start is not null
group by
    leads.channel, coalesce(leads.platform, 'Unassigned'), coalesce(leads.campaign_id, 'Unassigned'), leads.week_start,
    has_mqls, has_sales_outcomes, has_sqls, has_customers, has_amounts
