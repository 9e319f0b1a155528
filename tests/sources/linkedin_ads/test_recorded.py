"""Records that another connector read from real LinkedIn accounts go through this mapping."""

import sys

from countersign.sources.linkedin_ads.names import Named, id_of
from countersign.sources.linkedin_ads.options import LinkedInOptions
from countersign.sources.linkedin_ads.streams import with_names
from tests.sources.ad_platforms import outcomes
from tests.sources.sandboxed import airbyte_records, landed_rows, source_of

OPTIONS = {"account_id": "508720451"}


def as_sent(record):
    """A record with its days as LinkedIn sends them; the other connector rewrites them."""
    year, month, day = (int(part) for part in record["start_date"].split("-"))
    when = {"year": year, "month": month, "day": day}
    return {**record, "dateRange": {"start": when, "end": when}}


def test_real_figures_are_accepted_and_a_campaign_nobody_knows_is_refused(workspace, test_data, capsys):
    streams = airbyte_records(test_data, "linkedin-ads")
    named = Named(
        "USD",
        {id_of(one["id"]): one for one in streams["campaigns"]},
        {id_of(one["id"]): one for one in streams["campaign_groups"]},
    )
    figures = [as_sent(record) for record in streams["ad_campaign_analytics"]]
    options = LinkedInOptions(**OPTIONS)

    told = outcomes(
        workspace,
        "linkedin_ads",
        {
            "ad_campaign_analytics": [with_names(one, named, options) for one in figures],
            "one of a campaign nobody knows": [
                with_names({**one, "pivotValues": ["urn:li:sponsoredCampaign:1"]}, named, options)
                for one in figures[:1]
            ],
        },
        part="analytics",
        source=source_of("linkedin_ads", options=OPTIONS),
    )

    with capsys.disabled():
        sys.stdout.write("".join(f"\n  {name}: {outcome}" for name, outcome in told.items()))
    assert [str(outcome) for outcome in told.values()] == ["2 accepted, 0 refused", "0 accepted, 1 refused"]
    rows = [row for row in landed_rows(workspace, "ad_performance") if row["campaign_id"]]
    campaign = named.campaigns["252074216"]
    assert {row["ad_group_name"] for row in rows} == {campaign["name"]}
    assert {row["campaign_id"] for row in rows} == {id_of(campaign["campaignGroup"])}
    # On one of these days LinkedIn charged -2e-18 dollars.
    assert sorted(row["spend"] for row in rows) == [0, 100]
