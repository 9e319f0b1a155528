-- Grain: one row per scope (person, account), conversion type and known buyer who was touched and has not
-- converted in that way: the touches in the lookback before the last one.

with buyers as (
    {%- for scope in ['person', 'account'] %}
    {% if not loop.first %}union all{% endif %}
    select
        '{{ scope }}' as scope,
        {{ buyer(scope) }} as buyer,
        touchpoint_id,
        touched_at,
        report_day,
        {{ step_name('channel') }} as channel,
        {{ step_name(campaign_label('channel', 'platform', 'campaign_id', 'campaign_name')) }} as campaign
    from {{ ref('fct_touchpoints') }}
    {%- endfor %}
),

last_touches as (
    select scope, buyer, max(touched_at) as last_touched_at from buyers group by scope, buyer
),

paths as (
    select
        buyers.scope,
        buyers.buyer,
        max(buyers.report_day) as report_day,
        {{ whole('count(*)') }} as touches,
        {{ joined_text('channel', ' > ', 'touched_at, touchpoint_id') }} as channel_path,
        {{ joined_text('campaign', ' > ', 'touched_at, touchpoint_id') }} as campaign_path
    from buyers
    inner join last_touches on buyers.scope = last_touches.scope and buyers.buyer = last_touches.buyer
    where buyers.touched_at
        >= {{ dbt.dateadd('day', -1 * var('attribution').lookback_days, 'last_touches.last_touched_at') }}
    group by buyers.scope, buyers.buyer
),

types as (
    select 'lead' as conversion_type union all select 'opportunity' union all select 'customer'
),

converted as (
    {%- for scope in ['person', 'account'] %}
    {% if not loop.first %}union all{% endif %}
    select '{{ scope }}' as scope, {{ buyer(scope) }} as buyer, conversion_type from {{ ref('fct_conversions') }}
    {%- endfor %}
),

converted_once as (
    select distinct scope, buyer, conversion_type from converted where buyer is not null
)

select
    paths.scope,
    types.conversion_type,
    paths.buyer,
    paths.report_day,
    customers.buyer is null as is_new_customer,
    paths.touches,
    paths.channel_path,
    paths.campaign_path
from paths
cross join types
left join converted_once
    on paths.scope = converted_once.scope
    and paths.buyer = converted_once.buyer
    and types.conversion_type = converted_once.conversion_type
left join converted_once as customers
    on paths.scope = customers.scope and paths.buyer = customers.buyer and customers.conversion_type = 'customer'
where converted_once.buyer is null
