"""Make one ruler company: its tables for the analysis, and its truth for who measures the analysis."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from countersign.sources.ruler.company import Company
from countersign.sources.ruler.decoys import Decoy, Mark, natural_decoys, plant_decoys
from countersign.sources.ruler.drawing import draw_company
from countersign.sources.ruler.incidents import Incident, draw_incidents, pulls_of
from countersign.sources.ruler.outcome import TrueResponse, true_response
from countersign.sources.ruler.strength import Quiet
from countersign.sources.ruler.tables import write_tables
from countersign.sources.ruler.truth import write_truth
from countersign.sources.ruler.world import World, make_world

TABLES_FILE = "tables.duckdb"
TRUTH_FILE = "truth.json"


@dataclass(frozen=True)
class Simulated:
    """A company with its truth. `quiet` is its expectation without incidents and decoys."""

    company: Company
    incidents: tuple[Incident, ...]
    decoys: tuple[Decoy, ...]
    marks: tuple[Mark, ...]
    response: TrueResponse
    world: World
    quiet: World


def simulate(
    seed: int, *, scale: float = 1.0, weeks: int | None = None, until: date | None = None
) -> Simulated:
    """The company of a seed, in memory.

    Args:
        seed: 1000 and above are for tuning and never have the held-out families of incident.
        scale: multiplies volumes; below 0.2 hardly anything can be told from chance.
        weeks: length of the history; 40 to 78 by seed when absent.
        until: the day after the last; by seed when absent.
    """
    company = draw_company(seed, scale=scale, weeks=weeks, until=until)
    quiet = Quiet(
        noisy=make_world(company, chance=True),
        expected=make_world(company, chance=False),
        flat=make_world(company, chance=False, is_flat=True),
    )
    incidents = draw_incidents(company, quiet)
    planted = plant_decoys(company, incidents)
    pulls = tuple(pull for incident in incidents for pull in pulls_of(company, incident))
    world = make_world(company, (*planted.pulls, *pulls), chance=True)
    decoys = (*planted.decoys, *natural_decoys(company, world, incidents))
    response = true_response(company, world)
    return Simulated(company, incidents, decoys, planted.marks, response, world, quiet.expected)


def write_company(simulated: Simulated, folder: Path) -> Path:
    """Write tables.duckdb and truth.json into a folder, which is made when absent; returns the tables'
    path.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = folder / TABLES_FILE
    write_tables(tables, simulated.company, simulated.world, marks=simulated.marks)
    write_truth(
        folder / TRUTH_FILE,
        simulated.company,
        incidents=simulated.incidents,
        decoys=simulated.decoys,
        marks=simulated.marks,
        response=simulated.response,
    )
    return tables
