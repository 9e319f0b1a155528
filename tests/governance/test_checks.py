"""Policy checks: what each blocks or flags, where the company's rules move it, and what passes."""

import re

import pytest
from pydantic import ValidationError

from countersign.core.errors import SettingsError
from countersign.governance.checks import find_checks, run_checks
from countersign.governance.policy import Phrase, Proof, read_policy
from countersign.governance.rendered import Rendered


@pytest.fixture
def check(office, desk):
    def check(text="Each lead cost {{fact:cost}}.", *, html=None, policy=None, waiting=0, **draft):
        made = desk.make_draft(text, **draft)
        page, markdown = desk.render(made)
        results = run_checks(
            Rendered(made, html=html or page, markdown=markdown, waiting=waiting),
            policy=policy or read_policy(office.workspace),
        )
        return {result.rule: result for result in results if result.verdict != "pass"}

    check.policy = read_policy(office.workspace)
    return check


def test_a_plain_draft_passes_every_check(check):
    assert check() == {}
    assert {"grounding", "claims", "brand", "personal_data", "bias", "data_quality", "volume"} <= {
        *find_checks()
    }


@pytest.mark.parametrize(
    "leak",
    [
        "ines.okafor@example.com",
        "ines＠example.com",
        "+49 151 2345 6789",
        "(555) 123-4567",
        "0151 23456789",
        "4111 1111 1111 1111",
        "192.168.10.7",
        "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
    ],
)
def test_personal_data_blocks_and_is_masked(check, leak):
    found = check(html=f"<p>Ask {leak} about it.</p>")["personal_data.found"]

    assert found.verdict == "block"
    assert leak not in found.model_dump_json()


@pytest.mark.parametrize(
    "harmless",
    [
        "€1,117,100.50",
        "2026-03-02 to 2026-03-09",
        "version 1.5.5",
        "+12.5% and −3.1%",
        "10:30:00",
        "f1234567890123456",
        "1234 5678 9012 3456",
        "at 09:00 on 02.03.2026",
    ],
)
def test_figures_dates_and_hashes_are_not_personal_data(check, harmless):
    assert "personal_data.found" not in check(html=f"<p>{harmless}</p>")


def test_personal_data_in_an_attribute_blocks(check):
    assert "personal_data.found" in check(html='<img src="data:image/png;x" alt="call +49 151 2345 6789">')


@pytest.mark.parametrize("phrase", ["guaranteed results", "Guaranteed  RESULTS", "guar\u00adanteed-results"])
def test_what_the_brand_never_says_blocks_in_any_disguise(check, phrase):
    assert check(html=f"<p>We offer {phrase} here.</p>")["brand.never_say"].verdict == "block"


def test_a_comparison_needs_a_fact_in_its_own_sentence(check):
    assert "claims.comparative" in check("Search is cheaper. Each lead cost {{fact:cost}}.")
    assert "claims.comparative" not in check("Search is cheaper at {{fact:cost}}.")


def test_the_company_decides_what_a_breach_means(check, office):
    policy = read_policy(office.workspace)
    for verdict in ("flag", "block"):
        rules = policy.policies.model_copy(update={"checks": {"claims.comparative": verdict}})
        found = check("Search is better.", policy=policy.model_copy(update={"policies": rules}))
        assert found["claims.comparative"].verdict == verdict
    off = policy.policies.model_copy(update={"checks": {"claims.comparative": "off"}})
    assert check("Search is better.", policy=policy.model_copy(update={"policies": off})) == {}


def test_certainty_about_the_future_blocks(check):
    assert check("This will definitely work.")["claims.certainty"].verdict == "block"


def test_a_number_outside_a_token_blocks(check):
    found = check("Each lead cost 48 euros.")["grounding.ungrounded"]
    assert (found.verdict, found.span) == ("block", "48")


def test_failed_inputs_are_flagged(check):
    assert "channel_week" in check(quality="failed")["data_quality.failed"].reason


def test_too_many_waiting_drafts_block(check):
    assert check(waiting=5)["volume.waiting"].verdict == "block"
    assert "volume.waiting" not in check(waiting=4)


