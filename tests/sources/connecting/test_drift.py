"""Schema drift: a new field is kept and reported, a mapped one that is gone or retyped is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.core.errors import SourceError
from countersign.sources.connecting.drift import (
    ENOUGH_RECORDS,
    FieldCounts,
    find_drift,
    merged_fields,
    refuse_drift,
)

MAPPED = ["$.id", "$.properties.email"]


def _seen(*records, times=ENOUGH_RECORDS):
    counts = FieldCounts()
    for _ in range(times):
        for record in records:
            counts.add(record)
    return counts.seen()


BEFORE = _seen({"id": "1", "properties": {"email": "a@example.com", "note": "x"}})


def _drift(*records, mapped=MAPPED):
    return find_drift(BEFORE, _seen(*records), mapped=mapped, records=ENOUGH_RECORDS * len(records))


def test_a_new_field_is_reported_and_refused_by_nobody():
    drift = _drift({"id": "1", "properties": {"email": "a@example.com", "note": "x", "score": 3}})

    assert drift.added == ("$.properties.score",)
    refuse_drift(drift, source="crm", part="contacts")


def test_a_mapped_field_that_is_gone_is_refused_with_what_to_do():
    drift = _drift({"id": "1", "properties": {"note": "x"}})

    with pytest.raises(SourceError, match=r"crm.contacts: \$.properties.email is gone") as error:
        refuse_drift(drift, source="crm", part="contacts")
    assert "--accept-drift" in str(error.value)


@pytest.mark.parametrize("other", [{"address": "a@example.com"}, ["a@example.com"], 17, True])
def test_a_mapped_field_of_another_type_is_refused(other):
    drift = _drift({"id": "1", "properties": {"email": other, "note": "x"}})

    assert drift.retyped == ("$.properties.email",)


def test_a_null_is_no_other_type():
    assert _drift({"id": "1", "properties": {"email": None, "note": "x"}}).retyped == ()


def test_a_field_that_nobody_reads_may_go():
    assert _drift({"id": "1", "properties": {"email": "a@example.com"}}).removed == ()


def test_a_field_that_was_not_always_there_may_be_absent():
    before = _seen({"id": "1", "phone": "1"}, {"id": "2"})

    drift = find_drift(before, _seen({"id": "3"}), mapped=["$.phone"], records=ENOUGH_RECORDS)

    assert drift.removed == ()


def test_a_handful_of_records_condemns_no_field():
    now = _seen({"id": "1", "properties": {"note": "x"}}, times=3)

    assert find_drift(BEFORE, now, mapped=MAPPED, records=3).removed == ()


def test_a_handful_of_records_makes_no_field_one_that_is_always_there():
    before = _seen({"id": "1", "phone": "1"}, {"id": "2"})

    merged = merged_fields(before, _seen({"id": "3", "phone": "3"}, times=1), records=1)

    assert not merged["$.phone"].is_always_there
    assert merged["$.id"].is_always_there


def test_what_was_seen_once_stays_known():
    merged = merged_fields(BEFORE, _seen({"id": 1}), records=ENOUGH_RECORDS)

    assert merged["$.id"].kinds == ("number", "string")
    assert not merged["$.properties.note"].is_always_there


@given(st.dictionaries(st.text(max_size=4), st.none() | st.booleans() | st.integers() | st.text(max_size=3)))
def test_records_as_before_never_drift(record):
    seen = _seen(record)

    drift = find_drift(seen, seen, mapped=list(seen), records=ENOUGH_RECORDS)

    assert (drift.added, drift.removed, drift.retyped) == ((), (), ())
