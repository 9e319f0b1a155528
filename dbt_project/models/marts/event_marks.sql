-- Grain: one row per day, kind, name, channel and campaign that config/events.yaml tells of. It may be empty.

{%- set columns = ['kind', 'name', 'channel', 'campaign_id'] %}
with told as (
    {%- for mark in var('event_marks') %}
    select
        cast('{{ mark.day }}' as date) as event_day
        {%- for column in columns %},
        {{ dbt.string_literal(dbt.escape_single_quotes(mark[column])) }} as {{ column }}
        {%- endfor %}
    union all
    {%- endfor %}
    select
        cast(null as date) as event_day
        {%- for column in columns %},
        cast(null as {{ dbt.type_string() }}) as {{ column }}
        {%- endfor %}
)

select
    event_day,
    cast(kind as {{ dbt.type_string() }}) as kind,
    cast(name as {{ dbt.type_string() }}) as name,
    cast(channel as {{ dbt.type_string() }}) as channel,
    cast(campaign_id as {{ dbt.type_string() }}) as campaign_id
from told
where event_day is not null
