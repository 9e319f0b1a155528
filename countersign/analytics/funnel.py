"""Step rates of the funnel with counts, on cohorts that had the time to get that far, and the worst step.

Sessions and leads are read in the week itself against the week before. What sales decides is read
on the last four cohort weeks that are older than `acceptance_maturity_days`, deals on the last four
older than `customer_maturity_days`, each against the four before: a recent cohort has not failed,
it has not finished.
"""

from dataclasses import dataclass

from countersign.analytics.book import FactBook
from countersign.analytics.calendar import Calendar, span
from countersign.analytics.records import FunnelStage, Missing, Section
from countersign.analytics.wilson import share_z
from countersign.core.contracts import Fact, Finding, Number, Window
from countersign.core.periods import WEEK, previous_week
from countersign.core.workspace import Company

COHORT_WEEKS = 4

# A step is a drop-off when its rate fell by chance in fewer than one of 200 pairs of cohorts, and by
# at least a tenth; it needs someone to act at one of 30,000.
_DROP_Z, _ACT_Z = -2.58, -4.0
_MATERIAL_DROP = -0.10
_FEWEST_TRIALS = 30


@dataclass(frozen=True)
class _Step:
    column: str
    name: str
    matures: str


_STEPS = (
    _Step("sessions", "Sessions", "now"),
    _Step("leads", "Leads", "now"),
    _Step("mqls", "Qualified leads", "acceptance"),
    _Step("accepted_leads", "Leads accepted by sales", "acceptance"),
    _Step("sqls", "Sales-qualified leads", "customer"),
    _Step("opportunities", "Opportunities", "customer"),
    _Step("customers", "Customers", "customer"),
)


def build_funnel(book: FactBook, calendar: Calendar, *, company: Company) -> Section[FunnelStage]:
    """Steps for which the company has a source, first to last, and a finding for the worst drop."""
    steps = [step for step in _STEPS if _is_recorded(book, step)]
    if not steps:
        return Section(missing=(Missing(key="no_funnel", reason="No source records steps of a funnel."),))
    steps, repeated = _without_repeated(book, steps)
    stages, missing = [], repeated
    for before, step in zip([None, *steps], steps, strict=False):
        now, prior = _cohorts(step, calendar, company=company)
        stage = _build_stage(book, step, before, now=now, prior=prior)
        if book.value(stage.count) is None:
            missing.append(
                Missing(
                    key=f"funnel_not_matured:{step.column}",
                    reason=f"{step.name}: no cohort in the data is old enough to have got that far.",
                )
            )
        else:
            stages.append(stage)
    worst = _find_worst(book, stages)
    marked = tuple(stage.model_copy(update={"is_worst": stage is worst}) for stage in stages)
    findings = (_describe_drop(book, worst),) if worst and "crm_leads" not in calendar.gaps else ()
    return Section(rows=marked, findings=findings, missing=tuple(missing))


def _is_recorded(book: FactBook, step: _Step) -> bool:
    if not book.has("funnel_week", step.column, "week_start"):
        return False
    return bool(book.rows(f"select 1 as one from marts.funnel_week where {step.column} > 0 limit 1"))


def _without_repeated(book: FactBook, steps: list[_Step]) -> tuple[list[_Step], list[Missing]]:
    """Steps without those that are another one under a second name, and what that keeps unknown.

    When every lead that reached a step also reached the next, in every week on record, the source
    writes down one event, not two: a rate of one would read as a triumph.
    """
    kept, missing = [steps[0]], []
    for step in steps[1:]:
        before = kept[-1]
        differs = f"{step.column} is distinct from {before.column}"
        if book.rows(f"select 1 as one from marts.funnel_week where {differs} limit 1"):
            kept.append(step)
            continue
        if step.column == "customers":
            kept[-1] = step
            reason = f"{before.name}: each on record was won, so open and lost deals are missing"
            reason += " and no share of deals won can be known."
        else:
            reason = f"{step.name}: the source counts all {before.name.lower()} as such,"
            reason += " so that step cannot be told apart."
        missing.append(Missing(key=f"repeated_step:{step.column}", reason=reason))
    return kept, missing


def _cohorts(step: _Step, calendar: Calendar, *, company: Company) -> tuple[Window, Window]:
    if step.matures == "now":
        return calendar.week, previous_week(calendar.week)
    is_deal = step.matures == "customer"
    last = calendar.matured(company.customer_maturity_days if is_deal else company.acceptance_maturity_days)
    return span(last, weeks=COHORT_WEEKS), span(last, weeks=COHORT_WEEKS, skip=COHORT_WEEKS)


def _build_stage(
    book: FactBook, step: _Step, before: _Step | None, *, now: Window, prior: Window
) -> FunnelStage:
    count, count_before = (_count(book, step, window) for window in (now, prior))
    if before is None:
        return FunnelStage(name=step.name, window=now, prior_window=prior, count=count.id)
    base, base_before = (_count(book, before, window) for window in (now, prior))
    rate = _rate(book, step, before, count=count, base=base)
    prior_rate = _rate(book, step, before, count=count_before, base=base_before)
    change = book.derive(
        "change_rate",
        [rate, prior_rate],
        metric=f"{rate.metric}_change",
        title="Funnel steps",
        unit="rate",
        window=now,
    )
    return FunnelStage(
        name=step.name,
        window=now,
        prior_window=prior,
        count=count.id,
        of_name=before.name,
        of_count=base.id,
        prior_count=count_before.id,
        prior_of_count=base_before.id,
        rate=rate.id,
        prior_rate=prior_rate.id,
        change=change.id,
    )


def _count(book: FactBook, step: _Step, window: Window) -> Fact:
    return book.total(step.column, "funnel_week", window=window, title="Funnel steps", unit="count")


def _rate(book: FactBook, step: _Step, before: _Step, *, count: Fact, base: Fact) -> Fact:
    return book.derive(
        "ratio",
        [count, base],
        metric=f"{step.column}_per_{before.column}",
        title="Funnel steps",
        unit="rate",
        window=count.window,
    )


def _find_worst(book: FactBook, stages: list[FunnelStage]) -> FunnelStage | None:
    scored = [
        (z, stage)
        for stage in stages
        if (z := _z_of(book, stage)) is not None
        and z <= _DROP_Z
        and (book.value(stage.change) or 0) <= _MATERIAL_DROP
    ]
    return min(scored, key=lambda item: item[0])[1] if scored else None


def _z_of(book: FactBook, stage: FunnelStage) -> float | None:
    names = (stage.count, stage.of_count, stage.prior_count, stage.prior_of_count)
    values: list[Number] = [value for name in names if (value := book.value(name)) is not None]
    if len(values) < len(names):
        return None
    hits, tries, hits_before, tries_before = (float(value) for value in values)
    if min(tries, tries_before) < _FEWEST_TRIALS:
        return None
    return share_z((hits, tries), (hits_before, tries_before))


def _describe_drop(book: FactBook, stage: FunnelStage) -> Finding:
    roles = {
        "now": stage.rate,
        "prior": stage.prior_rate,
        "change": stage.change,
        "count": stage.count,
        "of_count": stage.of_count,
    }
    z = _z_of(book, stage) or 0.0
    return Finding(
        key=f"drop_off:{stage.name}",
        kind="drop_off",
        metric=book.by_id[stage.rate or ""].metric,
        place={"step": stage.name, "of": stage.of_name or ""},
        facts={role: fact for role, fact in roles.items() if fact},
        severity="act" if z <= _ACT_Z else "watch",
        label="measured",
        good_direction="up",
        note="matured_cohorts" if stage.window.end - stage.window.start > WEEK else "",
    )
