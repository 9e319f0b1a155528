"""The kind of incident that a pattern of moved and held measures looks like.

A kind is a reading of a pattern, never a proof: the same pattern may have another cause. Each rule names
what must have moved, which way, and what must have held at the same place in the same days.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

# A measure held when it moved less than this share of the root's change, or less than its noise shows.
_HELD_SHARE = 0.4
_SHOWN = 2.0
# A page that is broken is mended within two weeks; what goes on longer nobody looks at.
_LONG_DAYS = 14
# Hours that moved are missing once.
_WEEK = 7
# Logs: of what is as good as nothing, and of a fifth, at which leads have ended.
_LEAST, _ENDED = 0.01, -1.6
# More leads are good news until sales refuse them beyond what two looks may show by chance.
_REFUSED = 3.0
# By how much of the added clicks, in logs, what is thinned by them falls at most, noise included.
_THINNED = 1.6
# A loss as large as another but for noise, in logs.
_AS_MUCH = 0.6
# How much of a price's change, in logs, shows in what is spent when nothing else changed.
_SPENT = 0.7
# ... and where spend is noisy: nearer to the price's change than to none, and off by no more of its noise.
_SPENT_AT_LEAST, _WITHIN = 0.5, 1.5


@dataclass(frozen=True)
class Seen:
    """What one measure did at the place and in the days of a candidate: relative change and z."""

    change: float
    z: float


@dataclass(frozen=True)
class Pattern:
    """A candidate incident.

    Args:
        root: the measure that moved first in the chain.
        place: its place.
        days: how long it has lasted so far.
        seen: all measures known at that place in those days, the root among them.
        drift: how much of the change came in the second half, relative to the first (1 is a step).
    """

    root: str
    place: Mapping[str, str]
    days: int
    seen: Mapping[str, Seen]
    drift: float = 1.0

    @property
    def change(self) -> float:
        """The root's relative change."""
        return self.seen[self.root].change

    def log(self, name: str) -> float:
        """A measure's change as the log of its factor, zero where it is not known."""
        return float(np.log(max(1 + self.seen[name].change, _LEAST))) if name in self.seen else 0.0

    def up(self, name: str) -> bool:
        """Whether a measure clearly rose."""
        return name in self.seen and self.seen[name].z > _SHOWN and self.seen[name].change > 0.08

    def down(self, name: str) -> bool:
        """Whether a measure clearly fell."""
        return name in self.seen and self.seen[name].z < -_SHOWN and self.seen[name].change < -0.08

    def held(self, name: str) -> bool:
        """Whether a measure is known and did not follow the root."""
        found = self.seen.get(name)
        if found is None:
            return False
        alike = found.change * self.change > 0
        return not alike or abs(found.z) < _SHOWN or abs(found.change) < _HELD_SHARE * abs(self.change)


Label = Literal["measured", "inferred"]
Rule = tuple[str, Label, Callable[[Pattern], bool]]


def _is_segment(pattern: Pattern) -> bool:
    return "device" in pattern.place or "country" in pattern.place


def _is_account(pattern: Pattern) -> bool:
    """Whether the place is an account or a channel, which an account may fill."""
    return bool(pattern.place) and set(pattern.place) <= {"channel", "account_id"}


def _is_campaign(pattern: Pattern) -> bool:
    """Whether the place is a campaign or an account as a whole."""
    return ("campaign_id" in pattern.place or "account_id" in pattern.place) and not _is_segment(pattern)


def _is_uncounted(pattern: Pattern) -> bool:
    """Whether forms, too, went uncounted as often as visits: the CRM has those leads, analytics has not."""
    lost = "web_conversions_per_lead"
    return pattern.down(lost) and pattern.log(lost) < _AS_MUCH * pattern.log(pattern.root)


def _is_lost_after_the_form(pattern: Pattern) -> bool:
    """Whether forms came as ever and fewer of them became leads: most of the loss lies between the two."""
    lost = pattern.log("leads_per_web_conversion")
    if not pattern.down("leads_per_web_conversion") or pattern.up("web_conversion_rate"):
        return False
    return pattern.held("web_conversion_rate") and lost < pattern.log(pattern.root) / 2


def _is_counted_twice(pattern: Pattern) -> bool:
    """Whether forms rose by more than leads fell, so that fewer leads come to a form than before.

    Both are counted per visit, and of visits there may be more as well: the tag counts them with the forms.
    """
    more = max((pattern.log(name) for name in _VISITS if pattern.up(name)), default=0.0)
    return pattern.log("web_conversion_rate") + more > -pattern.log("lead_rate") - more


