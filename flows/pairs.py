"""Pairs: the last stages of a run, from jobs that have a result to the dataset of accepted pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from configs.profile import Profile
from data_contracts.animation import RefinedVideo
from data_contracts.dataset import Dataset
from data_contracts.decision import Decision
from data_contracts.manifest import Manifest, Row
from data_contracts.pair import Segment
from flows.order import Item, Parent, Stages, each
from tasks.export import export
from tasks.filter import filter as filter_pair
from tasks.review import review
from tasks.score import score
from tasks.synthesize_pairs import num_segments, synthesize_pairs


def make_dataset(
    jobs: Sequence[Item], profile: Profile, run: Stages, decisions: Mapping[str, Decision]
) -> Manifest[Dataset]:
    """Make, score, filter and review pairs, and export those that are left.

    Args:
        jobs: an item a job, with all that its pairs are made from.
        profile: the stages' settings.
        run: a Runner or a Planner.
        decisions: a person's verdicts on pairs, by the pair's item name.
    """
    segments = [part for job in jobs for part in _segments(job, profile.synthesize_pairs.segment_frames)]
    pairs = run.stage(synthesize_pairs, segments, profile.synthesize_pairs)
    scores = run.stage(
        score,
        [
            Item(part.name, {"pair": pairs[part.name], "conditions": part.parents["conditions"]})
            for part in segments
        ],
        profile.score,
    )
    filtered = run.stage(filter_pair, each(pairs, pair=pairs, scores=scores), profile.filter)
    reviewed = run.stage(
        review,
        [
            Item(
                row.item,
                {"pair": row, "verdict": filtered[row.item], "decision": decisions.get(row.item)},
                even_filtered=True,
            )
            for row in pairs.rows
        ],
        profile.review,
    )
    kept = [row.item for row in reviewed.rows if row.usable]
    parents: dict[str, Parent] = {
        "pairs": [pairs[name] for name in kept],
        "scores": [scores[name] for name in kept],
    }
    return run.stage(export, [Item("dataset", parents)], profile.export)


def _segments(job: Item, segment_frames: int) -> list[Item]:
    """The pairs of a job: one, or one for each segment of a long clip ('fox', 'fox@2', ...)."""
    video = job.parents["video"]
    assert isinstance(video, Row), "a job's video is the row of its refine item"
    made = video.record
    count = num_segments(made.num_frames, segment_frames) if isinstance(made, RefinedVideo) else 1
    return [
        Item(
            f"{job.name}@{index + 1}" if index else job.name,
            {**job.parents, "segment": Segment(index=index)},
            job.seed,
        )
        for index in range(count)
    ]
