-- An ad account that changes its time zone or currency cuts or counts its days anew: weeks before and after do not
-- compare. The numbers stay right, so this warns.

{{ config(severity='warn') }}

select
    platform,
    account_id,
    count(distinct account_time_zone) as time_zones,
    count(distinct currency) as currencies
from {{ source('raw', 'ad_performance') }}
group by platform, account_id
having count(distinct account_time_zone) > 1 or count(distinct currency) > 1