def _is_thinned_by_more(pattern: Pattern) -> bool:
    """Whether leads plainly rose, and by enough to account for half of what the root fell by."""
    more = [name for name in ("lead_rate", "leads_per_click") if name in pattern.seen]
    return any(
        pattern.up(name)
        and pattern.seen[name].z > _REFUSED
        and pattern.log(name) >= -pattern.log(pattern.root) / 2
        for name in more
    )


def _is_spent(pattern: Pattern) -> bool:
    """Whether what is spent moved by the price's own factor, as far as its noise can tell."""
    price, spent = pattern.log(pattern.root), pattern.log("spend")
    share = spent / price
    if share >= _SPENT:
        return True
    noise = (
        abs(spent / pattern.seen["spend"].z) if "spend" in pattern.seen and pattern.seen["spend"].z else 0.0
    )
    return share >= _SPENT_AT_LEAST and abs(price - spent) <= _WITHIN * noise


def _in(pattern: Pattern, *roots: str) -> bool:
    return pattern.root in roots


_PRICED = ("cost_per_click", "cost_per_impression")
_VISITS = ("sessions_per_click", "sessions")

RULES: tuple[Rule, ...] = (
    (
        "spam_leads", "inferred",
        lambda p: ((_in(p, "lead_rate", "web_conversion_rate", "leads_per_click") and p.change > 0)
        or (_in(p, "leads_per_web_conversion") and p.up("lead_rate")))
        and any(p.down(name) and p.seen[name].z < -_REFUSED for name in ("acceptance_rate", "mql_rate")),
    ),
    (
        # Sales refuse the share that was added: of as many good leads as ever, among more.
        "spam_leads", "inferred",
        lambda p: _in(p, "mql_rate", "acceptance_rate") and p.change < 0 and _is_thinned_by_more(p),
    ),
    (
        # Before bots: they thin the leads, they do not end them.
        "campaign_left_running", "inferred",
        lambda p: _in(p, "engaged_rate") and p.change < 0 and _is_campaign(p) and p.days >= _LONG_DAYS
        and p.log("lead_rate") < _ENDED and not p.down("spend") and p.log("clicks") < 0.5,
    ),
    (
        # Robots do not read: of more visits, as many as before engage. Where fewer do, it is the page.
        "bot_clicks", "inferred",
        lambda p: _in(p, *_VISITS, "clicks", "click_rate", "impressions", "engaged_rate")
        and (p.up("clicks") or p.up("click_rate") or p.up("sessions")) and p.down("engaged_rate")
        and -p.log("engaged_rate") < _THINNED * max(p.log("clicks"), p.log("click_rate"), p.log("sessions")),
    ),
    (
        # The platform's hours moved to another day, with its clicks, its costs and all; visits did not.
        "account_time_zone", "inferred",
        lambda p: _in(p, "sessions_per_click") and p.change > 0 and _is_account(p) and p.days < _WEEK
        and p.log("clicks") < -p.log("sessions_per_click") / 2
        and p.log("impressions") < -p.log("sessions_per_click") / 2
        and not p.up("web_conversions_per_lead"),
    ),
    (
        "duplicated_tracking", "inferred",
        lambda p: _in(p, "sessions_per_click") and p.change > 0 and p.held("leads_per_click"),
    ),
    (
        # Visits of channels without clicks: a third as many again, and no more leads than before.
        "duplicated_tracking", "inferred",
        lambda p: _in(p, "sessions") and p.change > 0.3 and p.down("lead_rate"),
    ),
    (
        "duplicated_tracking", "inferred",
        lambda p: _in(p, "web_conversion_rate", "web_conversions_per_lead", "platform_conversions_per_lead")
        and p.change > 0.3 and not p.up("lead_rate") and not p.down("lead_rate"),
    ),
    (
        "duplicated_tracking", "inferred",
        lambda p: _in(p, "leads_per_web_conversion", "lead_rate") and p.change < 0
        and p.down("leads_per_web_conversion") and _is_counted_twice(p),
    ),
    (
        # People sent the form and the web counted it: what is missing was lost on its way into the CRM.
        "crm_sync_broken", "inferred",
        lambda p: (_in(p, "leads_per_web_conversion") and p.change < 0)
        or (_in(p, "web_conversions_per_lead") and p.change > 0 and p.down("lead_rate"))
        or (_in(p, "lead_rate", "leads_per_click") and p.change < 0 and _is_lost_after_the_form(p)),
    ),
    (
        "consent_loss", "inferred",
        # Leads have their device and country from the visit: they go missing there with it.
        lambda p: _in(p, *_VISITS) and p.change < 0 and _is_segment(p) and "campaign_id" not in p.place
        and not p.down("lead_rate") and not _is_uncounted(p),
    ),
    (
        # The clicks went on, and of the visits that are left as many engage and ask as ever: it is the
        # counting. Leads have their page from the visit, so they seem to go missing there with it.
        "tracking_outage", "inferred",
        lambda p: _in(p, "sessions_per_click") and p.change < 0
        and not p.down("lead_rate") and not p.down("engaged_rate"),
    ),
    (
        # Where nobody clicks, fewer visits may be fewer visitors: what only the CRM has seen must tell.
        "tracking_outage", "inferred",
        lambda p: _in(p, "sessions") and p.change < 0
        and (p.down("web_conversions_per_lead") or p.up("lead_rate")),
    ),
    (
        "tracking_outage", "inferred",
        # ... and leads that no advertisement brought are none that a platform fails to count.
        lambda p: _in(p, "web_conversion_rate", "web_conversions_per_lead", "platform_conversions_per_lead")
        and p.change < 0 and not p.down("lead_rate")
        and not (_in(p, "platform_conversions_per_lead") and p.up("lead_rate")),
    ),
    (
        # Who meets a broken page leaves; who meets a broken form has read the page as ever. A page is one
        # campaign's, a form the site's.
        "landing_page_broken", "inferred",
        lambda p: _in(p, "lead_rate", "web_conversion_rate", "leads_per_click", "engaged_rate")
        and p.change < 0 and _is_segment(p)
        and (_in(p, "engaged_rate") or "campaign_id" in p.place or not p.held("engaged_rate")),
    ),
    (
        "campaign_left_running", "inferred",
        lambda p: _in(p, "lead_rate", "web_conversion_rate", "leads_per_click") and p.change < -0.3
        and "campaign_id" in p.place and not _is_segment(p) and p.days >= _LONG_DAYS
        and not p.down("spend"),
    ),
    (
        "campaign_left_running", "inferred",
        lambda p: _in(p, "engaged_rate") and p.change < 0 and _is_campaign(p)
        and p.days >= _LONG_DAYS and not p.up("lead_rate") and not p.down("spend"),
    ),
    (
        "landing_page_broken", "inferred",
        lambda p: _in(p, "engaged_rate") and p.change < 0
        and (p.down("lead_rate") or "campaign_id" in p.place),
    ),
    (
        "form_broken", "inferred",
        lambda p: _in(p, "lead_rate", "web_conversion_rate", "leads_per_click") and p.change < 0,
    ),
    (
        # Another currency changes what is spent by the price's own factor, and buys the same. A rival who
        # bids is paid out of the same budget, and a cheaper auction buys more for it.
        "account_currency", "inferred",
        lambda p: _in(p, *_PRICED, "spend") and _is_account(p) and abs(p.change) > 0.05 and p.held("clicks")
        and _is_spent(p)
        and p.log("clicks") * np.sign(p.change) < abs(p.log(p.root)) / 2,
    ),
    (
        "bid_price_spike", "measured",
        lambda p: _in(p, *_PRICED) and p.change > 0,
    ),
    (
        "creative_fatigue", "inferred",
        lambda p: _in(p, "click_rate") and p.change < 0 and p.days >= 10,
    ),
    (
        "budget_cap", "inferred",
        lambda p: _in(p, "spend", "impressions", "clicks") and p.change < 0 and not p.down("click_rate"),
    ),
    (
        "sales_stopped_following_up", "measured",
        lambda p: _in(p, "follow_up_rate", "follow_up_promise_rate") and p.change < 0,
    ),
    (
        "lead_quality_collapse", "measured",
        lambda p: _in(p, "mql_rate", "acceptance_rate", "opportunity_rate") and p.change < 0,
    ),
    ("deal_slippage", "measured", lambda p: _in(p, "slip_rate") and p.change > 0),
)  # fmt: skip


