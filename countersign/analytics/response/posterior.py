"""From fits to draws: what each channel would bring at other spend, with all that is not known in it."""

from dataclasses import dataclass

import numpy as np

from countersign.analytics.response.fitting import Fit
from countersign.analytics.response.series import Numbers
from countersign.analytics.response.shapes import DECAY_ODDS, all_shapes, shape_odds
from countersign.analytics.response.verdicts import Acceptance

# Channels of one company are alike: their elasticities scatter around a centre that the data choose.
CENTERS, CENTER_ODDS, SPREAD = (0.3, 0.45, 0.6, 0.75, 0.9), (0.1, 0.2, 0.3, 0.25, 0.15), 0.22
DRAWS = 1200


@dataclass(frozen=True)
class Curves:
    """Draws of every channel's curve around today's spend.

    Args:
        multiples: spend in multiples of today's, shape (points,).
        change: accepted leads a week more than today, shape (channels, draws, points).
        elasticity: at today's spend, shape (channels, draws).
        accepted: accepted leads a week today, shape (channels, draws).
        noise: standard deviation of one week's log leads, shape (channels,).
    """

    multiples: Numbers
    change: Numbers
    elasticity: Numbers
    accepted: Numbers
    noise: Numbers


def draw_curves(fits: list[Fit], acceptance: tuple[Acceptance, ...], *, multiples: Numbers) -> Curves:
    """Draw curves, levels and acceptance from their posterior; the same input gives the same draws."""
    random = np.random.default_rng(20170501)
    odds = [_posterior(fit) for fit in fits]
    centers = np.array(CENTER_ODDS) * np.prod([total for total, _ in odds], axis=0)
    chosen = random.choice(len(CENTERS), size=DRAWS, p=centers / centers.sum())
    values = np.array([shape.at(multiples) for shape in all_shapes()])
    bends = np.array([shape.elasticity() for shape in all_shapes()])
    change, elasticity, accepted, noise = [], [], [], []
    for fit, (_, cells), taken in zip(fits, odds, acceptance, strict=True):
        picked = _pick(cells, chosen, random)
        row, column = np.divmod(picked, fit.evidence.shape[1])
        cell = (row, column)
        level = np.exp(fit.level[cell] + fit.level_deviation[cell] * random.normal(size=DRAWS))
        bend = fit.bend[cell] + fit.bend_deviation[cell] * random.normal(size=DRAWS)
        share = random.beta(taken.share * taken.worth, (1 - taken.share) * taken.worth, size=DRAWS)
        shape = column % len(all_shapes())
        accepted.append(level * share)
        elasticity.append(bends[shape] + bend)
        change.append((level * share)[:, None] * (values[shape] * multiples ** bend[:, None] - 1))
        noise.append(float(fit.noise[row].mean()))
    return Curves(
        multiples=multiples,
        change=np.array(change),
        elasticity=np.array(elasticity),
        accepted=np.array(accepted),
        noise=np.array(noise),
    )


def _posterior(fit: Fit) -> tuple[Numbers, Numbers]:
    """How well each centre explains the channel (relative), and the odds of each noise and curve under it."""
    likely = np.exp(fit.evidence - fit.evidence.max())
    cells = np.array(
        [
            likely * np.outer(DECAY_ODDS, shape_odds(center, spread=SPREAD)).ravel()[None, :]
            for center in CENTERS
        ]
    )
    totals = cells.sum(axis=(1, 2))
    return totals / totals.max(), cells.reshape(len(CENTERS), -1)


def _pick(cells: Numbers, chosen: np.ndarray, random: np.random.Generator) -> np.ndarray:
    picked = np.empty(len(chosen), dtype=int)
    for center in range(len(cells)):
        mine = np.flatnonzero(chosen == center)
        if len(mine):
            odds = cells[center] / cells[center].sum()
            picked[mine] = random.choice(len(odds), size=len(mine), p=odds)
    return picked
