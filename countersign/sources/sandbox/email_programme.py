"""What the demo company mails, and who opened and clicked: clicks are the website's e-mail sessions."""

from countersign.sources.sandbox.world import Json, SandboxWorld

_CAMPAIGNS = """
select
    1000 + places.place_id * 100 + date_diff('week', date '2026-01-05', days.day)::integer as number,
    places.place_id,
    places.campaign || ' ' || strftime(days.day, '%G-W%V') as name,
    if(places.place_id = 22, 'News from the measuring lab', 'Your calibration is due soon') as subject,
    places.landing_page as page,
    -- one goes out on Tuesday, the other on Thursday
    days.day + if(places.place_id = 22, interval 33 hours, interval 82 hours) as sent_local
from places cross join days
where places.channel = 'Email' and days.weekday = 1
"""
_EVENTS = f"""
with sends as ({_CAMPAIGNS}),
clicks as (
    select
        sends.number, sends.sent_local, visits.started_local as at_local, visits.landing_page as page,
        visits.visit_id, visits.visit_id - (visits.visit_id % 4 = 1)::bigint as member
    from visits
    asof join sends on visits.place_id = sends.place_id and visits.started_local >= sends.sent_local
    where visits.channel = 'Email' and chance('by link', visits.visit_id) < 0.8
),
others as (
    select clicks.*, visit_id * 100 + unnest(range(4)) as other from clicks
),
-- everything hangs on a click and comes after it, so that later knowledge changes nothing that was told
events as (
    select number, member, 'click' as action, at_local, page from clicks
    union all
    select number, member, 'open', greatest(sent_local, at_local - interval 3 minutes), null from clicks
    union all
    select
        number, other, 'open',
        at_local + to_minutes((5 + floor(2000 * pow(chance('opens', other), 3)))::integer), null
    from others where other % 100 < 3 and chance('opens too', other) < 0.75
    union all
    select number, other, 'bounce', at_local + interval 2 minutes, null
    from others where other % 100 = 3 and chance('bounces', other) < 0.1
    union all
    select
        number, other, 'unsubscribe',
        at_local + to_minutes((2100 + floor(90 * chance('leaves', other)))::integer), null
    from others where other % 100 = 0 and chance('opens too', other) < 0.02
)
select
    events.number, events.member, events.action, events.page,
    date_trunc('second', utc(at_local)) as happened_at,
    case
        when cards.lead_id is null
            then printf('reader.%d@mail%d.example.com', events.member, events.member % 90)
        else lower(cards.first_name || '.' || cards.last_name || '.' || right(cards.lead_id, 5)) || '@'
            || lower(cards.account_id) || '.example.com'
    end as mail
from events left join lead_cards as cards on cards.visit_id = events.member
where at_local < getvariable('until')
order by events.number, events.member, happened_at, events.action
"""


class Programme:
    """The e-mails of the demo company: campaigns, their events, and totals that agree with the events."""

    def __init__(self, world: SandboxWorld) -> None:
        self._events: dict[int, list[Json]] = {}
        for event in world.rows(_EVENTS):
            self._events.setdefault(event["number"], []).append(event)
        known = f"select *, utc(sent_local) as sent_at from ({_CAMPAIGNS})"
        self.sent = world.rows(f"{known} where sent_local < getvariable('until') order by sent_at")
        # What is written but not sent yet.
        self.drafts = world.rows(f"{known} where sent_local >= getvariable('until') order by sent_at limit 2")

    def events_of(self, number: int) -> list[Json]:
        """The events of one campaign."""
        return self._events.get(number, [])

    def totals(self, number: int) -> dict[str, int]:
        """People by action, and messages sent."""
        people = {
            action: len({event["member"] for event in self.events_of(number) if event["action"] == action})
            for action in ("open", "click", "bounce", "unsubscribe")
        }
        return {**people, "sent": 3 * people["open"] + people["bounce"] + 40}
