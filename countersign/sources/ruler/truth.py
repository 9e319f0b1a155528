"""truth.json: what is really true of a ruler company. For the evaluation only."""

import json
from pathlib import Path

from countersign.sources.ruler.company import Company
from countersign.sources.ruler.decoys import Decoy, Mark
from countersign.sources.ruler.families import family_named
from countersign.sources.ruler.incidents import Incident
from countersign.sources.ruler.outcome import TrueResponse


def write_truth(
    path: Path,
    company: Company,
    *,
    incidents: tuple[Incident, ...],
    decoys: tuple[Decoy, ...],
    marks: tuple[Mark, ...],
    response: TrueResponse,
) -> None:
    """Everything that is true, as JSON; days inclusive, money in the reporting currency, rates 0..1."""
    best = response.best()
    told = {
        "seed": company.seed,
        "scale": company.scale,
        "first_day": str(company.first_day),
        "as_of": str(company.as_of),
        "breaks": list(company.breaks),
        "incidents": [_incident(one) for one in incidents],
        "decoys": [_decoy(one) for one in decoys],
        "marks": [{"day": str(mark.day), "kind": mark.kind, "name": mark.name} for mark in marks],
        "channels": [_channel(company, number) for number in range(len(company.channels))],
        "current_spend": _rounded(response.current),
        "best_spend": _rounded(best),
        "current_accepted_leads_a_week": round(response.outcome(response.current), 4),
        "best_accepted_leads_a_week": round(response.outcome(best), 4),
    }
    path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def _incident(one: Incident) -> dict[str, object]:
    return {
        "family": one.family,
        "place": one.place.as_plain(),
        "start": str(one.start),
        "end": str(one.end) if one.end else None,
        "size": one.size,
        "expected_z": one.z,
        "shows_in": one.shows_in,
        "effect": one.effect,
        "is_past": one.is_past,
        "story": family_named(one.family).story,
    }


def _decoy(one: Decoy) -> dict[str, object]:
    return {
        "kind": one.kind,
        "place": one.place.as_plain(),
        "start": str(one.start),
        "end": str(one.end),
        "numbers": list(one.numbers),
    }


def _channel(company: Company, number: int) -> dict[str, object]:
    channel = company.channels[number]
    return {
        "channel": channel.name,
        "is_paid": channel.is_paid,
        "reference_weekly_spend": round(channel.reference, 2),
        "curve": {"kind": channel.curve.kind, "half": channel.curve.half, "slope": channel.curve.slope},
        "carry_over": {"kind": channel.carry.kind, "days": channel.carry.days, "shape": channel.carry.shape},
        "weekly_drift": channel.drift,
        "lifts": {
            other.name: round(float(company.lifts[number, at]), 4)
            for at, other in enumerate(company.channels)
            if company.lifts[number, at]
        },
        "mql_rate": channel.mql_rate,
        "acceptance_rate": channel.acceptance_rate,
        "opportunity_rate": channel.opportunity_rate,
        "win_rate": channel.win_rate,
        "claims_per_lead": channel.claim_factor,
        "monthly_churn": channel.monthly_churn,
    }


def _rounded(spend: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 2) for name, value in spend.items()}
