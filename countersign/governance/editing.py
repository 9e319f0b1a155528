"""A person's edits: new bytes, checked again, earlier approvals void, the difference kept.

People edit the prose only, as plain text with the tokens in place. A number they type is kept as
stated by them, without evidence; the draft's facts cannot be changed here.
"""

import difflib
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Row

from countersign.core.contracts import Draft, Proposal
from countersign.core.errors import ApprovalError
from countersign.core.workspace import Workspace, first_problem
from countersign.governance.checks.volume import WAITING
from countersign.governance.ledger import Ledger, Writing, stamp
from countersign.governance.people import SignedIn, check_session
from countersign.governance.policy import Policy, read_policy
from countersign.governance.proposals import material_of, proposal_of, row_of, seen_of
from countersign.governance.proposing import Revision, count_waiting, settle_checks
from countersign.governance.roster import read_person
from countersign.governance.transitions import apply_transition
from countersign.reports.disguise import is_numeral
from countersign.reports.grounding import find_ungrounded
from countersign.reports.outline import read_strings
from countersign.reports.token_syntax import Words, parse
from countersign.reports.tokens import DraftError, fill_plain

Render = Callable[[Draft], tuple[str, str]]

_PLACE = re.compile(r"^## (\S+)$", re.MULTILINE)
_STEP = re.compile(r"([a-z_]+)(?:\[(\d+)\])?")
_WORD_WITH_SIGNS = re.compile(r"(?:[€$£¥₹]\s?)?[^\s€$£¥₹]*[\d¼-¾⅐-↉][^\s€$£¥₹]*(?:\s?[€$£¥₹%‰])?|\S+")
_WORD_EDGE = ".,;:!?()[]\"'“”‘’"
_FORM_HEAD = """\
# Edit the text under each `##` line; leave the `##` lines as they are.
# {{...}} stands for a figure, a name or a period out of the data: move or delete it, but do not change it.
# A number that you type yourself is published as stated by you, without evidence.
# Lines that start with `#` and a space are notes; `# now:` is how the text reads today.
"""


def prose_form(draft: Draft) -> str:
    """The prose of a draft as a text file that a person can edit."""
    parts = [_FORM_HEAD]
    for spot in read_strings(draft):
        reads = fill_plain(spot.text, draft).replace("\n", " ")
        note = f"# now: {reads}\n" if "{{" in spot.text else ""
        parts.append(f"## {spot.where}\n{note}{spot.text}\n")
    return "\n".join(parts)


def read_form(form: str, draft: Draft) -> dict[str, str]:
    """The strings that a person changed, by their place in the draft.

    Raises:
        ApprovalError: a `##` line was removed, added or changed.
    """
    cut = _PLACE.split(form)
    found = dict(zip(cut[1::2], cut[2::2], strict=True))
    before = {spot.where: spot.text for spot in read_strings(draft)}
    if found.keys() != before.keys() or len(cut) // 2 != len(found):
        places = sorted(found.keys() ^ before.keys())
        raise ApprovalError(
            "The edited file lost or gained a `##` line.",
            found=", ".join(places[:5]) or "one of them stands twice",
            fix="edit again, and leave the lines that start with ## as they are",
        )
    after = {where: _without_notes(text) for where, text in found.items()}
    return {where: text for where, text in after.items() if text != before[where].strip()}


def edit(
    ledger: Ledger,
    workspace: Workspace,
    *,
    proposal_id: str,
    digest: str,
    person: SignedIn,
    changes: Mapping[str, str],
    at: datetime,
    render: Render | None = None,
) -> Proposal:
    """Put a person's words into a proposal as a new revision; approvals of the old one count no more.

    Args:
        digest: of the revision that the person edited.
        changes: new text by place, as `read_form` gives it.
        render: draft to HTML and Markdown (default: countersign.reports).

    Raises:
        ApprovalError: not allowed, not these bytes any more, nothing changed, or a place that is not there.
    """
    policy = read_policy(workspace)
    with ledger.write() as writing:
        row = _row_to_revise(
            writing, workspace, proposal_id, digest=digest, person=person, policy=policy, at=at
        )
        before = material_of(writing.connection, row.id, revision=row.revision)
        after = edited_draft(before.draft, changes=changes, person=person.person.name)
        if after == before.draft:
            raise ApprovalError(
                "Nothing was changed.", found="the same text", fix="edit the text, or approve it"
            )
        html, markdown = render(after) if render else render_files(after, company=workspace.company().name)
        revision = Revision(after, html=html, markdown=markdown, policy=policy)
        diff = difference(before.draft, after)
        return _revise(writing, row, revision=revision, diff=diff, person=person, at=at)


def recheck(
    ledger: Ledger, workspace: Workspace, *, proposal_id: str, digest: str, person: SignedIn, at: datetime
) -> Proposal:
    """Check the same bytes under today's policy: a new revision, and approvals start again.

    Also lets through what was held back only because too many drafts of its agent waited.

    Raises:
        ApprovalError: not allowed, not these bytes any more, or the policy is still the same.
    """
    policy = read_policy(workspace)
    with ledger.write() as writing:
        row = _row_to_revise(
            writing, workspace, proposal_id, digest=digest, person=person, policy=policy, at=at
        )
        same = material_of(writing.connection, row.id, revision=row.revision)
        was_held_back = any(result.rule == WAITING and result.verdict == "block" for result in same.checks)
        if row.policy_version == policy.version and not was_held_back:
            raise ApprovalError(
                "It was checked under today's rules already.",
                found=f"policy {policy.version[:12]}",
                fix=f"decide on it: `countersign review show {proposal_id}`",
            )
        files = (same.html.decode(), same.markdown.decode())
        revision = Revision(same.draft, html=files[0], markdown=files[1], policy=policy)
        return _revise(writing, row, revision=revision, diff="", person=person, at=at)


