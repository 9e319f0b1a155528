-- Grain: one row per model, scope, conversion type, day of conversion, channel, campaign and whether the buyer
-- is new. In every model and slice credits sum to the conversions. Money: reporting currency.

{%- set shares = var('attribution').position_shares %}
{%- set opening, closing = shares.first + shares.middle / 2, shares.last + shares.middle / 2 %}
{%- set weights = {
    'first': 'case when place <= 1 then 1 else 0 end',
    'last': 'case when place = touches then 1 else 0 end',
    'last_non_direct': 'case when place = closing_place or touches = 0 then 1 else 0 end',
    'linear': '1 / ' ~ double('case when touches = 0 then 1 else touches end'),
    'position': 'case when touches <= 1 then 1'
        ~ ' when touches = 2 then case when place = 1 then ' ~ opening ~ ' else ' ~ closing ~ ' end'
        ~ ' when place = 1 then ' ~ shares.first ~ ' when place = touches then ' ~ shares.last
        ~ ' else ' ~ shares.middle ~ ' / ' ~ double('touches - 2') ~ ' end',
    'time_decay': 'case when touches = 0 then 1 else decay / all_decay end',
} %}

with touches as (
    select
        int_conversions__touches.*,
        {{ double('sum(' ~ exact('decay') ~ ') over (partition by scope, conversion_id)') }} as all_decay
    from {{ ref('int_conversions__touches') }} as int_conversions__touches
),

weighted as (
    select
        scope,
        conversion_type,
        report_day,
        is_new_customer,
        channel,
        campaign,
        platform,
        campaign_id,
        {{ double('value_reporting') }} as value_reporting,
        {%- for model, weight in weights.items() %}
        {{ double(weight) }} as {{ model }}_weight{{ ',' if not loop.last }}
        {%- endfor %}
    from touches
),

summed as (
    select
        scope,
        conversion_type,
        report_day,
        is_new_customer,
        channel,
        campaign,
        max(platform) as platform,
        max(campaign_id) as campaign_id,
        {%- for model in weights %}
        sum({{ exact(model ~ '_weight') }}) as {{ model }}_credit,
        sum({{ exact(model ~ '_weight * value_reporting') }}) as {{ model }}_value{{ ',' if not loop.last }}
        {%- endfor %}
    from weighted
    group by scope, conversion_type, report_day, is_new_customer, channel, campaign
),

models as (
    {%- for model in weights %}
    select '{{ model }}' as model{{ ' union all' if not loop.last }}
    {%- endfor %}
),

credited as (
    select
        models.model,
        summed.*,
        case models.model
            {%- for model in weights %} when '{{ model }}' then summed.{{ model }}_credit{% endfor %} end as credit,
        case models.model
            {%- for model in weights %} when '{{ model }}' then summed.{{ model }}_value{% endfor %} end as value_credit
    from summed
    cross join models
)

select
    ---------- keys
    model,
    scope,
    conversion_type,
    report_day,
    channel,
    campaign,
    is_new_customer,

    ---------- attributes
    platform,
    campaign_id,

    ---------- measures
    {{ double('credit') }} as credit,
    {{ double('value_credit') }} as value_credit
from credited
where credit > 0
