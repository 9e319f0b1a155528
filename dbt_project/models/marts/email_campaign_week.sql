-- Grain: one row per platform and e-mail campaign that was sent, in the week of sending, with its totals so far.
-- Counts only: a rate is a sum over a sum, and so is a metric.

select
    ---------- keys
    platform,
    email_campaign_id as campaign_id,

    ---------- time
    week_start,

    ---------- attributes
    campaign_name,
    coalesce(channel, 'Unassigned') as channel,

    ---------- measures
    sends,
    deliveries,
    opens,
    clicks,
    replies,
    bounces,
    unsubscribes
from {{ ref('fct_email_engagement') }}
