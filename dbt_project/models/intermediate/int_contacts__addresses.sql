-- Grain: one row per keyed e-mail address of a lead: whose it is.

select distinct email_key, contact_id
from {{ ref('int_contacts__leads') }}
where email_key is not null
