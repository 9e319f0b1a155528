"""Attribution on the demo company: marts, paths and packages by others agree, and the command tells it."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from countersign.analytics.attribution.paths_table import attribute
from countersign.analytics.attribution.reading import GRANTS, Slice, read_credits
from countersign.core.attribution_rules import AttributionRules
from countersign.core.snapshot import latest_snapshot, open_granted
from countersign.core.workspace import Workspace
from flows.bench.stages import STAGES
from tests.analytics.attribution.oracles import oracle

pytestmark = pytest.mark.slow
BY_RULES = ("first", "last", "last_non_direct", "linear", "position")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    root = str(tmp_path_factory.mktemp("attribution") / "workspace")
    as_of = STAGES["write"](root, scale=0.2)["as_of"]
    for stage in ("land", "gate", "marts", "snapshot"):
        STAGES[stage](root, as_of=as_of)
    return Workspace(Path(root))


@pytest.fixture(scope="module")
def connection(workspace):
    connection = open_granted(workspace, latest_snapshot(workspace), grants=GRANTS)
    yield connection
    connection.close()


def paths_of(connection, chosen):
    condition, parameters = chosen.condition()
    connection.execute(
        "create or replace temp table paths as select nullif(path, 'Not linked') as path, conversions,"
        " value_reporting as value, unconverted_journeys as nulls"
        f" from path_summary where {condition} and dimension = ?",
        [*parameters, chosen.by],
    )


@pytest.mark.parametrize("scope", ["person", "account"])
@pytest.mark.parametrize("by", ["channel", "campaign"])
@pytest.mark.parametrize("conversion_type", ["lead", "opportunity", "customer"])
def test_the_mart_credits_as_the_paths_do(connection, conversion_type, by, scope):
    for new_customers in (False, True):
        chosen = Slice(conversion_type, by=by, scope=scope, new_customers=new_customers)
        paths_of(connection, chosen)
        mart = read_credits(connection, chosen, models=BY_RULES)
        # In paths of campaigns a direct touch is a step of that name.
        rules = AttributionRules(direct_channel="Direct" if by == "channel" else "Direct (no campaign)")
        for model, ours in attribute(connection, "paths", models=BY_RULES, rules=rules).items():
            marts = {name: (credit, value) for name, credit, value in mart[model].rows()}
            for name, credit, value in ours.rows():
                assert marts.get(name, (0.0, 0.0)) == pytest.approx((credit, value), rel=1e-9, abs=1e-9)


def test_every_model_shares_out_the_same_conversions(connection):
    for conversion_type in ("lead", "opportunity", "customer"):
        found = read_credits(connection, Slice(conversion_type), models=(*BY_RULES, "time_decay", "markov",
                                                                        "markov_2", "shapley"))  # fmt: skip
        conversions = {round(one.conversions, 9) for one in found.values()}
        assert len(conversions) == 1
        assert conversions.pop() > 0
        assert len({round(one.linked_share, 9) for one in found.values()}) == 1


def test_packages_by_others_agree_on_the_demo_company(connection):
    paths_of(connection, Slice("lead", scope="account"))
    frame = connection.execute(
        """
        select path, 1 as converted, conversions as weight from paths
        where path is not null and conversions > 0
        union all
        select path, 0, nulls from paths where path is not null and nulls > 0
        """
    ).df()
    ours = attribute(connection, "paths", models=["linear", "markov", "shapley"])
    mam = oracle("mam").MAM(
        frame.assign(converted=frame.converted == 1), "grouped_journey", "path", "converted",
        occurrences_colname="weight",
    )  # fmt: skip
    linear = dict(mam.run_linear().to_polars().iter_rows())
    assert credits(ours["linear"]) == pytest.approx(linear, rel=1e-9, abs=1e-9)

    fitted = (
        oracle("do_attribution")
        .MarkovAttribution(removal_strategy="redirect_to_null")
        .fit(frame.path, frame.converted, weights=frame.weight)
    )
    total = ours["markov"].credit.sum()
    expected = {channel: share * total for channel, share in fitted["attribution"].items()}
    assert credits(ours["markov"]) == pytest.approx(expected, rel=1e-9, abs=1e-9)

    converted = frame[frame.converted == 1]
    journeys = [path.split(" > ") for path in np.repeat(converted.path.to_numpy(), converted.weight)]
    package = oracle("shapley_attribution")
    theirs = package.SimplifiedShapleyAttribution(normalize=False).fit(journeys).get_attribution()
    shapley = {channel: credit for channel, credit in credits(ours["shapley"]).items() if credit}
    assert shapley == pytest.approx(theirs, rel=1e-9, abs=1e-9)


def credits(found):
    return dict(zip(found.channels, found.credit.tolist(), strict=True))


def test_the_command_tells_credit_linked_share_and_that_nothing_is_causal(workspace):
    from countersign.cli.app import app

    asked = ["attribution", "show", "--type", "opportunity", "--workspace", str(workspace.root)]
    shown = CliRunner().invoke(app, [*asked, "--model", "markov"])
    assert shown.exit_code == 0, shown.output
    assert "Not linked" in shown.output
    assert "Linked to a known touch" in shown.output
    assert "No model here is causal" in " ".join(shown.output.split())

    told = json.loads(CliRunner().invoke(app, [*asked, "--compare", "--account", "--json"]).stdout)
    sums = {round(sum(row["credit"] for row in one["credits"]), 6) for one in told["models"]}
    assert (len(told["models"]), len(sums)) == (9, 1)
    assert CliRunner().invoke(app, [*asked, "--since", "soon"]).exit_code == 1
