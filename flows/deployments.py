"""What a Prefect server is told about us: a work pool, the weekly and daily runs, the review flow.

Registering twice changes nothing; the same call registers on any server that PREFECT_API_URL names.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from countersign.core.workspace import Company, Workspace
from flows.local_server import RUNS_AT_ONCE, WORK_POOL

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient

REVIEW = "review/person"
WEEKLY = "weekly/company"
DAILY = "daily/company"


@dataclass(frozen=True)
class Deployment:
    """One deployment: where its flow is imported from, its parameters and its schedule."""

    name: str
    entrypoint: str
    description: str
    parameters: dict[str, object]
    cron: str | None = None


def list_deployments(workspace: Workspace) -> tuple[Deployment, ...]:
    """The deployments of one workspace; schedules run in the company's reporting zone."""
    place: dict[str, object] = {"workspace": str(workspace.root)}
    return (
        Deployment(
            REVIEW, "flows.review.review", "One paused run per proposal, until a person decides.", place
        ),
        Deployment(
            WEEKLY, "flows.weekly.weekly", "Files to pending proposals, Mondays.", place, cron="30 6 * * 1"
        ),
        Deployment(
            DAILY, "flows.weekly.daily", "Files to what needs attention now, daily.", place, cron="0 5 * * *"
        ),
    )


async def register_deployments(workspace: Workspace, company: Company) -> list[str]:
    """Create or update the work pool and every deployment; returns their names.

    Prefect must be pointed at the server before it is imported.
    """
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        await _ensure_work_pool(client)
        for deployment in list_deployments(workspace):
            await _register(client, deployment, company)
    return [deployment.name for deployment in list_deployments(workspace)]


async def _ensure_work_pool(client: "PrefectClient") -> None:
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectAlreadyExists
    from prefect.workers.process import ProcessWorker

    pool = WorkPoolCreate(
        name=WORK_POOL,
        type="process",
        concurrency_limit=RUNS_AT_ONCE,
        base_job_template=ProcessWorker.get_default_base_job_template(),
    )
    try:
        await client.create_work_pool(pool)
    except ObjectAlreadyExists:
        return


async def _register(client: "PrefectClient", deployment: Deployment, company: Company) -> None:
    from prefect.client.schemas.actions import DeploymentScheduleCreate
    from prefect.client.schemas.schedules import CronSchedule
    from prefect.flows import load_flow_from_entrypoint
    from prefect.utilities.callables import parameter_schema

    flow = load_flow_from_entrypoint(deployment.entrypoint)
    schedules = (
        [
            DeploymentScheduleCreate(
                schedule=CronSchedule(cron=deployment.cron, timezone=company.time_zone), active=True
            )
        ]
        if deployment.cron
        else []
    )
    await client.create_deployment(
        flow_id=await client.create_flow(flow),
        name=deployment.name.partition("/")[2],
        description=deployment.description,
        entrypoint=deployment.entrypoint,
        work_pool_name=WORK_POOL,
        parameters=deployment.parameters,
        parameter_openapi_schema=parameter_schema(flow).model_dump(),
        schedules=schedules,
        tags=["countersign"],
    )
