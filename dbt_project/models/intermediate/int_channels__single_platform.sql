-- Grain: one row per channel that ran on exactly one ad platform. Only there may what CRM and web saw of
-- the channel be held against the platform without a link on the row itself.

select
    channel,
    min(platform) as platform
from {{ ref('stg_files__ad_performance') }}
group by channel
having count(distinct platform) = 1
