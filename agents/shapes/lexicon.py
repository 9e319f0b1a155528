# ruff: noqa: E501 -- sentence shapes read better in rows
"""The words that a model may use, by what they mean; whatever is not here, nobody vouches for."""

METRIC_NOUNS: dict[str, str] = {
    "cost_per_accepted_lead": r"(?:cost per accepted lead|cost of an accepted lead|price of an accepted lead)",
    "cost_per_lead": r"(?:cost per lead|cost of a lead|price of a lead|price per lead|cpl)",
    "sales_acceptance_rate": r"(?:sales acceptance rate|acceptance rate|sales acceptance|share of leads that sales accepts?|share of leads that sales accepted|share of leads accepted by sales)",
    "accepted_leads": r"(?:leads accepted by sales|accepted leads|leads that sales accepted|sales-accepted leads)",
    "rejected_leads": r"(?:leads rejected by sales|rejected leads|leads that sales rejected)",
    "conversion_rate": r"(?:share of sessions that became leads|share of sessions that become leads|conversion rate|leads per session)",
    "opportunities": r"(?:opportunities opened|opportunities|new opportunities)",
    "pipeline": r"(?:pipeline opened|pipeline|new pipeline)",
    "revenue": r"(?:revenue won|revenue|won revenue)",
    "customers": r"(?:customers|new customers)",
    "sessions": r"(?:sessions|web sessions|visits)",
    "cost_per_click": r"(?:cost per click|price per click|price of a click|click price)",
    "click_rate": r"(?:clicks per impression|click rate)",
    "clicks": r"clicks",
    "impressions": r"impressions",
    "spend": r"(?:spend|spending|media spend|ad spend|total spend)",
    "leads": r"(?:leads|total leads|lead volume|number of leads|new leads)",
    "cac": r"(?:cost of a customer|cost per customer|acquisition cost)",
}  # fmt: skip
COUNTED = ("leads", "sessions", "clicks", "impressions", "opportunities", "customers", "accepted_leads")

UP = (
    r"rose|went up|climbed|grew|increased|was up|were up|is up|are up|moved up|has risen|have risen|has grown"
    r"|have grown|is higher|was higher|were higher|has increased|have increased|has gone up|have gone up"
)
DOWN = (
    r"fell|went down|dropped|shrank|decreased|declined|was down|were down|is down|are down|moved down"
    r"|has fallen|have fallen|has dropped|have dropped|is lower|was lower|were lower|has declined|came down"
    r"|have declined|has decreased|has gone down|have gone down"
)
BE = r"was|were|is|are|stood at|stands at|came to|comes to|came in at|ended at|amounted to|totalled"
BEFORE = (
    r"the week before|in the week before|a week earlier|the week earlier|a week before|the previous week"
    r"|in the previous week|last week's|the prior week|in the prior week|before|earlier|previously"
)
ON_BEFORE = (
    r"(?:on|from|over|against|versus|compared with|compared to|relative to) (?:the week before|the previous week"
    r"|the prior week|a week earlier|last week)|week on week"
)
THIS_WEEK = r"this week|in the week|in this week|over the week|for the week"
RANGE = r"(?:usual|normal|expected)(?: weekly)? range|range of the weeks before"

# A factor's name, when it pushed the cost up and when it pulled it down.
FACTORS: dict[str, tuple[str, str]] = {
    "Price per click": (
        r"dearer clicks|more expensive clicks|pricier clicks|a higher price per click|higher click prices",
        r"cheaper clicks|less expensive clicks|a lower price per click|lower click prices",
    ),
    "Clicks needed per lead": (
        r"more clicks per lead|more clicks needed per lead|needing more clicks per lead",
        r"fewer clicks per lead|fewer clicks needed per lead|needing fewer clicks per lead",
    ),
    "Leads from channels without spend": (
        r"a smaller share of leads without media cost|a smaller share of free leads|fewer free leads in the mix",
        r"a larger share of leads without media cost|a larger share of free leads|more free leads in the mix",
    ),
    "Clicks needed per accepted lead": (
        r"more clicks per accepted lead|more clicks needed per accepted lead",
        r"fewer clicks per accepted lead|fewer clicks needed per accepted lead",
    ),
    "Mix of paid channels": (
        r"the mix of paid channels|the paid channel mix|the channel mix",
        r"the mix of paid channels|the paid channel mix|the channel mix",
    ),
}  # fmt: skip

# Headings that claim nothing may be made of these words only.
NEUTRAL = frozenset(
    [
        "a",
        "an",
        "the",
        "this",
        "here",
        "there",
        "look",
        "for",
        "at",
        "change",
        "changes",
        "what",
        "where",
        "how",
        "it",
        "sits",
        "figures",
        "figure",
        "by",
        "channel",
        "channels",
        "source",
        "sources",
        "funnel",
        "step",
        "steps",
        "week",
        "weeks",
        "weekly",
        "overview",
        "in",
        "detail",
        "details",
        "of",
        "and",
        "numbers",
        "shown",
        "table",
        "report",
        "summary",
        "see",
        "below",
        "day",
        "days",
        "to",
        "go",
        "on",
        "from",
        "more",
        "closer",
        "was",
        "counted",
    ]
)