@pytest.mark.parametrize(
    ("claim", "rule"),
    [
        ("Search is better.", "claims.comparative"),
        ("Search is cheaper than social.", "claims.comparative"),
        ("Search answers faster.", "claims.comparative"),
        ("Search is the best channel.", "claims.superlative"),
        ("The ROI of Search is fine.", "claims.return"),
        ("Search pays for itself.", "claims.return"),
    ],
)
def test_a_claim_without_a_fact_blocks_as_shipped(check, office, desk, claim, rule):
    assert check(claim)[rule].verdict == "block"
    assert check(f"{claim[:-1]} at {{{{fact:cost}}}}.") == {}
    assert office.propose(desk.make_draft(claim)).state == "blocked"


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("publishable: []", "publishable: [report]", "report would go out without a person"),
        ("{tier: review, ", "{tier: publishable, ", "tier"),
    ],
)
def test_no_category_can_go_out_without_a_person(office, before, after, says):
    path = office.workspace.config / "policies.yaml"
    shipped = path.read_text()
    assert before in shipped
    assert read_policy(office.workspace).policies.publishable == ()
    path.write_text(shipped.replace(before, after, 1))

    with pytest.raises(SettingsError, match=says):
        read_policy(office.workspace)


@pytest.mark.parametrize(
    ("kind", "valid_until", "passes"),
    [("case_study", "2030-01-01", True), ("case_study", "2026-01-01", False), ("hearsay", None, None)],
)
def test_a_claim_without_a_fact_needs_an_accepted_proof_on_record(check, office, kind, valid_until, passes):
    claim = "Calibration is faster with us."
    proof = {"claim": claim, "kind": kind, "source": "Study of May 2025", "checked_on": "2025-06-01",
             "valid_until": valid_until}  # fmt: skip
    if passes is None:
        with pytest.raises(ValidationError, match="kind"):
            Proof.model_validate(proof)
        return
    policy = read_policy(office.workspace)
    brand = policy.brand.model_copy(update={"proofs": (Proof.model_validate(proof),)})
    kept = policy.model_copy(update={"brand": brand})

    assert ("claims.comparative" not in check(claim, policy=kept)) is passes
    assert "claims.comparative" in check("Calibration is cheaper with us.", policy=kept)


def test_figures_about_the_data_prove_nothing_about_the_marketing(check, desk):
    draft = desk.make_draft("Search is better at {{fact:cost}}.")
    fact = draft.facts[0].model_copy(update={"columns": ("data_trust.rows_landed",)})
    told = draft.model_copy(update={"facts": (fact,)})
    results = run_checks(Rendered(told, html="<p>x</p>", markdown="x"), policy=check.policy)

    assert "claims.comparative" in {result.rule for result in results}


@pytest.mark.parametrize("filler", ["We leverage search.", "It is worth noting that leads came in."])
def test_filler_blocks(check, filler):
    assert check(filler)["filler.phrase"].verdict == "block"


@pytest.mark.parametrize(
    ("text", "label"),
    [("Bids rose.", "measured"), ("Each lead cost {{fact:cost}} because bids rose.", "measured")],
)
def test_a_claim_without_evidence_blocks(desk, office, text, label):
    draft = desk.make_draft(text)
    blocks = (draft.blocks[0], draft.blocks[1].model_copy(update={"label": label}))
    assert office.propose(draft.model_copy(update={"blocks": blocks})).state == "blocked"


def test_biased_terms_of_the_company_are_flagged(check, office):
    policy = read_policy(office.workspace)
    brand = policy.brand.model_copy(update={"biased_terms": (Phrase(phrase="rockstar"),)})
    assert "bias.term" in check("We need a rockstar.", policy=policy.model_copy(update={"brand": brand}))


@pytest.mark.parametrize(
    "active",
    [
        '<img src="https://example.com/pixel.gif">',
        "<p onclick=steal()>x</p>",
        '<a href="java\nscript:steal()">x</a>',
        '<link rel="stylesheet" href="//example.com/a.css">',
        "<iframe srcdoc=x></iframe>",
        "<form action=/x></form>",
    ],
)
def test_markup_that_loads_or_runs_blocks(check, active):
    assert check(html=f"<p>x</p>{active}")["markup.active"].verdict == "block"


def test_every_rule_in_the_shipped_policy_exists(office):
    from countersign.governance import checks

    sources = "".join(path.read_text(encoding="utf-8") for path in _folder(checks).glob("*.py"))
    rules = set(re.findall(r'Rule\("([a-z_.]+)"', sources))
    assert {*read_policy(office.workspace).policies.checks} <= rules


def _folder(package):
    from pathlib import Path

    return Path(package.__file__).parent
