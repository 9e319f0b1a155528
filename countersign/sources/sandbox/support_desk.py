"""What people ask the demo company's help desk; vendors tell it each in their own way."""

from countersign.sources.sandbox.world import Json, SandboxWorld

_TICKETS = """
with asked as (
    select
        lead_cards.*,
        case
            when chance(? || ' asks', visit_id) < 0.04
                then entered_at + to_hours((2 + floor(200 * chance('asks at', visit_id)))::integer)
            when is_winner and chance(? || ' customer asks', visit_id) < 0.4
                then closed_at + to_hours((20 + floor(400 * chance('asks at', visit_id)))::integer)
        end as opened_local
    from lead_cards
),
timed as (
    select
        asked.*, date_trunc('minute', opened_local) as opened_at,
        1 + floor(5 * chance('topic', visit_id))::integer as topic,
        date_trunc('minute', opened_local) + to_minutes((6 + floor(900 * chance('reply', visit_id)))::integer)
            as reply_at,
        date_trunc('minute', opened_local)
            + to_minutes((1000 + floor(9000 * chance('solve', visit_id)))::integer) as done_at,
        case when chance('ticket gone', visit_id) < 0.03 then opened_local + interval 26 hours end
            as deleted_at,
        chance('ticket double', visit_id) < 0.03 as is_merged
    from asked
    where opened_local < getvariable('until')
)
select
    row_number() over (order by opened_at, visit_id) as number,
    visit_id, account_id, first_name, last_name,
    lower(first_name || '.' || last_name || '.' || right(lead_id, 5)) || '@' || lower(account_id)
        || '.example.com' as mail,
    utc(opened_at) as opened_at,
    case when reply_at < getvariable('until') then utc(reply_at) end as reply_at,
    case when done_at < getvariable('until') then utc(done_at) end as done_at,
    case when deleted_at < getvariable('until') then utc(deleted_at) end as deleted_at,
    is_merged and done_at < getvariable('until') as is_merged,
    utc(greatest(
        opened_at,
        case when reply_at < getvariable('until') then reply_at else opened_at end,
        case when done_at < getvariable('until') then done_at else opened_at end,
        case when deleted_at < getvariable('until') then deleted_at else opened_at end
    )) as changed_at,
    ['calibration', 'delivery', 'display_error', 'invoice', 'training'][topic] as topic,
    [
        'Certificate for our pressure transmitter', 'Where is our order', 'Display shows E17',
        'Invoice with the wrong cost centre', 'Course for new technicians'
    ][topic] as subject,
    'Hello, this is ' || first_name || ' ' || last_name || '. ' || [
        'We need the DAkkS certificate for device ' || (100000 + visit_id % 900000) || ' before the audit.',
        'The last order is not here. Please call me at +49 30 23125 ' || (100 + visit_id % 900) || '.',
        'Since this morning the display shows E17 and the value stands still.',
        'Please send the invoice again, with the cost centre that we ordered under.',
        'Is there a course in autumn? Two colleagues started in maintenance.'
    ][topic] || ' Kind regards, ' || first_name || ' ' || last_name as body,
    ['email', 'web', 'chat', 'phone'][1 + floor(4 * chance('way', visit_id))::integer] as way,
    ['low', 'normal', 'normal', 'high', 'urgent'][1 + floor(5 * chance('urgency', visit_id))::integer]
        as priority,
    case
        when chance('rated', visit_id) < 0.35 then 'good'
        when chance('rated', visit_id) < 0.45 then 'bad'
        when chance('rated', visit_id) < 0.8 then 'offered'
        else 'unoffered'
    end as rating
from timed
order by number
"""


def read_tickets(world: SandboxWorld, desk: str) -> list[Json]:
    """The tickets of one help desk, in order of time; times are naive UTC, unknown ones None."""
    return world.rows(_TICKETS, [desk, desk])