def edited_draft(draft: Draft, *, changes: Mapping[str, str], person: str) -> Draft:
    """A draft with new text at some places, and the numbers typed there stated by the person.

    Raises:
        ApprovalError: a place that the draft does not have, or text that does not fit there.
    """
    plain = draft.model_dump(mode="json")
    before = {spot.where: spot.text for spot in read_strings(draft)}
    for where, text in changes.items():
        if where not in before:
            raise ApprovalError(
                "The draft has no such place.", found=where, fix="edit what `review edit` shows"
            )
        _put(plain, where, text)
    try:
        changed = Draft.model_validate(plain)
        typed = {
            number: person
            for where, text in changes.items()
            for number in typed_numbers(text)
            if number not in typed_numbers(before[where])
        }
        changed = changed.model_copy(update={"stated": {**changed.stated, **typed}})
        spelt = {
            found: person
            for problem in find_ungrounded(changed)
            if problem.where in changes and "number" in problem.reason
            for found in re.findall(re.escape(problem.span), changes[problem.where], re.IGNORECASE)
        }
    except (ValidationError, DraftError) as error:
        found = first_problem(error) if isinstance(error, ValidationError) else error.found
        raise ApprovalError(
            "The edited text does not fit.", found=found, fix="leave the {{...}} tokens as they are"
        ) from error
    return changed.model_copy(update={"stated": {**changed.stated, **spelt}})


def typed_numbers(text: str) -> set[str]:
    """The numbers in prose that stand in no token, without the punctuation around them.

    >>> typed_numbers("About 40 of {{fact:leads}} (or 12%).") == {"40", "12%"}
    True
    """
    found = (
        match.group().strip(_WORD_EDGE)
        for piece in parse(text)
        if isinstance(piece, Words)
        for match in _WORD_WITH_SIGNS.finditer(piece.text)
    )
    return {word for word in found if any(is_numeral(char) for char in word)}


def difference(before: Draft, after: Draft) -> str:
    """What an edit changed, as a unified diff of the forms' prose."""
    old, new = (
        [f"{spot.where}: {line}" for spot in read_strings(draft) for line in spot.text.splitlines()]
        for draft in (before, after)
    )
    return "\n".join(difflib.unified_diff(old, new, "before", "after", n=0, lineterm=""))


def render_files(draft: Draft, *, company: str) -> tuple[str, str]:
    """The HTML and Markdown of a draft, as `reports` writes them."""
    from countersign.reports.html import render_html
    from countersign.reports.markdown import render_markdown

    return render_html(draft, company=company), render_markdown(draft)


def _row_to_revise(
    writing: Writing,
    workspace: Workspace,
    proposal_id: str,
    *,
    digest: str,
    person: SignedIn,
    policy: Policy,
    at: datetime,
) -> Row[Any]:
    check_session(writing.connection, person, at=at)
    row = row_of(writing.connection, proposal_id)
    tier = policy.tier(row.tier)
    roles = read_person(workspace, person.person.id).roles
    if not {*roles} & {*tier.approver_roles, *tier.editor_roles}:
        raise ApprovalError(
            "You may not edit this.",
            found=f"{person.person.id} has the roles {', '.join(roles) or 'none'}",
            fix=f"ask somebody with the role {' or '.join((*tier.editor_roles, *tier.approver_roles))}",
        )
    if stamp(at) >= row.expires_at or row.digest != digest:
        raise ApprovalError(
            "This is not what waits for a decision any more.",
            found=f"{row.id}: deadline {row.expires_at[:16]}, digest {row.digest[:16]}",
            fix=f"look again: `countersign review show {row.id}`",
        )
    return row


def _revise(
    writing: Writing,
    row: Row[Any],
    *,
    revision: Revision,
    diff: str,
    person: SignedIn,
    at: datetime,
) -> Proposal:
    rule = revision.policy.category(row.category)
    waiting = count_waiting(writing.connection, agent=row.agent, but_not=row.id)
    checks = revision.check(waiting=waiting)
    fields = {
        **revision.fields(row.id, number=row.revision + 1),
        "tier": rule.tier,
        "required_approvals": rule.required_approvals,
        "authenticated_by": f"session:{person.session}",
    }
    apply_transition(
        writing,
        seen_of(row),
        event="edit",
        kind="revised",
        person=person.person.id,
        at=at,
        fields=fields,
        bodies=revision.bodies(checks, diff=diff),
    )
    settle_checks(writing, row.id, checks=checks, at=at)
    return proposal_of(row_of(writing.connection, row.id))


def _put(plain: dict[str, Any], where: str, text: str) -> None:
    target: Any = plain
    steps: list[str | int] = []
    for name, number in _STEP.findall(where):
        steps += [name, int(number)] if number else [name]
    for step in steps[:-1]:
        target = target[step]
    target[steps[-1]] = text


def _without_notes(text: str) -> str:
    kept = (line for line in text.splitlines() if not line.startswith("# "))
    return "\n".join(kept).strip()
