"""Records that another connector read from a real Meta account go through this mapping."""

import sys

from countersign.sources.meta_ads.options import MetaOptions
from countersign.sources.meta_ads.streams import with_account
from tests.sources.ad_platforms import outcomes
from tests.sources.sandboxed import airbyte_records, land_records, landed_rows, source_of

OPTIONS = {"account_id": "212551616838260"}
# Insights without a campaign, an ad set or an amount, as a report of one's own may ask for them.
INCOMPLETE = {"customcustom_insight_stream"}
# The other insights are the same days broken down further; added up they would count twice.
NOT_READ = {
    "activities", "ad_account", "ad_creatives", "ad_sets", "ads", "campaigns", "custom_audiences",
    "custom_conversions", "images",
}  # fmt: skip


def test_real_insights_are_accepted(workspace, test_data, capsys):
    streams = airbyte_records(test_data, "facebook-marketing")
    account = streams["ad_account"][0]
    known = {"currency": account["currency"], "time_zone": account["timezone_name"]}
    insights = {name: records for name, records in streams.items() if name not in NOT_READ}

    told = outcomes(
        workspace,
        "meta_ads",
        {
            name: [with_account(record, known, MetaOptions(**OPTIONS)) for record in records]
            for name, records in insights.items()
        },
        part="insights",
        source=source_of("meta_ads", options=OPTIONS),
    )

    with capsys.disabled():
        sys.stdout.write("".join(f"\n  {name}: {outcome}" for name, outcome in told.items()))
    refused = {name for name, outcome in told.items() if outcome.refused}
    assert refused == INCOMPLETE
    assert sum(outcome.accepted for outcome in told.values()) == 38


def test_a_real_record_keeps_its_figures(workspace, test_data):
    streams = airbyte_records(test_data, "facebook-marketing")
    known = {"currency": "USD", "time_zone": "America/Los_Angeles"}
    records = [with_account(one, known, MetaOptions(**OPTIONS)) for one in streams["ads_insights"][:1]]
    land_records(workspace, "meta_ads", {"insights": records}, source=source_of("meta_ads", options=OPTIONS))

    row = landed_rows(workspace, "ad_performance")[0]
    assert (str(row["account_day"]), str(row["spend"]), row["impressions"]) == ("2021-09-03", "0.720000", 345)
    assert (row["account_id"], row["ad_group_name"]) == ("act_212551616838260", "Vanilla awareness ad set")
