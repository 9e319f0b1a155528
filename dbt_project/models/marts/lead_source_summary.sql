-- Grain: one row per source, lead source and channel, over all time. The one mart that needs no dates:
-- undated leads are here too, and so are the deals that no lead explains (lead source `No lead`).

with lead_sums as (
    select
        source,
        lead_source,
        channel,
        count(*) as leads,
        count(report_day) as dated_leads,
        {{ count_where('is_mql') }} as mqls,
        {{ count_where('is_accepted') }} as accepted_leads,
        {{ count_where('is_rejected') }} as rejected_leads,
        {{ count_where('is_customer') }} as customers
    from {{ ref('int_leads__enriched') }}
    group by source, lead_source, channel
),

opportunity_sums as (
    select
        source,
        lead_source,
        channel,
        count(*) as opportunities,
        sum(won_amount_reporting) as revenue_reporting
    from {{ ref('int_opportunities__enriched') }}
    group by source, lead_source, channel
),

groups as (
    select source, lead_source, channel from lead_sums
    union
    select source, lead_source, channel from opportunity_sums
)

select
    ---------- keys
    groups.source,
    groups.lead_source,
    groups.channel,

    ---------- measures
    {{ whole(known('has_leads', 'leads')) }} as leads,
    {{ whole(known('has_leads', 'dated_leads')) }} as dated_leads,
    {{ whole(known('has_leads', 'leads - dated_leads')) }} as undated_leads,
    {{ whole(known('has_mqls', 'mqls')) }} as mqls,
    {{ whole(known('has_sales_outcomes', 'accepted_leads')) }} as accepted_leads,
    {{ whole(known('has_sales_outcomes', 'rejected_leads')) }} as rejected_leads,
    {{ whole(known('has_opportunities', 'opportunities')) }} as opportunities,
    {{ whole(known('has_customers', 'customers')) }} as customers,
    {{ money(known('has_amounts', 'revenue_reporting')) }} as revenue_reporting
from groups
left join lead_sums
    on groups.source = lead_sums.source
    and groups.lead_source = lead_sums.lead_source
    and groups.channel = lead_sums.channel
left join opportunity_sums
    on groups.source = opportunity_sums.source
    and groups.lead_source = opportunity_sums.lead_source
    and groups.channel = opportunity_sums.channel
cross join {{ ref('int_coverage') }} as coverage
