"""Single pieces to look at: ad groups and ads that bring less for their money, and what was said again."""

from collections.abc import Sequence

from agents.reporting.ranking import Columns, build_rows, build_section, cut_after
from agents.sheet import cite
from agents.story import Story
from countersign.analytics.rankings import PieceRow
from countersign.core.contracts import Block

AD_GROUP_SUB = (
    "Spend and conversions {period} as the platforms count them, where an ad group brought clearly fewer than"
    " its share of the campaign's money would. Platforms count in their own favour, and an ad group can be"
    " meant for people who decide later."
)
AD_SUB = (
    "Spend and conversions {period} as the platforms count them, where an ad brought clearly fewer than its"
    " share of the ad group's money would. Platforms choose whom they show an ad, so the ads of a group were"
    " not tried on the same people."
)
REPEATED_AD_SUB = (
    "Ads that say the same {period}, apart from case and punctuation, with what they took together. Alike ads"
    " tell nothing about which words work."
)
REPEAT_SUB = (
    "E-mails with the same subject line and posts with the same words that went out again {period}, under"
    " the name that its newest piece has where it was sent. Times and people are counted since the first time"
    " on record; responses are clicks, replies and reactions, that first time and lately."
)
AD_GROUP_CUT = "Ad groups that took less are not shown."
AD_CUT = "Ads that took less are not shown."
REPEATED_AD_CUT = "Texts that took less are not shown."
REPEAT_CUT = "Content that went out less often is not shown."
_AD_GROUPS = {
    "spend": ("Spend", "Not known"),
    "conversions": ("Conversions", "Not known"),
    "cost": ("Cost of a conversion", "None counted"),
    "cost_of_others": ("In the rest of the campaign", "None counted"),
}
_ADS = {**_AD_GROUPS, "cost_of_others": ("In the rest of the ad group", "None counted")}
_REPEATED_ADS = {
    "ads": ("Ads", "Not known"),
    "ad_groups": ("Ad groups", "Not known"),
    "spend": ("Spend", "Not known"),
    "conversions": ("Conversions", "Not known"),
    "cost": ("Cost of a conversion", "None counted"),
}
_REPEATS = {
    "times": ("Times so far", "Not known"),
    "shown": ("Shown so far", "Not known"),
    "rate_first": ("Response the first time", "Not known"),
    "rate_lately": ("Response lately", "Not known"),
}


def build_ad_groups(story: Story) -> list[Block]:
    """Ad groups to look at; empty where none is clearly behind the rest of its campaign."""
    return _build_weak(
        story, story.analysis.rankings.weak_ad_groups, called="ad group", sub=AD_GROUP_SUB, rest=AD_GROUP_CUT,
        columns=_AD_GROUPS,
    )  # fmt: skip


def build_ads(story: Story) -> list[Block]:
    """Single ads to look at; empty where none is clearly behind the rest of its ad group."""
    return _build_weak(
        story, story.analysis.rankings.weak_ads, called="ad", sub=AD_SUB, rest=AD_CUT, columns=_ADS
    )


def _build_weak(
    story: Story, weak: Sequence[PieceRow], *, called: str, sub: str, rest: str, columns: Columns
) -> list[Block]:
    if not weak:
        return []
    sheet, stem = story.sheet, called.replace(" ", "_")
    rows = build_rows(
        sheet, weak, columns, stem=stem,
        name=lambda row: sheet.name(f"{row.name} ({row.part_of})", kind=stem),
    )  # fmt: skip
    spend, conversions = (cite(cell.value or "") for cell in rows[0].cells[:2])
    return build_section(
        f"{called.replace(' ', '-')}s",
        f"An {called} to look at: {rows[0].name} took {spend} for {conversions} conversions",
        sub=cut_after(sub.format(period=sheet.period(weak[0].window, "month")), weak, rest=rest),
        row_label=called.capitalize(),
        columns=columns,
        rows=rows,
    )


def build_repeated_ads(story: Story) -> list[Block]:
    """Texts that stand in several ads, what took most first; empty where fewer than two do.

    Nobody need act on an ad that says what another says: a single one is no section.
    """
    repeated = story.analysis.rankings.repeated_ads
    if len(repeated) < 2:
        return []
    sheet = story.sheet
    rows = build_rows(
        sheet, repeated, _REPEATED_ADS, stem="repeated_ad", name=lambda row: sheet.name(row.text, kind="ad")
    )
    ads, _, spend, *_ = (cite(cell.value or "") for cell in rows[0].cells)
    return build_section(
        "repeated-ads",
        f"Ads that say the same: “{rows[0].name}” stands in {ads} ads, which took {spend}",
        sub=cut_after(
            REPEATED_AD_SUB.format(period=sheet.period(repeated[0].window, "month")),
            repeated,
            rest=REPEATED_AD_CUT,
        ),
        row_label="Text",
        columns=_REPEATED_ADS,
        rows=rows,
    )


def build_repeats(story: Story) -> list[Block]:
    """Content that went out again, what wears out first; empty where nothing was repeated."""
    repeats = story.analysis.rankings.repeats
    if not repeats:
        return []
    sheet = story.sheet
    rows = build_rows(
        sheet, repeats, _REPEATS, stem="repeat", name=lambda row: sheet.name(row.title, kind="content")
    )
    heading = "Content that went out again shows no clear wear"
    if repeats[0].is_worn:
        first, lately = (cite(cell.value or "") for cell in rows[0].cells[2:])
        heading = f"Repeated content wears out: {rows[0].name} got {first} response at first, {lately} lately"
    return build_section(
        "repeats",
        heading,
        sub=cut_after(
            REPEAT_SUB.format(period=sheet.period(repeats[0].lately, "month")), repeats, rest=REPEAT_CUT
        ),
        row_label="Newest piece",
        columns=_REPEATS,
        rows=rows,
    )
