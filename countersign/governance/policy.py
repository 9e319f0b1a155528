"""The company's own rules for approval: config/policies.yaml and config/brand.yaml.

config/policies.yaml::

    publishable: []                          # goes out without a person: nothing, and nothing can be put here
    tiers:
      review:      {approver_roles: [approver, leader], editor_roles: [marketer]}
      leadership:  {approver_roles: [approver, leader], editor_roles: [marketer], must_include: leader}
    categories:    # every category of core.contracts.Category; what is left out has the strictest rule
      report: {tier: review, required_approvals: 1, expires_after_hours: 168, author_may_approve: false}
      budget: {tier: leadership, required_approvals: 1, expires_after_hours: 72, recheck_facts: true,
               needs_note: true}     # who approves says what it means and what they chose to do
    review_questions: {accurate: Is every statement accurate?, ...}   # all need a yes to approve
    checks: {claims.comparative: block}      # rule -> flag | block | off, over the rule's own default
    max_waiting_per_agent: 5
    recheck_tolerance: 0.01                  # relative, of facts behind proposals that move money

config/brand.yaml::

    name: Northbeam
    voice: [Plain words, ...]
    never_say: [{phrase: guaranteed, reason: We promise nothing we cannot hold}]
    approved_messages: [...]
    proof_points: [...]
    proofs:                                  # claims that may be made word for word, each with its proof
      - {claim: Our pages load faster than before., kind: customer_research, source: Survey of May 2026,
         checked_on: 2026-06-01, valid_until: 2027-06-01}
    comparatives: [better, cheaper]          # added to the words that need a fact beside them
    biased_terms: [{phrase: guys, reason: ...}]

The policy version is the digest of both files: an approval is bound to the rules it was given under.
"""

from datetime import date
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from countersign.core.contracts import Category
from countersign.core.errors import SettingsError
from countersign.core.hashing import digest_of, file_sha256
from countersign.core.workspace import Workspace, first_problem

Tier = Literal["review", "leadership"]
RuleVerdict = Literal["flag", "block", "off"]

QUESTIONS = {
    "accurate": "Is every statement accurate?",
    "useful": "Is it useful to the people who will read it?",
    "on_brand": "Does it match the brand?",
    "proof": "Does every claim that needs proof have it?",
    "risk": "Are the risks of sending this acceptable?",
    "customer_need": "Is it tied to a real customer need?",
    "source_data": "Have you checked the source data behind it?",
}


class _Rules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


_File = TypeVar("_File", bound=_Rules)


class TierRule(_Rules):
    """Who may approve and who may only edit, reject or send back in a tier."""

    approver_roles: tuple[str, ...] = Field(min_length=1)
    editor_roles: tuple[str, ...] = ()
    must_include: str | None = None

    @model_validator(mode="after")
    def _includes_an_approver(self) -> "TierRule":
        if self.must_include and self.must_include not in self.approver_roles:
            raise ValueError(f"must_include {self.must_include!r} is not among approver_roles")
        return self


class CategoryRule(_Rules):
    """What one category of output needs before it may go out."""

    tier: Tier = "leadership"
    required_approvals: int = Field(2, ge=1, le=5)
    expires_after_hours: float = Field(72, gt=0)
    author_may_approve: bool = False
    recheck_facts: bool = False
    needs_note: bool = False


class Phrase(_Rules):
    """A phrase and why it is listed."""

    phrase: str = Field(min_length=1)
    reason: str = ""


ProofKind = Literal[
    "campaign_data", "crm_report", "platform_report", "customer_research", "case_study", "trusted_study"
]


class Proof(_Rules):
    """What proves a claim that no figure of a draft carries: its words, the kind of proof, where it is."""

    claim: str = Field(min_length=10)
    kind: ProofKind
    source: str = Field(min_length=5)
    checked_on: date
    valid_until: date | None = None


class Brand(_Rules):
    """config/brand.yaml."""

    name: str = ""
    voice: tuple[str, ...] = ()
    never_say: tuple[Phrase, ...] = ()
    approved_messages: tuple[str, ...] = ()
    proof_points: tuple[str, ...] = ()
    proofs: tuple[Proof, ...] = ()
    comparatives: tuple[str, ...] = ()
    biased_terms: tuple[Phrase, ...] = ()


class Policies(_Rules):
    """config/policies.yaml."""

    publishable: tuple[str, ...] = ()
    tiers: dict[Tier, TierRule]
    categories: dict[Category, CategoryRule]
    review_questions: dict[str, str] = QUESTIONS
    checks: dict[str, RuleVerdict] = {}
    max_waiting_per_agent: int = Field(5, ge=1)
    recheck_tolerance: float = Field(0.01, ge=0, lt=1)

    @field_validator("publishable")
    @classmethod
    def _nothing_is_publishable(cls, named: tuple[str, ...]) -> tuple[str, ...]:
        if named:
            raise ValueError(f"{', '.join(named)} would go out without a person: leave this tier empty")
        return named

    @model_validator(mode="after")
    def _tiers_exist(self) -> "Policies":
        for name, rule in self.categories.items():
            if rule.tier not in self.tiers:
                raise ValueError(f"category {name} names tier {rule.tier}, which is not defined")
        if "leadership" not in self.tiers:
            raise ValueError("the tier leadership is missing: it holds what no category names")
        missing = QUESTIONS.keys() - self.review_questions.keys()
        if missing:
            raise ValueError(f"review_questions lack {', '.join(sorted(missing))}")
        return self


class Policy(_Rules):
    """Both files together, and the version that approvals are bound to."""

    policies: Policies
    brand: Brand
    version: str

    def category(self, name: Category) -> CategoryRule:
        """The rule of a category; one that the company left out gets the strictest."""
        return self.policies.categories.get(name, CategoryRule.model_validate({}))

    def tier(self, name: Tier) -> TierRule:
        """The rule of a tier."""
        return self.policies.tiers[name]

    def verdict(self, rule: str, *, default: Literal["flag", "block"]) -> RuleVerdict:
        """What the company wants to happen when a rule is broken."""
        return self.policies.checks.get(rule, default)


def read_policy(workspace: Workspace) -> Policy:
    """Read config/policies.yaml and config/brand.yaml.

    Raises:
        SettingsError: one is missing, is not YAML, or a field does not fit.
    """
    policies = _parse(Policies, workspace, name="policies")
    brand = _parse(Brand, workspace, name="brand")
    files = {name: file_sha256(workspace.config / f"{name}.yaml") for name in ("policies", "brand")}
    return Policy(policies=policies, brand=brand, version=digest_of(files))


def _parse(model: type[_File], workspace: Workspace, *, name: str) -> _File:
    try:
        return model.model_validate(workspace.read_config(name) or {})
    except ValidationError as error:
        raise SettingsError(
            f"config/{name}.yaml does not fit.",
            found=first_problem(error),
            fix="correct the field it names; countersign/governance/policy.py shows the format",
        ) from error
