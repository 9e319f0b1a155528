"""From draft to decision: everything a flow, the command line or a console needs of a review."""

from countersign.governance.choosing import actions_of, read_choices
from countersign.governance.codes import mint_code, redeem_code
from countersign.governance.deciding import decide, has_valid_approval, who_may_approve
from countersign.governance.editing import edit, prose_form, read_form, recheck
from countersign.governance.proposals import (
    Material,
    count_attempts,
    find_proposal,
    list_proposals,
    read_decisions,
    read_material,
    why_stale,
)
from countersign.governance.proposing import expire_due, next_attempt, propose

__all__ = [
    "Material",
    "actions_of",
    "count_attempts",
    "decide",
    "edit",
    "expire_due",
    "find_proposal",
    "has_valid_approval",
    "list_proposals",
    "mint_code",
    "next_attempt",
    "propose",
    "prose_form",
    "read_choices",
    "read_decisions",
    "read_form",
    "read_material",
    "recheck",
    "redeem_code",
    "who_may_approve",
    "why_stale",
]
