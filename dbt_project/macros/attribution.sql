{# Attribution: what a step of a path is called, and whose touches count. #}

{# '>' stands between steps, so no step may hold one. #}
{% macro step_name(name) -%}
    replace({{ name }}, '>', '›')
{%- endmacro %}

{# A campaign as people know it, and told apart from others of that name. #}
{% macro campaign_label(channel, platform, campaign_id, campaign_name) -%}
    case
        when {{ campaign_id }} is null then {{ channel }} || ' (no campaign)'
        when {{ platform }} is null then coalesce({{ campaign_name }} || ' [', '[') || {{ campaign_id }} || ']'
        else coalesce({{ campaign_name }} || ' [', '[') || {{ platform }} || ' ' || {{ campaign_id }} || ']'
    end
{%- endmacro %}

{# Nobody's touch: the row of conversions before which none is known. #}
{% macro not_linked() -%}
    'Not linked'
{%- endmacro %}

{# Whose touches count: in scope person the contact's, in scope account those of all contacts of the account. #}
{% macro buyer(scope) -%}
    {%- if scope == 'person' -%}
    'contact ' || contact_id
    {%- else -%}
    coalesce('account ' || account_id, 'contact ' || contact_id)
    {%- endif -%}
{%- endmacro %}
