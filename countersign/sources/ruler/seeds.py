"""Which companies are for tuning, which for reporting, and what tuning never sees."""

from collections.abc import Sequence

# Who improves the analysis looks at these, as often as they like.
TUNING_SEEDS = range(1000, 1350)
# Published numbers come from these; nobody tunes on them.
REPORTING_SEEDS = range(1, 601)

# Families of incident that no tuning company has: an analysis that only knows what it was tuned on misses
# them.
HELD_OUT_FAMILIES = frozenset({"pixel_lost", "crm_sync_broken", "spam_leads", "ranking_loss", "slow_page"})


def is_tuning(seed: int) -> bool:
    """Whether a company may be looked at while tuning; every seed from 1000 on may."""
    return seed >= TUNING_SEEDS.start


def families_for(seed: int, families: Sequence[str]) -> tuple[str, ...]:
    """The families of incident that the company of this seed may have."""
    if is_tuning(seed):
        return tuple(name for name in families if name not in HELD_OUT_FAMILIES)
    return tuple(families)
