"""What the log of dbt holds is fired; debug events end before they cost anything."""

import pytest
from dbt_common.events.base_types import EventLevel
from dbt_common.events.event_manager_client import add_callback_to_manager, get_event_manager
from dbt_common.events.functions import fire_event, warn_or_error
from dbt_common.events.types import Formatting, Note
from dbt_common.exceptions.events import EventCompilationError

from flows.dbt_events import hear_events


@pytest.fixture
def heard():
    """The messages of the events that were passed on, while dbt's events are heard."""
    before, messages = get_event_manager(), []
    with hear_events():
        add_callback_to_manager(lambda message: messages.append(message.info.msg))
        yield messages
    assert get_event_manager() is before


def test_debug_ends_and_the_rest_is_passed_on(heard):
    fire_event(Formatting(msg="fine print"), level=EventLevel.DEBUG)
    fire_event(Note(msg="what ran"), level=EventLevel.INFO)
    fire_event(Note(msg="what is odd"), level=EventLevel.WARN)
    fire_event(Note(msg="a note of little weight"), level=EventLevel.DEBUG)

    assert heard == ["what ran", "what is odd"]


def test_a_warning_that_is_to_stop_a_run_still_does(heard):
    get_event_manager().warn_error = True

    with pytest.raises(EventCompilationError):
        warn_or_error(Note(msg="what is odd"))
