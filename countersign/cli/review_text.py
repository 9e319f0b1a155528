"""How `countersign review show` puts a proposal on the terminal."""

from typing import TYPE_CHECKING

from countersign.core.choices import ActionChoice
from countersign.core.contracts import Decision, Proposal
from countersign.core.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from countersign.governance.ledger import Ledger
    from countersign.governance.proposals import Material

_MARKS = {"pass": "[green]pass [/]", "flag": "[yellow]look [/]", "block": "[red]block[/]"}

_QUALITY = {
    "passed": "every check passed",
    "warnings": "passed with warnings",
    "failed": "CHECKS FAILED",
    "not_checked": "not checked",
}


def proposal_facts(ledger: "Ledger", workspace: Workspace, proposal: Proposal) -> dict[str, object]:
    """What stands beside a proposal: checks, provenance, who may approve, decisions so far."""
    from countersign.governance.choosing import settle_choices
    from countersign.governance.policy import read_policy
    from countersign.governance.reviews import read_decisions, read_material, who_may_approve

    material = read_material(ledger, proposal.id)
    draft = material.draft
    decisions = read_decisions(ledger, proposal.id)
    tier = read_policy(workspace).tier(proposal.tier)
    return {
        "checks": [result.model_dump(mode="json") for result in material.checks],
        "facts": len(draft.facts),
        "datasets": [used.model_dump(mode="json") for used in draft.datasets],
        "model_call": draft.model_call.model_dump(mode="json"),
        "author": material.author,
        "diff": material.diff,
        "may_approve": [person.id for person in who_may_approve(workspace, tier_roles=tier.approver_roles)],
        "must_include": tier.must_include,
        "decisions": [one.model_dump(mode="json") for one in decisions],
        "choices": [
            one.model_dump(mode="json")
            for one in settle_choices(draft, _approvals(decisions, digest=proposal.digest))
        ],
    }


def _approvals(decisions: "Sequence[Decision]", *, digest: str) -> "list[Decision]":
    return [one for one in decisions if one.verdict == "approve" and one.digest == digest]


def describe_proposal(ledger: "Ledger", workspace: Workspace, proposal: Proposal) -> None:
    """Print a proposal for a person who has to decide on it."""
    from rich.console import Console

    from countersign.governance.reviews import read_material

    console = Console(highlight=False)
    material = read_material(ledger, proposal.id)
    _print_text(console, material)
    console.rule(style="dim")
    console.print("[bold]Checks[/]")
    for result in material.checks:
        console.print(f"  {_MARKS[result.verdict]} {result.check.replace('_', ' ')}", end="")
        console.print(f": {result.reason}" if result.reason else "", markup=False)
        if result.span:
            console.print(f"          “{result.span}”", style="dim", markup=False)
    _print_datasets(console, material)
    _print_inputs(console, ledger, material)
    _print_past(console, ledger, proposal)
    facts = proposal_facts(ledger, workspace, proposal)
    _print_choices(console, proposal, facts=facts)
    _print_decision(console, proposal, facts=facts)


def _print_text(console: "Console", material: "Material") -> None:
    from countersign.reports.terminal import render_terminal

    console.print(render_terminal(material.draft))


def _print_datasets(console: "Console", material: "Material") -> None:
    """Which data the agent used, and whether they can be trusted."""
    console.print("[bold]Data used[/], with the latest quality of the sources behind them")
    for used in material.draft.datasets:
        said = f"{used.table.replace('_', ' ')}: {_QUALITY[used.quality]}, {used.rows:,} rows; "
        console.print(f"  {said}{', '.join(used.columns)}", markup=False, soft_wrap=True)


