"""What a Meta source may say under `options:`."""

from typing import Literal

from pydantic import Field, field_validator

from countersign.sources.connecting.connector import Options

Window = Literal["1d_click", "7d_click", "28d_click", "1d_view", "1d_ev"]


class MetaOptions(Options):
    """One ad account, and what counts as a conversion of it.

    `conversion_actions` are action types whose counts are added up; `attribution_windows` are the
    windows in which they count, empty for each ad set's own setting. `reports` says whether Meta makes
    a report of each week ("async") or answers day by day ("direct").
    """

    account_id: str = Field(pattern=r"^act_[0-9]+$")
    conversion_actions: tuple[str, ...] = Field(("lead",), min_length=1)
    attribution_windows: tuple[Window, ...] = ("7d_click", "1d_view")
    reports: Literal["async", "direct"] = "async"
    api_version: str = Field("v25.0", pattern=r"^v[0-9]+\.0$")

    @field_validator("account_id", mode="before")
    @classmethod
    def _has_its_prefix(cls, given: object) -> object:
        digits = str(given)
        return f"act_{digits}" if digits.isdigit() else given

    @field_validator("attribution_windows")
    @classmethod
    def _do_not_overlap(cls, given: tuple[Window, ...]) -> tuple[Window, ...]:
        kinds = [window.rpartition("_")[2] for window in given]
        if len(set(kinds)) < len(kinds):
            raise ValueError("give one window of each kind: 7d_click holds what 1d_click counts")
        return given
