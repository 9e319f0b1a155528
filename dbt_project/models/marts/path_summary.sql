-- Grain: one row per scope, conversion type, dimension, day, path and whether the buyer is new. Journeys that
-- converted stand on the day of the conversion, others on that of their last touch. Money: reporting currency.

with converting as (
    select
        scope,
        conversion_id,
        conversion_type,
        report_day,
        is_new_customer,
        value_reporting,
        touches,
        {{ joined_text(step_name('channel'), ' > ', 'place') }} as channel_path,
        {{ joined_text(step_name('campaign'), ' > ', 'place') }} as campaign_path
    from {{ ref('int_conversions__touches') }}
    group by scope, conversion_id, conversion_type, report_day, is_new_customer, value_reporting, touches
),

journeys as (
    select
        scope,
        conversion_type,
        report_day,
        is_new_customer,
        touches,
        channel_path,
        campaign_path,
        1 as conversions,
        value_reporting,
        0 as unconverted
    from converting

    union all
    select
        scope,
        conversion_type,
        report_day,
        is_new_customer,
        touches,
        channel_path,
        campaign_path,
        0 as conversions,
        0 as value_reporting,
        1 as unconverted
    from {{ ref('int_journeys__unconverted') }}

    -- Somebody unknown could have become a lead; only somebody known can become more.
    union all
    select
        scopes.scope,
        'lead' as conversion_type,
        anonymous.week_start as report_day,
        true as is_new_customer,
        anonymous.touches,
        anonymous.channel_path,
        anonymous.campaign_path,
        0 as conversions,
        0 as value_reporting,
        anonymous.journeys as unconverted
    from {{ ref('int_journeys__anonymous') }} as anonymous
    cross join (select 'person' as scope union all select 'account') as scopes
),

by_dimension as (
    {%- for dimension in ['channel', 'campaign'] %}
    {% if not loop.first %}union all{% endif %}
    select
        scope,
        conversion_type,
        '{{ dimension }}' as dimension,
        report_day,
        is_new_customer,
        {{ dimension }}_path as path,
        max(touches) as touches,
        sum(conversions) as conversions,
        sum(value_reporting) as value_reporting,
        sum(unconverted) as unconverted_journeys
    from journeys
    group by scope, conversion_type, report_day, is_new_customer, {{ dimension }}_path
    {%- endfor %}
)

select
    ---------- keys
    scope,
    conversion_type,
    dimension,
    report_day,
    path,
    is_new_customer,

    ---------- measures
    {{ whole('touches') }} as touches,
    {{ whole('conversions') }} as conversions,
    {{ money('value_reporting') }} as value_reporting,
    {{ whole('unconverted_journeys') }} as unconverted_journeys
from by_dimension
