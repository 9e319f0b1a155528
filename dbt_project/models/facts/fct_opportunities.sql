-- Grain: one row per opportunity, in the channel and campaign of its lead. Money: reporting currency.

with opportunities as (
    select * from {{ ref('int_opportunities__enriched') }}
)

select
    ---------- keys
    opportunity_id,
    lead_id,
    account_id,

    ---------- attributes
    source,
    channel,
    lead_source,
    coalesce(segment, 'Not stated') as segment,
    platform,
    campaign_id,
    deal_stage,
    case when is_won then 'won' when closed_at is not null then 'lost' else 'open' end as stage_group,
    is_won,

    ---------- time
    opened_at,
    opened_day,
    closed_at,
    closed_day,
    won_day,

    ---------- measures
    amount_reporting,
    won_amount_reporting,
    -- Of an open deal its age so far, of a closed one the days it took.
    {{ whole(dbt.datediff('opened_day', 'coalesce(closed_day, ' ~ last_day() ~ ')', 'day')) }} as age_days
from opportunities
