"""Plans: splits that nothing crosses, worlds that grow without changing, some of everything in few shots."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

from data_contracts.errors import ConfigError
from models.world.planning import Production, Repertoire, plan_shots
from models.world.shot import Shares, ShotPlan

REPERTOIRE = Repertoire(
    {"human": ("walk", "wave", "dance"), "quadruped": ("trot", "sit"), "bird": ("hop", "flap")},
    ("static", "pan", "orbit"),
    ("room", "street"),
)
PLANS = plan_shots(120, Production(seed=3, bvh=("a", "b", "c", "d", "e", "f", "g")), REPERTOIRE)


def _names(plan: ShotPlan) -> Iterator[str]:
    """All that a shot is made of: identities, motions, cameras and places, those of stills too."""
    yield from (plan.camera.name, plan.place.name)
    for role in plan.cast:
        yield f"{role.kind} {role.motion_name}"
    for performers in plan.performers:
        yield from (identity.name for identity in performers.identities)
        yield from (performers.still.camera.name, performers.still.place.name)
        yield f"pose {performers.still.pose_seed}"


def test_nothing_crosses_the_splits() -> None:
    splits = defaultdict(set)
    for plan in PLANS:
        for name in _names(plan):
            splits[name].add(plan.split)
    assert all(len(found) == 1 for found in splits.values())
    assert len(splits) > 1000


def test_nor_do_splits_of_another_world() -> None:
    other = plan_shots(120, Production(seed=4), REPERTOIRE)
    split_of = {name: plan.split for plan in PLANS for name in _names(plan) if "bvh" not in name}
    shared = [(plan.split, split_of[name]) for plan in other for name in _names(plan) if name in split_of]
    assert len(shared) > 10
    assert all(here == there for here, there in shared)


def test_every_beginning_keeps_the_shares() -> None:
    for count in (10, 50, 120):
        found = Counter(plan.split for plan in PLANS[:count])
        for split, share in (("train", 0.8), ("validation", 0.1), ("test", 0.1)):
            assert abs(found[split] - share * count) <= 1  # type: ignore[index]


def test_more_shots_leave_the_first_ones_as_they_are() -> None:
    production = Production(seed=3, bvh=("a", "b", "c", "d", "e", "f", "g"))
    assert plan_shots(7, production, REPERTOIRE) == PLANS[:7]
    assert plan_shots(7, production.model_copy(update={"seed": 4}), REPERTOIRE) != PLANS[:7]


def test_a_few_shots_have_some_of_each() -> None:
    first = PLANS[:6]
    assert {plan.camera.kind for plan in first} == {"static", "pan", "orbit"}
    assert {plan.place.kind for plan in first} == {"room", "street"}
    assert {plan.style for plan in first} == {"shaded", "cel", "ink", "pastel"}
    assert {plan.cast[0].kind for plan in first} == {"human", "quadruped", "bird"}
    assert {len(plan.cast) for plan in first} == {1, 2, 3}


def test_performers_of_a_shot_differ_and_play_their_kinds() -> None:
    for plan in PLANS:
        names = [identity.name for performers in plan.performers for identity in performers.identities]
        assert len(set(names)) == len(names)
        for performers in plan.performers:
            assert [one.kind for one in performers.identities] == [role.kind for role in plan.cast]


def test_figures_stand_apart() -> None:
    for plan in PLANS:
        across = sorted(role.position_m[0] for role in plan.cast)
        assert all(b - a > 0.6 for a, b in zip(across, across[1:], strict=False))


def test_sides_are_even() -> None:
    plans = plan_shots(8, Production(size_px=97), REPERTOIRE)
    assert all(plan.width_px % 2 == plan.height_px % 2 == 0 for plan in plans)
    assert all(abs(max(plan.width_px, plan.height_px) - 97) <= 1 for plan in plans)


@pytest.mark.parametrize("count", [0, -3, 10_000])
def test_a_count_that_cannot_be(count: int) -> None:
    with pytest.raises(ConfigError, match="--count"):
        plan_shots(count, Production(), REPERTOIRE)


def test_shares_that_are_no_whole() -> None:
    with pytest.raises(ConfigError, match="sum of 100"):
        plan_shots(1, Production(shares=Shares(train=80, validation=10, test=20)), REPERTOIRE)
