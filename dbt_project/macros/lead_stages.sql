{# What config/lead_stages.yaml says, as SQL. Every word of it travels as an escaped literal. #}

{% macro said(words) -%}
    {{ dbt.string_literal(dbt.escape_single_quotes(words)) }}
{%- endmacro %}

{% macro one_of_said(column, words) -%}
    {{ column }} in (
        {%- for word in words %}{{ countersign.said(word) }}{{ ', ' if not loop.last }}{% endfor -%}
    )
{%- endmacro %}

{# Hours that a lead may stay in a stage before somebody has moved it on; null without a limit. #}
{% macro hand_off_limit(column) -%}
    {%- set limits = var('hand_off_hours') -%}
    cast(
        {%- if limits %} case {{ column }}
            {%- for stage, hours in limits.items() %}
            when '{{ stage }}' then {{ hours }}
            {%- endfor %}
        end
        {%- else %} null
        {%- endif %} as decimal(18, 6)
    )
{%- endmacro %}

{# What the company calls a stage. #}
{% macro stage_label(column) -%}
    {%- if var('stage_labels') -%}
    case {{ column }}
        {%- for stage, label in var('stage_labels').items() %}
        when '{{ stage }}' then {{ countersign.said(label) }}
        {%- endfor %}
        else {{ column }}
    end
    {%- else -%}
    {{ column }}
    {%- endif -%}
{%- endmacro %}

{# `disqualified` comes after all others: two changes of one minute are told apart by it. #}
{% macro stage_place(column) -%}
    coalesce({{ stage_rank(column) }}, {{ var('lead_stages') | length }})
{%- endmacro %}

{# The activities that written rules count, each (activity, at_least, within_days) once. #}
{% macro counted_activities() -%}
    {%- set found = [] -%}
    {%- for rule in var('qualification_rules') -%}
        {%- for activity in rule.when.activities -%}
            {%- if activity not in found -%}{%- do found.append(activity) -%}{%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# The condition of one rule over a lead: `met_0` and on are the instants at which `counted` came together. #}
{% macro rule_holds(rule, counted) -%}
    {%- set when = rule.when -%}
    {%- set parts = [] -%}
    {%- for activity in when.activities -%}
        {%- do parts.append('met_' ~ counted.index(activity) ~ ' is not null') -%}
    {%- endfor -%}
    {%- for column, words in [
        ('segment', when.segment_in), ('country', when.country_in), ('channel', when.channel_in)
    ] if words -%}
        {%- do parts.append(countersign.one_of_said(column, words)) -%}
    {%- endfor -%}
    {%- if when.employees_at_least is not none -%}
        {%- do parts.append('employees >= ' ~ when.employees_at_least) -%}
    {%- endif -%}
    {%- if when.is_event_lead is not none -%}
        {%- do parts.append('is_event_lead' if when.is_event_lead else 'not is_event_lead') -%}
    {%- endif -%}
    {{ parts | join(' and ') }}
{%- endmacro %}
