{# int_touches__linked redoes the days that changed, and every day of the contacts whose links changed. #}

{% macro touch_tables() -%}
    {{ return(['web_sessions', 'web_events', 'lead_events', 'email_events']) }}
{%- endmacro %}

{% macro delete_changed_touches(changed_contacts) -%}
    {%- if is_incremental() -%}
    delete from {{ this }}
    where {{ in_changed_days('report_day', touch_tables()) }}
        or contact_id in (select contact_id from {{ changed_contacts }})
    {%- endif -%}
{%- endmacro %}

{# Single statements, in the transaction that tables the touches: the links are always those of the touches. #}
{% macro emptied(relation) -%}
    {%- if is_incremental() -%}
    delete from {{ relation }}
    {%- endif -%}
{%- endmacro %}

{% macro note_links_used(links_used, links) -%}
    {%- if is_incremental() -%}
    insert into {{ links_used }} (kind, contact_id, visitor_key, email_key, item, detail)
    select kind, contact_id, visitor_key, email_key, item, detail from {{ links }}
    {%- endif -%}
{%- endmacro %}

{# The touches of a view that are redone: those of changed days, and the others of changed contacts. #}
{% macro redone_touches(touches, changed_contacts) -%}
    select touches.*
    from {{ touches }} as touches
    where {{ near_changed_days('touches.touched_at', touch_tables()) }}
        and {{ in_changed_days('touches.report_day', touch_tables()) }}
    {%- if changed_days(touch_tables()) is not none %}

    union all
    select touches.*
    from {{ touches }} as touches
    inner join {{ changed_contacts }} as changed on touches.contact_id = changed.contact_id
    where not {{ in_changed_days('touches.report_day', touch_tables()) }}
    {%- endif %}
{%- endmacro %}
