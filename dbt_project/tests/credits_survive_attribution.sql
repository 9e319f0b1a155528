-- In every model, and in the paths, each day's dated conversions and their value are all there, once per scope.

with converted as (
    select
        conversion_type,
        report_day,
        is_new_customer,
        count(*) as conversions,
        sum(coalesce({{ double('value_reporting') }}, 0)) as amount
    from {{ ref('fct_conversions') }}
    where converted_at is not null
    group by conversion_type, report_day, is_new_customer
),

shared_out as (
    select
        model || ', ' || scope as place, conversion_type, report_day, is_new_customer,
        sum(credit) as conversions, sum(value_credit) as amount
    from {{ ref('attribution_day') }}
    group by model, scope, conversion_type, report_day, is_new_customer

    union all
    select
        dimension || ' paths, ' || scope as place, conversion_type, report_day, is_new_customer,
        {{ double('sum(conversions)') }} as conversions, {{ double('sum(value_reporting)') }} as amount
    from {{ ref('path_summary') }}
    where conversions > 0
    group by dimension, scope, conversion_type, report_day, is_new_customer
),

places as (
    select distinct place from shared_out
),

expected as (
    select places.place, converted.* from converted cross join places
)

select
    coalesce(expected.place, shared_out.place) as place,
    coalesce(expected.conversion_type, shared_out.conversion_type) as conversion_type,
    coalesce(expected.report_day, shared_out.report_day) as report_day,
    expected.conversions,
    shared_out.conversions as conversions_shared_out,
    expected.amount,
    shared_out.amount as amount_shared_out
from expected
full outer join shared_out
    on expected.place = shared_out.place
    and expected.conversion_type = shared_out.conversion_type
    and expected.report_day = shared_out.report_day
    and expected.is_new_customer = shared_out.is_new_customer
where expected.place is null
    or shared_out.place is null
    or abs(expected.conversions - shared_out.conversions) > 0.000000001 * (1 + expected.conversions)
    or abs(expected.amount - shared_out.amount) > 0.000000001 * (1 + expected.amount)
