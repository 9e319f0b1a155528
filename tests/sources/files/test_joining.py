"""Joins never multiply rows: the history row in force, sums of a key, or one row of a unique key."""

from decimal import Decimal

import pytest

from countersign.core.errors import SourceError
from tests.sources.files.mapped import ads


def joined(drop, **join):
    entry = {"files": "data/names.csv", "as": "n", "match": {"id": "id"}, **join}
    drop.map(ads(join=[entry], columns={"campaign_name": "n.name"}))


def test_the_history_row_in_force_at_the_end_of_the_day_is_taken_else_the_earliest(drop):
    days = ["2025-12-31", "2026-01-05", "2026-01-06", "2026-02-01"]
    drop.write("ads.csv", "id,day,cost\n" + "".join(f"1,{day},1\n" for day in [*days, "2026-02-30"]))
    drop.write(
        "names.csv",
        "id,since,name\n1,2026-01-05T23:00:00,B\n1,2026-01-01,A\n1,2026-01-20,C\n2,2020-01-01,X\n",
    )
    joined(drop, latest_by="since", at="day")

    # The day that does not exist gets the newest name; it is set aside for its day anyhow.
    assert drop.land_rows("campaign_name") == [("A",), ("B",), ("B",), ("C",), ("C",)]


def test_a_history_without_a_day_gives_the_newest_row(drop):
    drop.write("ads.csv", "id,day,cost\n1,2020-01-01,1\n9,2020-01-01,1\n")
    drop.write("names.csv", "id,since,name\n1,2026-01-02,New\n1,2026-01-01,Old\n")
    joined(drop, latest_by="since")

    assert drop.land_rows("campaign_name") == [("New",), (None,)]


def test_several_rows_for_one_key_are_refused(drop):
    drop.write("ads.csv", "id,day,cost\n1,2026-01-01,1\n")
    drop.write("names.csv", "id,name\n1,One\n1,Uno\n")
    joined(drop)

    with pytest.raises(SourceError, match="rows would multiply") as error:
        drop.land()
    assert "latest_by" in error.value.fix


def test_rows_that_say_the_same_twice_are_one(drop):
    drop.write("ads.csv", "id,day,cost\n1,2026-01-01,1\n")
    drop.write("names.csv", "id,name,other\n1,One,a\n1,One,b\n")
    joined(drop)

    assert drop.land_rows("campaign_name") == [("One",)]


def test_times_of_a_history_must_be_readable(drop):
    drop.write("ads.csv", "id,day,cost\n1,2026-01-01,1\n")
    drop.write("names.csv", "id,since,name\n1,soon,One\n")
    joined(drop, latest_by="since")

    with pytest.raises(SourceError, match="'since' of a joined file cannot be read"):
        drop.land()


def test_sums_of_a_joined_key_are_exact_and_filtered(drop):
    drop.write("ads.csv", "id,day,cost\n1,2026-01-01,1\n2,2026-01-01,1\n")
    drop.write("acts.csv", "ad,type,value\n1,lead,0.1\n1,lead,0.2\n1,view,100\n")
    join = {
        "files": "data/acts.csv",
        "as": "a",
        "match": {"ad": "id"},
        "where": "type = 'lead'",
        "sum": ["value"],
    }
    drop.map(ads(join=[join], columns={"platform_conversions": "a.value"}))

    assert drop.land_rows("platform_conversions") == [(Decimal("0.3"),), (None,)]


def test_a_later_join_may_use_an_earlier_one(drop):
    drop.write("ads.csv", "id,day,cost\n1,2026-01-01,1\n")
    drop.write("ad.csv", "ad,group\n1,g1\n")
    drop.write("group.csv", "group,name\ng1,Group One\n")
    joins = [
        {"files": "data/ad.csv", "as": "ad", "match": {"ad": "id"}},
        {"files": "data/group.csv", "as": "grp", "match": {"group": "ad.group"}},
    ]
    drop.map(ads(join=joins, columns={"ad_group_id": "ad.group", "ad_group_name": "grp.name"}))

    assert drop.land_rows("ad_group_id, ad_group_name") == [("g1", "Group One")]


def test_collapsed_rows_are_added_up_and_a_partial_sum_is_never_shown(drop):
    drop.write(
        "ads.csv",
        "id,day,cost,clicks,device\n1,2026-01-01,0.1,1,m\n1,2026-01-01,0.2,2,d\n"
        "2,2026-01-01,5,1,m\n2,2026-01-01,oops,1,d\n3,2026-01-01,5,1,m\n3,2026-01-01,,1,d\n",
    )
    drop.map(ads(collapse="sum", columns={"clicks": "clicks"}))

    assert drop.land_rows("campaign_id, spend, clicks, _bad") == [
        ("1", Decimal("0.3"), 3, None),
        ("2", None, 2, "spend: 'oops' is not a number"),
        ("3", None, 2, None),
    ]
