"""truth.json: what is really true of the demo company. For evaluation only: no agent may read it."""

import json
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from countersign.core.errors import SourceError
from countersign.sources.demo import company
from countersign.sources.demo.drops import second_drops
from countersign.sources.demo.incidents import DIRTY_ROWS, planted_incidents
from countersign.sources.demo.simulate import BudgetChange, World

TRUTH_FILE = "truth.json"


def build_truth(world: World) -> dict[str, object]:
    """The truth about a world: rates per channel, lags, incidents, dirty rows, what week two changes."""
    return {
        "company": company.NAME,
        "world": {
            "seed": world.seed,
            "scale": world.scale,
            "first_day": world.first_day.isoformat(),
            "until": world.anchor.isoformat(),
            "written_until": world.until.isoformat(),
        },
        "carried_out": [_dated(asdict(change)) for change in world.budgets],
        "weekly_growth": company.WEEKLY_GROWTH,
        "channels": {channel.name: _channel_truth(channel) for channel in company.CHANNELS},
        "ad_groups": [
            asdict(place)
            for place in company.read_places()
            if company.channel_named(place.channel).kind == "paid"
        ],
        "single_ads": [asdict(ad) for ad in company.read_ads()],
        "lag_days": {name: list(lag) for name, lag in company.LAG_DAYS.items()},
        "median_follow_up_hours": company.MEDIAN_FOLLOW_UP_HOURS,
        "median_deal": company.MEDIAN_DEAL,
        "incidents": [_dated(asdict(one)) for one in planted_incidents(world.anchor)],
        "dirty_rows": [asdict(row) for row in DIRTY_ROWS],
        "second_week": {
            "files": [drop.path.as_posix() for drop in second_drops(world.anchor)],
            "restates": {
                "google_ads": "spend and conversions of the week before, in the same file",
                "meta_ads": "spend and conversions of the two weeks before, in a file of its own",
                "linkedin_ads": "the week before stands again in the new file",
                "web_analytics": "late hits of the week before, in the same file",
                "crm": "late badge scans of earlier fairs, new stages, deals and activities",
                "sales": "verdicts on leads of the weeks before",
            },
        },
    }


def write_truth(root: Path, world: World, *, via: str = "files") -> Path:
    """Write truth.json beside data/, never inside it."""
    path = root / TRUTH_FILE
    text = json.dumps({**build_truth(world), "via": via}, indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def read_via(root: Path) -> Literal["files", "connectors"]:
    """Whether a workspace's demo company drops files or is read through connectors.

    Raises:
        SourceError: the workspace holds no demo company.
    """
    read_world(root)
    said = json.loads((root / TRUTH_FILE).read_text(encoding="utf-8")).get("via")
    return "connectors" if said == "connectors" else "files"


def read_written_world(root: Path) -> World:
    """The world as a workspace knows it now: up to the last week that was written.

    Raises:
        SourceError: the workspace holds no demo company.
    """
    world = read_world(root)
    written = json.loads((root / TRUTH_FILE).read_text(encoding="utf-8"))["world"]["written_until"]
    return replace(world, until=date.fromisoformat(written))


def read_world(root: Path) -> World:
    """The world that a workspace's demo files came from, as it was first written, and budgets changed since.

    Raises:
        SourceError: the workspace holds no demo company, or its truth.json was damaged.
    """
    path = root / TRUTH_FILE
    try:
        truth = json.loads(path.read_text(encoding="utf-8"))
        world = truth["world"]
        until = date.fromisoformat(world["until"])
        return World(
            seed=int(world["seed"]),
            scale=float(world["scale"]),
            first_day=date.fromisoformat(world["first_day"]),
            anchor=until,
            until=until,
            budgets=tuple(_read_change(change) for change in truth.get("carried_out", ())),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(
            "This workspace does not hold the demo company's first weeks.",
            found=f"{path}: {type(error).__name__}",
            fix="run `countersign demo` on it first",
        ) from error


def _read_change(change: dict[str, Any]) -> BudgetChange:
    return BudgetChange(
        campaign_id=str(change["campaign_id"]),
        factor=float(change["factor"]),
        start=date.fromisoformat(change["start"]),
        decided=str(change["decided"]),
    )


def _channel_truth(channel: company.Channel) -> dict[str, object]:
    places = [place for place in company.read_places() if place.channel == channel.name]
    visits = sum(place.visits_per_week for place in places)
    leads = sum(place.visits_per_week * place.lead_rate for place in places)
    return {
        "lead_rate": round(leads / visits, 6),
        "mql_rate": channel.mql_rate,
        "acceptance_rate": channel.acceptance_rate,
        "sql_rate": channel.sql_rate,
        "opportunity_rate": channel.opportunity_rate,
        "win_rate": channel.win_rate,
        "platform_claims_per_lead": channel.claim_factor or None,
        "room_to_grow": channel.room or None,
    }


def _dated(incident: dict[str, object]) -> dict[str, object]:
    return {name: str(value) if isinstance(value, date) else value for name, value in incident.items()}