# What happens to accounts as they are set up, not to what they advertise.
ACCOUNT_KINDS = ("account_currency", "account_time_zone")


def name_kind(pattern: Pattern) -> tuple[str, Label]:
    """The first kind whose rule fits, with its label; "unexplained" when none does."""
    for kind, label, fits in RULES:
        if fits(pattern):
            return kind, label
    return "unexplained", "measured"


# Ways in which nobody minds a measure to move: no incident when it looks like nothing known.
WELCOME: Mapping[str, int] = {
    "click_rate": 1, "cost_per_click": -1, "cost_per_impression": -1, "engaged_rate": 1,
    "web_conversion_rate": 1, "lead_rate": 1, "leads_per_click": 1, "sessions": 1, "follow_up_rate": 1,
    "follow_up_promise_rate": 1, "mql_rate": 1,
    "leads_per_web_conversion": 1, "acceptance_rate": 1, "opportunity_rate": 1, "slip_rate": -1,
    "win_rate": 1,
}  # fmt: skip


# What a root explains further down: measure to the sign it moves with, relative to the root's; 0 for any.
# Sessions as a count are those of channels without clicks: nothing that happens to clicks explains them.
_SESSIONS = {
    "sessions_per_click": 1, "sessions": 1, "engaged_rate": 0, "web_conversion_rate": 0, "lead_rate": -1,
    "web_conversions_per_lead": 1, "leads_per_web_conversion": -1,
}  # fmt: skip
_LEADS = {
    "web_conversion_rate": 1, "lead_rate": 1, "leads_per_click": 1, "platform_conversions_per_lead": 0,
    "web_conversions_per_lead": 0, "leads_per_web_conversion": 0, "mql_rate": 0, "acceptance_rate": 0,
    "opportunity_rate": 0, "follow_up_rate": 0, "follow_up_promise_rate": 0,
}  # fmt: skip
_SALES = {
    "follow_up_promise_rate": 1, "follow_up_rate": 1, "mql_rate": 1, "acceptance_rate": 1,
    "opportunity_rate": 1,
}  # fmt: skip
_TRAFFIC = {
    "spend": 0, "impressions": 0, "click_rate": 0, "clicks": 0, "cost_per_click": 0,
    "cost_per_impression": 0, "sessions_per_click": 0, "engaged_rate": 0, "web_conversion_rate": 0,
    "lead_rate": 0, "leads_per_click": 0,
}  # fmt: skip
_PRICES = {
    "spend": 0, "clicks": 0, "impressions": 0, "click_rate": 0, "cost_per_click": 0, "cost_per_impression": 0,
}  # fmt: skip
EXPLAINS: Mapping[str, Mapping[str, int]] = {
    "spend": {"impressions": 1, "clicks": 1, "cost_per_click": 0, "click_rate": 0},
    "impressions": {"clicks": 1, "spend": 1, "click_rate": 0},
    "click_rate": _TRAFFIC,
    "clicks": _TRAFFIC,
    "cost_per_click": _PRICES,
    "cost_per_impression": _PRICES,
    "sessions_per_click": {**_SESSIONS, "leads_per_click": 0},
    "sessions": {**_SESSIONS, "leads_per_click": 0},
    "engaged_rate": {"web_conversion_rate": 1, "lead_rate": 1, "leads_per_click": 1},
    "web_conversion_rate": _LEADS,
    "lead_rate": _LEADS,
    "leads_per_click": _LEADS,
    "web_conversions_per_lead": {"web_conversion_rate": 1, "leads_per_web_conversion": -1},
    "leads_per_web_conversion": {
        **_LEADS, "web_conversion_rate": -1, "web_conversions_per_lead": -1,
        "platform_conversions_per_lead": -1,
    },
    "platform_conversions_per_lead": {},
    "follow_up_rate": _SALES,
    "follow_up_promise_rate": _SALES,
    "mql_rate": {"acceptance_rate": 1, "opportunity_rate": 1},
    "acceptance_rate": {"opportunity_rate": 1, "mql_rate": 1},
    "opportunity_rate": {},
    "slip_rate": {"win_rate": 0},
    "win_rate": {},
}  # fmt: skip

_OF_LEADS = ("web_conversion_rate", "lead_rate", "leads_per_click", "leads_per_web_conversion")


def is_no_reason(measure: str, z: float, *, of: str, of_z: float) -> bool:
    """Whether a cause cannot be one: that fewer leads came is no reason to refuse them, or not to call them.

    Args:
        measure, z: what is to be explained.
        of, of_z: what is to explain it.
    """
    return of in _OF_LEADS and measure in _SALES and of_z < 0 and z < 0


# Measures of the same step that explain each other: the one that shows it best says where and since when.
ALIKE_STAGES: Mapping[str, int] = {
    name: stage
    for stage, names in (
        (4, ("cost_per_click", "cost_per_impression")),
        (8, ("web_conversion_rate", "lead_rate", "leads_per_click", "leads_per_web_conversion")),
        (13, ("mql_rate", "acceptance_rate")),
    )
    for name in names
}
