-- Grain: as int_touches__links: the links by which int_touches__linked was built. That model brings it up to
-- date in its own transaction; here it is only filled when everything is built anew.

{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail') }}

select kind, contact_id, visitor_key, email_key, item, detail
from {{ ref('int_touches__links') }}
{% if is_incremental() -%}
where 1 = 0
{%- endif %}
