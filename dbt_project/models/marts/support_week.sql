-- Grain: one row per week in which tickets were opened. All measures are of the tickets opened in the week,
-- whenever they were answered: a young week has fewer answers than it will have.

select
    ---------- keys
    week_start,

    ---------- measures
    {{ whole('count(*)') }} as tickets,
    {{ count_where("priority in ('high', 'urgent')") }} as pressing_tickets,
    {{ count_where('hours_to_first_reply is not null') }} as replied_tickets,
    {{ count_where('hours_to_solve is not null') }} as solved_tickets,
    {{ double('sum(' ~ exact('hours_to_first_reply') ~ ')') }} as hours_to_first_reply,
    {{ double('sum(' ~ exact('hours_to_solve') ~ ')') }} as hours_to_solve,
    {{ double(median('hours_to_first_reply')) }} as median_hours_to_first_reply,
    {{ double(median('hours_to_solve')) }} as median_hours_to_solve,
    {{ count_where('is_satisfied is not null') }} as rated_tickets,
    {{ count_where('is_satisfied') }} as satisfied_tickets,
    {{ share('count(case when is_satisfied then 1 end)', 'count(is_satisfied)') }} as satisfaction_share
from {{ ref('fct_support_tickets') }}
group by week_start
