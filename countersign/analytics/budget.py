"""Budget advice as facts, and what would happen without it: what an agent may say about moving money."""

from datetime import date, timedelta

import numpy as np

from countersign.analytics.book import FactBook
from countersign.analytics.calendar import Calendar
from countersign.analytics.fitted import figure_of, fit_advice
from countersign.analytics.judging import NOTHING_LOST, read_metric
from countersign.analytics.no_change import forecast_no_change
from countersign.analytics.records import Budget, BudgetMove, BudgetRaise, BudgetTest
from countersign.analytics.response.advice import BudgetAdvice
from countersign.analytics.response.reading import columns_of, find_table, read_channel_weeks
from countersign.analytics.response.series import ChannelWeeks
from countersign.core.contracts import Fact, Fitted, Unit
from countersign.core.expected import Expectation, Forecast
from countersign.core.periods import WEEK

LIMIT = 0.3
SETTLE_WEEKS, JUDGED_WEEKS = 2, 4
# A pause works on the day it is made; its two weeks and their verdicts fit into four.
PAUSE_SETTLE_WEEKS, PAUSE_JUDGED_WEEKS = 0, 2
PAUSE_JUDGE_AFTER = timedelta(weeks=4)
# Weeks until the verdicts on the last judged week are in, as a rule; judging itself looks at the data.
VERDICT_WEEKS = 3
JUDGE_AFTER = timedelta(weeks=SETTLE_WEEKS + JUDGED_WEEKS + VERDICT_WEEKS)
_TEST_TITLE = "Budget advice: the test that would tell"
_TITLES: dict[Unit, str] = {
    "currency": "Budget advice: weekly spend",
    "count": "Budget advice: accepted leads a week",
}


def build_budget(book: FactBook, calendar: Calendar) -> Budget | None:
    """Advice on the paid channels up to the calendar's day, None where the grant holds no table for it.

    Stale data get none: a budget is moved on what is, not on what was.
    """
    table = find_table(book.connection)
    if table is None or calendar.is_stale:
        return None
    weeks = read_channel_weeks(book.connection, as_of=calendar.horizon, table=table)
    if len(weeks.channels) < 2:
        return None
    advice = fit_advice(weeks, limit=LIMIT)
    figures = _Figures(book, advice, arguments={"as_of": str(calendar.horizon), "table": table})
    no_change = _forecasts(weeks, settle=SETTLE_WEEKS, judged=JUDGED_WEEKS)
    soon = _forecasts(weeks, settle=PAUSE_SETTLE_WEEKS, judged=PAUSE_JUDGED_WEEKS)
    moves = () if advice.abstained else figures.moves()
    return Budget(
        abstained=advice.abstained,
        moves=moves,
        moved=figures.fact("moved", "currency").id if moves else None,
        effect=figures.fact("effect_expected", "count").id if moves else None,
        effect_low=figures.fact("effect_low", "count").id if moves else None,
        effect_high=figures.fact("effect_high", "count").id if moves else None,
        test=figures.test() if advice.test_design else None,
        no_change=no_change,
        no_change_soon=soon,
        expectation=_expect_move(advice, weeks) if moves else None,
        made_on=weeks.starts[-1] + WEEK,
        raises=tuple(
            figures.raised(name, no_change=no_change[name], made_on=weeks.starts[-1] + WEEK)
            for name in advice.raises
            if name in no_change
        ),
    )


def expect_channel(budget: Budget, channel: str, *, key: str) -> Expectation | None:
    """What is expected of a channel's accepted leads if nothing changes; None without a forecast."""
    forecast = budget.no_change.get(channel)
    if forecast is None:
        return None
    return Expectation(
        key=key,
        metric="accepted_leads",
        channels=(channel,),
        spend_before={},
        spend_after={},
        no_change=forecast,
        effect=None,
        made_on=budget.made_on,
        settle_weeks=SETTLE_WEEKS,
        judged_weeks=JUDGED_WEEKS,
        judge_on=budget.made_on + JUDGE_AFTER,
    )


def expect_pause(
    budget: Budget, channel: str, *, campaign: str, weekly_spend: float, key: str
) -> Expectation | None:
    """What pausing a campaign is judged by: its spend ends, and its channel's accepted leads do not suffer.

    None without a forecast of the channel.
    """
    forecast = budget.no_change_soon.get(channel)
    if forecast is None or weekly_spend <= 0:
        return None
    return Expectation(
        key=key,
        metric="accepted_leads",
        channels=(channel,),
        spend_before={campaign: weekly_spend},
        spend_after={campaign: 0.0},
        no_change=forecast,
        effect=NOTHING_LOST,
        made_on=budget.made_on,
        settle_weeks=PAUSE_SETTLE_WEEKS,
        judged_weeks=PAUSE_JUDGED_WEEKS,
        judge_on=budget.made_on + PAUSE_JUDGE_AFTER,
    )


