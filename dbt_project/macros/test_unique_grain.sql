{# One query for the whole key: each combination once, and no part of it null. Of a table that grows by days
   only those are looked at that the build redid: `day` is its day, `tables` the landed tables behind it. #}
{% test unique_grain(model, columns, day=none, tables=none) %}
select
    {{ columns | join(', ') }},
    count(*) as times
from {{ model }}
{%- if day %}
where {{ in_changed_days(day, tables) }}
{%- endif %}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {%- for column in columns %}
    or {{ column }} is null
    {%- endfor %}
{% endtest %}
