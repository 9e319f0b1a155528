-- Grain: one row per known time zone of an ad account and account day: whether that day began or ended at another
-- instant than the company's. Few rows, so that the zones are looked up once a day and not once an ad group.

with zone_days as (
    select distinct account_time_zone, account_day
    from {{ ref('stg_files__ad_performance') }}
    where account_time_zone is not null
),

days as (
    select
        account_time_zone,
        account_day,
        cast(account_day as timestamp) as begins_at,
        cast({{ dbt.dateadd('day', 1, 'account_day') }} as timestamp) as ends_at
    from zone_days
    -- A name that is no time zone would stop the build; here it is only not known.
    where account_time_zone in ({{ known_time_zones() }})
)

select
    account_time_zone,
    account_day,
    {{ utc_of('begins_at', 'account_time_zone') }} <> {{ utc_of('begins_at', "'" ~ var('time_zone') ~ "'") }}
    or {{ utc_of('ends_at', 'account_time_zone') }} <> {{ utc_of('ends_at', "'" ~ var('time_zone') ~ "'") }}
        as is_cut_in_another_zone
from days
