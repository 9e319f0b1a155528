-- Grain: one row per scope (person, account), dated conversion and touch in its lookback, numbered in time;
-- a conversion without any such touch is one row with place 0. Money: reporting currency.

{{ config(materialized='table') }}

{%- set oldest = dbt.dateadd('day', -1 * var('attribution').lookback_days, 'conversions.converted_at') %}

with conversions as (
    {%- for scope in ['person', 'account'] %}
    {% if not loop.first %}union all{% endif %}
    select
        '{{ scope }}' as scope,
        {{ buyer(scope) }} as buyer,
        conversion_id,
        conversion_type,
        converted_at,
        report_day,
        is_new_customer,
        coalesce(value_reporting, 0) as value_reporting
    from {{ ref('fct_conversions') }}
    where converted_at is not null
    {%- endfor %}
),

touches as (
    {%- for scope in ['person', 'account'] %}
    {% if not loop.first %}union all{% endif %}
    select
        '{{ scope }}' as scope,
        {{ buyer(scope) }} as buyer,
        touchpoint_id,
        touched_at,
        channel,
        {{ campaign_label('channel', 'platform', 'campaign_id', 'campaign_name') }} as campaign,
        platform,
        campaign_id
    from {{ ref('fct_touchpoints') }}
    {%- endfor %}
),

matched as (
    select
        conversions.*,
        touches.touchpoint_id,
        touches.channel,
        touches.campaign,
        touches.platform,
        touches.campaign_id,
        {{ hours_between('touches.touched_at', 'conversions.converted_at') }} / 24 as age_days,
        row_number() over (
            partition by conversions.scope, conversions.conversion_id
            order by touches.touched_at, touches.touchpoint_id
        ) as place
    from conversions
    left join touches
        on conversions.scope = touches.scope
        and conversions.buyer = touches.buyer
        and touches.touched_at <= conversions.converted_at
        and touches.touched_at >= {{ oldest }}
)

select
    ---------- keys
    scope,
    conversion_id,
    {{ whole('case when touchpoint_id is null then 0 else place end') }} as place,

    ---------- the conversion
    conversion_type,
    report_day,
    is_new_customer,
    value_reporting,
    {{ whole('count(touchpoint_id) over (partition by scope, conversion_id)') }} as touches,
    -- The last touch that is not direct; the last one when all are.
    coalesce(
        max(case when channel <> {{ "'" ~ var('attribution').direct_channel | replace("'", "''") ~ "'" }} then place end)
            over (partition by scope, conversion_id),
        max(place) over (partition by scope, conversion_id)
    ) as closing_place,

    ---------- the touch
    coalesce(channel, {{ not_linked() }}) as channel,
    coalesce(campaign, {{ not_linked() }}) as campaign,
    platform,
    campaign_id,
    -- Counted from the youngest touch: old journeys would all be nothing otherwise.
    power(
        {{ double('0.5') }},
        {{ double('age_days - min(age_days) over (partition by scope, conversion_id)') }}
            / {{ var('attribution').half_life_days }}
    ) as decay
from matched
