"""dbt's events, without the work for those that nobody writes down.

dbt dresses every debug event as a message, renders its line and takes the environment's secrets out of
it before the logger throws it away: 4,000 times a build, a ninth of what a build of an empty company costs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager, get_event_manager


class HeardEvents(EventManager):
    """Passes on what is above debug: all that the log file, kept at info, would hold."""

    def fire_event(
        self,
        e: BaseEvent,
        level: EventLevel | None = None,
        node: Any = None,
        force_warn_or_error_handling: bool = False,
    ) -> None:
        """As dbt's own manager does it, except that a debug event ends here."""
        if force_warn_or_error_handling or (level or e.level_tag()) is not EventLevel.DEBUG:
            super().fire_event(e, level, node, force_warn_or_error_handling)


@contextmanager
def hear_events() -> Iterator[None]:
    """Only heard events while inside; dbt's own manager again afterwards."""
    before = get_event_manager()
    ctx_set_event_manager(HeardEvents())
    try:
        yield
    finally:
        ctx_set_event_manager(before)
