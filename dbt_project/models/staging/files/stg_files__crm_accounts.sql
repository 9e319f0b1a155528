-- Grain: one row per account (company) that the CRM knows before `as_of`; undated ones stay.

select
    ---------- keys
    {{ link_key('account_id') }} as account_id,

    ---------- attributes
    _source as source,
    nullif(trim(account_name), '') as account_name,
    nullif(trim(industry), '') as industry,
    nullif(trim(country), '') as country,
    employees,
    nullif(trim(lifecycle), '') as lifecycle,

    ---------- time
    created_at
from {{ source('raw', 'crm_accounts') }}
where created_at is null or created_at < {{ as_of() }}
