"""The attribution benchmark compares equal answers only, and waits for no package beyond its limit."""

import pytest

from countersign.core.errors import PipelineError
from flows.bench.attribution import measure_attribution, refuse_difference
from flows.bench.other_packages import PACKAGES, RUNS
from tests.analytics.attribution.oracles import oracle


def test_times_of_different_answers_are_refused():
    refuse_difference("mam", "linear", ours={"A": 2.0, "B": 0.0}, theirs={"A": 2.0 + 1e-9})
    with pytest.raises(PipelineError, match=r"mam, linear, A: 2\.1, ours 2\.0"):
        refuse_difference("mam", "linear", ours={"A": 2.0}, theirs={"A": 2.1})


def test_a_package_that_needs_longer_than_its_limit_is_reported_and_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr("flows.bench.attribution.RUNS", {"first": RUNS["first"]})
    found = measure_attribution(tmp_path, touches=[4_000], limit_s=0.01)["results"]
    assert [one["model"] for one in found] == ["first", "all"]
    assert set(found[0]["packages"].values()) == {"more than 0.01 s"}
    assert (found[0]["fastest_package"], found[0]["ratio"], found[1]["ratio"]) == (None, None, None)
    assert found[0]["ours_s"] > 0


@pytest.mark.slow
def test_every_package_answers_as_we_do_and_each_size_has_all_models(tmp_path):
    for package in PACKAGES:
        oracle(package)
    found = measure_attribution(tmp_path, touches=[4_000])["results"]
    assert [one["model"] for one in found] == [*RUNS, "all"]
    for one in found:
        assert {"touches", "model", "ours_s", "fastest_package", "fastest_s", "ratio"} <= set(one)
        assert one["ratio"] > 0