def _print_inputs(console: "Console", ledger: "Ledger", material: "Material") -> None:
    """Which drafts it was made from, and what became of them."""
    from countersign.governance.inputs import read_inputs

    with ledger.read() as connection:
        inputs = read_inputs(connection, material.draft)
    if inputs:
        console.print("[bold]Made from[/] the drafts of the same run")
    for one in inputs:
        state = one.state.replace("_", " ") or "never put forward"
        edited = ", edited by a person since" if one.was_edited else ""
        line = f"  {one.fed_by.agent} {one.proposal_id} (draft {one.fed_by.digest[:12]}): {state}{edited}"
        console.print(line, markup=False, soft_wrap=True)


def _print_past(console: "Console", ledger: "Ledger", proposal: Proposal) -> None:
    """What people said of the agent's latest drafts, so that nobody has to say it twice."""
    from countersign.governance.memory import read_memory

    past = [
        one for one in read_memory(ledger, agents=[proposal.agent], most=3) if one.proposal_id != proposal.id
    ]
    if past:
        console.print(f"[bold]Earlier drafts[/] of {proposal.agent}")
    for one in past:
        said = "; ".join([*one.reasons, *one.notes])
        line = f"  {one.decided_at:%d %b %Y} {one.state.replace('_', ' ')}: {one.title}"
        console.print(f"{line} (“{said}”)" if said else line, markup=False, soft_wrap=True)


def _print_choices(console: "Console", proposal: Proposal, *, facts: dict[str, object]) -> None:
    """The actions by number, with what is proposed and, once approved, what was chosen for each."""
    from countersign.reports.chosen import describe_choice

    choices = facts["choices"]
    if not isinstance(choices, list) or not choices:
        return
    is_open = proposal.state in ("pending", "blocked", "checking")
    console.print("[bold]Actions[/]", end="")
    told = ", for each of which whoever approves may choose otherwise (--choose 1=leave)" if is_open else ""
    console.print(told, markup=False, soft_wrap=True)
    was_approved = proposal.state in ("approved", "published", "publish_failed")
    for one in (ActionChoice.model_validate(choice) for choice in choices):
        said = describe_choice(one) if one.person or was_approved else one.proposed
        by = f" ({one.person}, {one.at:%d %b %Y})" if one.at else ""
        console.print(f"  {one.action}. {one.title}: {said}{by}", markup=False, soft_wrap=True)


def _print_decision(console: "Console", proposal: Proposal, *, facts: dict[str, object]) -> None:
    may, decisions = facts["may_approve"], facts["decisions"]
    who = ", ".join(may) if isinstance(may, list) and may else "nobody yet: add a person with the role"
    leader = f", one of them a {facts['must_include']}" if facts["must_include"] else ""
    needs = f"{proposal.required_approvals} approval{'s'[: proposal.required_approvals - 1]}{leader}"
    for name, value in (
        ("Proposal", f"{proposal.id}, revision {proposal.revision}, {proposal.state.replace('_', ' ')}"),
        ("Digest", proposal.digest),
        ("Made by", f"{proposal.agent} from {facts['facts']} facts of snapshot {proposal.snapshot_id}"),
        ("Category", f"{proposal.category.replace('_', ' ')} (tier {proposal.tier}): needs {needs}"),
        ("May approve", who),
        ("Deadline", f"{proposal.expires_at.astimezone():%a %d %b %Y, %H:%M %Z}"),
        (
            "If approved",
            "exactly these bytes are published under state/reports, beside your note and choices",
        ),
        ("If nobody answers", "it expires and nothing is changed"),
    ):
        console.print(f"  [bold]{name:<18}[/]", end="")
        console.print(value, markup=False, soft_wrap=True)
    for one in decisions if isinstance(decisions, list) else []:
        on = "" if one["digest"] == proposal.digest else " (an earlier revision)"
        said = " ".join(filter(None, (one["reason"], one["note"] and f"Note: {one['note']}")))
        console.print(f"  {one['person']}: {one['verdict']}{on} {said}".rstrip(), markup=False)
    if proposal.state == "pending":
        console.print(f"\n  countersign review approve {proposal.id}")
