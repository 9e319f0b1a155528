"""The models by name, what each can and cannot claim, and the credits that all of them give."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Model = Literal[
    "first", "last", "last_non_direct", "linear", "position", "time_decay", "markov", "markov_2", "shapley"
]
MODELS: tuple[Model, ...] = get_args(Model)

# The row of conversions before which no touch is known; it has the same size in every model.
NOT_LINKED = "Not linked"

CLAIMS: Mapping[Model, str] = {
    "first": "Says where journeys that converted began; it cannot say whether they would have begun without.",
    "last": "Says what people did just before they converted; it cannot say what brought them that far.",
    "last_non_direct": (
        "Says what preceded a conversion when people who typed the address are passed over;"
        " it cannot say what made them know the address."
    ),
    "linear": "Says which channels were present, each touch alike; it cannot say that touches matter alike.",
    "position": (
        "Says who opened and who closed, by shares that were chosen; it cannot show that they are right."
    ),
    "time_decay": "Says what happened shortly before, by a half-life that was chosen, not measured.",
    "markov": (
        "Says how many modelled conversions fail when a channel is struck out of the observed transitions;"
        " it cannot say what its buyers would have done instead."
    ),
    "markov_2": (
        "As markov, with the channel before in mind; more faithful to sequences, noisier on rare pairs,"
        " and still about association."
    ),
    "shapley": (
        "Says what each channel adds on average to the sets of channels that converted, in no order;"
        " it cannot say what adding the channel to a journey would cause."
    ),
}
NONE_IS_CAUSAL = (
    "No model here is causal: only an experiment shows what would have happened without a channel."
)


@dataclass(frozen=True)
class Credits:
    """What one model gives each channel (or campaign, or whatever the steps of the paths are).

    Attributes:
        model: which model.
        channels: the steps that occur in any path, sorted.
        credit: conversions per channel, aligned with `channels`.
        value: value per channel, in the unit of the table.
        not_linked: conversions of rows without a path.
        not_linked_value: their value.
    """

    model: Model
    channels: tuple[str, ...]
    credit: NDArray[np.float64]
    value: NDArray[np.float64]
    not_linked: float
    not_linked_value: float

    @property
    def conversions(self) -> float:
        """All conversions, with those not linked; the same in every model to 1e-9."""
        return float(self.credit.sum()) + self.not_linked

    @property
    def linked_share(self) -> float | None:
        """Share of conversions before which a touch is known, 0..1; None without conversions."""
        total = self.conversions
        return float(self.credit.sum()) / total if total else None

    def rows(self) -> list[tuple[str, float, float]]:
        """Channel, credit, value: largest credit first, what is not linked at the end."""
        order = sorted(range(len(self.channels)), key=lambda at: (-self.credit[at], self.channels[at]))
        listed = [(self.channels[at], float(self.credit[at]), float(self.value[at])) for at in order]
        return [*listed, (NOT_LINKED, self.not_linked, self.not_linked_value)]
