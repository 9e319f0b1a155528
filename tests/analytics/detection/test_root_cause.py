"""explain_away: on small cubes the walk finds what brute force over all places finds."""

import numpy as np
import pytest

from countersign.analytics.detection.cube import Cube
from countersign.analytics.detection.places import build_places
from countersign.analytics.detection.root_cause import Picture, explain_away


def small_cube(random):
    rows = [
        (f"ch{c % 2}", f"c{c}", device, country)
        for c in range(4)
        for device in ("mobile", "desktop")
        for country in ("AT", "ES", "PL")
    ]
    names = ("channel", "campaign_id", "device", "country")
    keys = {name: np.array([row[index] for row in rows]) for index, name in enumerate(names)}
    days = np.datetime64("2026-01-01") + np.arange(1)
    return Cube("marts.segment_day", keys, days, {"leads": random.gamma(20, 4, (len(rows), 1))})


def pictured(places, expected, *, planted, change, random):
    actual = random.poisson(expected * np.where(places.members[planted], 1 + change, 1.0)).astype(float)
    members = places.members.astype(float)
    return Picture(members @ actual, members @ expected, np.ones(len(members))), actual


def best_by_brute_force(places, expected, actual):
    """The place whose own change, applied to its leaves alone, leaves the least deviance of all leaves."""
    costs = []
    for inside in places.members:
        factor = actual[inside].sum() / expected[inside].sum()
        fitted = np.where(inside, expected * factor, expected)
        costs.append((actual * np.log(np.maximum(actual, 1e-9) / fitted) - actual + fitted).sum())
    return int(np.argmin(costs))


@pytest.mark.parametrize("change", [-0.6, 0.8])
def test_the_walk_agrees_with_brute_force_from_any_place_that_shows_the_change(change):
    random = np.random.default_rng(1)
    agreed = tried = 0
    for _ in range(12):
        cube = small_cube(random)
        places, expected = build_places(cube), cube.values["leads"][:, 0]
        for planted in range(len(places.names)):
            picture, actual = pictured(places, expected, planted=planted, change=change, random=random)
            shown = int(np.argmax([picture.gain(place) for place in range(len(places.names))]))
            found = explain_away(
                shown, places=places, picture=picture, allowed=np.ones(len(places.names), dtype=bool)
            )
            tried += 1
            agreed += found == best_by_brute_force(places, expected, actual)

    assert agreed / tried >= 0.95


def test_a_parent_is_not_blamed_for_its_worst_child_nor_a_child_for_its_parent():
    random = np.random.default_rng(2)
    cube = small_cube(random)
    places, expected = build_places(cube), cube.values["leads"][:, 0]
    names = list(places.names)
    allowed = np.ones(len(names), dtype=bool)
    child, parent = names.index({"channel": "ch1", "device": "mobile"}), names.index({"channel": "ch1"})

    in_child, _ = pictured(places, expected, planted=child, change=-0.7, random=random)
    in_parent, _ = pictured(places, expected, planted=parent, change=-0.7, random=random)

    assert explain_away(parent, places=places, picture=in_child, allowed=allowed) == child
    assert explain_away(child, places=places, picture=in_parent, allowed=allowed) == parent


def test_two_parts_that_explain_a_whole_together_are_named_instead_of_it():
    random = np.random.default_rng(4)
    cube = small_cube(random)
    places, expected = build_places(cube), cube.values["leads"][:, 0] * 3
    two = np.isin(cube.keys["campaign_id"], ["c0", "c3"])
    actual = random.poisson(expected * np.where(two, 0.3, 1.0)).astype(float)
    members = places.members.astype(float)
    picture = Picture(members @ actual, members @ expected, np.ones(len(members)))

    found = explain_away(
        list(places.names).index({}),
        places=places,
        picture=picture,
        allowed=np.ones(len(members), dtype=bool),
    )

    assert places.names[found]["campaign_id"] in {"c0", "c3"}
