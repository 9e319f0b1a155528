-- Grain: one row per platform and e-mail campaign that was sent. A share is null where its whole is zero or
-- not known. Opens include those of mail programs that open by themselves: read clicks and replies first.

select
    ---------- keys
    platform,
    email_campaign_id,

    ---------- attributes
    source,
    nullif(trim(campaign_name), '') as campaign_name,
    repeat_key,
    channel,

    ---------- time
    sent_at,
    sent_day as report_day,
    {{ week_start('sent_day') }} as week_start,

    ---------- measures
    sends,
    deliveries,
    opens,
    clicks,
    replies,
    bounces,
    unsubscribes,
    {{ share('deliveries', 'sends') }} as delivery_rate,
    {{ share('bounces', 'sends') }} as bounce_rate,
    {{ share('opens', 'deliveries') }} as open_rate,
    {{ share('clicks', 'deliveries') }} as click_rate,
    {{ share('replies', 'deliveries') }} as reply_rate,
    {{ share('unsubscribes', 'deliveries') }} as unsubscribe_rate
from {{ ref('stg_files__email_campaigns') }}
where sent_at is not null