class _Figures:
    """Facts of one advice."""

    def __init__(self, book: FactBook, advice: BudgetAdvice, *, arguments: dict[str, str]) -> None:
        self._book, self._advice, self._arguments = book, advice, arguments

    def fact(self, figure: str, unit: Unit, *, channel: str = "", metric: str = "") -> Fact:
        arguments = {**self._arguments, "limit": str(LIMIT), "figure": figure}
        if channel:
            arguments["channel"] = channel
        return self._book.fitted(
            Fitted(function="budget_advice", version=2, arguments=arguments),
            metric=metric or f"budget_{figure}",
            value=figure_of(self._advice, figure, channel=channel),
            title=_TEST_TITLE if figure.startswith("test_") else _TITLES[unit],
            unit=unit,
            columns=columns_of(self._arguments["table"]),
            dimensions={"channel": channel} if channel else {},
        )

    def moves(self) -> tuple[BudgetMove, ...]:
        """Channels whose spend is to change by a twentieth or more, the biggest change first."""
        now, then = self._advice.current, self._advice.spend_by_channel
        names = [name for name in now if abs(then[name] - now[name]) >= 0.05 * now[name]]
        names.sort(key=lambda name: -abs(then[name] - now[name]))
        return tuple(
            BudgetMove(
                channel=name,
                is_more=then[name] > now[name],
                now=self.fact("spend_now", "currency", channel=name).id,
                advised=self.fact("spend_advised", "currency", channel=name).id,
                moved=self.fact("spend_moved", "currency", channel=name).id,
            )
            for name in names
        )

    def raised(self, name: str, *, no_change: Forecast, made_on: date) -> BudgetRaise:
        """More money in one channel alone, with what it is judged by."""
        found = self._advice.raises[name]
        expectation = Expectation(
            key=name,
            metric="accepted_leads",
            channels=(name,),
            spend_before={name: found.spend_now},
            spend_after={name: found.spend_raised},
            no_change=no_change,
            effect=Forecast(expected=found.effect_expected, low=found.effect_low, high=found.effect_high),
            made_on=made_on,
            settle_weeks=SETTLE_WEEKS,
            judged_weeks=JUDGED_WEEKS,
            judge_on=made_on + JUDGE_AFTER,
        )
        return BudgetRaise(
            channel=name,
            now=self.fact("spend_now", "currency", channel=name).id,
            advised=self.fact("raise_to", "currency", channel=name).id,
            by=self.fact("raise_by", "currency", channel=name).id,
            effect=self.fact("raise_expected", "count", channel=name).id,
            effect_low=self.fact("raise_low", "count", channel=name).id,
            effect_high=self.fact("raise_high", "count", channel=name).id,
            expectation=expectation,
        )

    def test(self) -> BudgetTest:
        """The test that would tell most."""
        design = self._advice.test_design
        assert design is not None  # noqa: S101 - narrows the type; the caller looked
        return BudgetTest(
            channel=design.channel,
            weeks=self.fact("test_weeks", "count").id,
            power=self.fact("test_power", "rate").id,
            reduction=self.fact("test_reduction", "rate").id,
            least_loss=self.fact("test_least_loss", "rate").id,
        )


def _forecasts(weeks: ChannelWeeks, *, settle: int, judged: int) -> dict[str, Forecast]:
    found = {name: _forecast(weeks, (name,), settle=settle, judged=judged) for name in weeks.channels}
    return {name: forecast for name, forecast in found.items() if forecast is not None}


def _forecast(weeks: ChannelWeeks, channels: tuple[str, ...], *, settle: int, judged: int) -> Forecast | None:
    """Accepted leads a week if nothing changes; the newest weeks count once their verdicts are in."""
    series = read_metric(weeks, metric="accepted_leads", channels=channels)
    settled = int(np.flatnonzero(series.is_settled)[-1]) + 1 if series.is_settled.any() else 0
    gap = weeks.weeks - settled + settle
    return forecast_no_change(series.values[:settled], gap=gap, weeks=judged)


def _expect_move(advice: BudgetAdvice, weeks: ChannelWeeks) -> Expectation | None:
    channels = tuple(advice.current)
    forecast = _forecast(weeks, channels, settle=SETTLE_WEEKS, judged=JUDGED_WEEKS)
    if forecast is None:
        return None
    effect = Forecast(expected=advice.effect_expected, low=advice.effect_low, high=advice.effect_high)
    return Expectation(
        key="budget",
        metric="accepted_leads",
        channels=channels,
        spend_before=advice.current,
        spend_after=advice.spend_by_channel,
        no_change=forecast,
        effect=effect,
        made_on=weeks.starts[-1] + WEEK,
        settle_weeks=SETTLE_WEEKS,
        judged_weeks=JUDGED_WEEKS,
        judge_on=weeks.starts[-1] + WEEK + JUDGE_AFTER,
    )
