"""Pipeline: the stages of a run in their order, as straight-line code that passes manifests.

The same code is walked by the runner, which makes items, and by the planner, which only says what it would
make: there a row that is to be made has no record yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from configs.profile import Profile
from data_contracts.animation import RefinedVideo
from data_contracts.dataset import Dataset
from data_contracts.decision import Decision
from data_contracts.job import Job
from data_contracts.manifest import Manifest, Row
from data_contracts.media import Media
from data_contracts.pair import Segment
from data_contracts.record import Record
from flows.order import Item, Parent
from flows.sources import Sources, camera_request
from tasks.animate import animate
from tasks.build_scene import build_scene
from tasks.complete_background import complete_background
from tasks.draw_conditions import draw_conditions
from tasks.erase_figure import erase_figure
from tasks.estimate_depth import estimate_depth
from tasks.expand_scene import expand_scene
from tasks.export import export
from tasks.extend_splats import extend_splats
from tasks.filter import filter as filter_pair
from tasks.ingest import ingest
from tasks.optimize_splats import optimize_splats
from tasks.refine import refine
from tasks.render_background import render_background
from tasks.review import review
from tasks.rig import rig
from tasks.score import score
from tasks.segment import segment
from tasks.stage import Stage, StageConfig
from tasks.synthesize_pairs import num_segments, synthesize_pairs
from tasks.track_camera import track_camera
from tasks.track_pose import track_pose

R = TypeVar("R", bound=Record)
Rows = Manifest[Any] | Mapping[str, Row[Any]]
"""Rows by item."""

STAGES: tuple[Stage[Any, Any], ...] = (
    ingest,
    segment,
    track_pose,
    track_camera,
    rig,
    complete_background,
    estimate_depth,
    build_scene,
    optimize_splats,
    expand_scene,
    extend_splats,
    render_background,
    erase_figure,
    draw_conditions,
    animate,
    refine,
    synthesize_pairs,
    score,
    filter_pair,
    review,
    export,
)
"""All stages, in the order in which a run passes through them."""


class Stages(Protocol):
    """What carries stages over items: a Runner or a Planner."""

    def stage(self, stage: Stage[Any, R], items: Sequence[Item], config: StageConfig) -> Manifest[R]:
        """Carry a stage over items."""


@dataclass(frozen=True)
class Results:
    """What the last stages gave."""

    videos: Manifest[RefinedVideo]
    dataset: Manifest[Dataset]


def synthesize(
    jobs: Sequence[Job], profile: Profile, run: Stages, decisions: Mapping[str, Decision]
) -> Results:
    """Animate every job's character, and make a dataset of the pairs that are good enough.

    Args:
        jobs: the jobs whose rows were ok.
        profile: the stages' settings.
        run: a Runner or a Planner.
        decisions: a person's verdicts on pairs, by the pair's item name.
    """
    sources = Sources.of(jobs)
    scenes = set(sources.scene.values())
    driving = sorted(set(sources.driving.values()))
    figures, given_rigs = sorted(sources.figures.items.items()), sorted(sources.rigs.items.items())
    own_background = sorted({sources.figure[job.job_id] for job in jobs if not job.scene})
    staged, replacing = [job for job in jobs if not job.replaces], [job for job in jobs if job.replaces]
    behind = {job.job_id: sources.scene.get(job.job_id, sources.figure[job.job_id]) for job in staged}

    media = run.stage(ingest, sources.items, profile.ingest)
    of_figure = {name: media[figure.of] for name, figure in figures}
    mattes = run.stage(
        segment,
        [
            *(Item(name, {"media": of_figure[name], "mask": figure.file}) for name, figure in figures),
            *(Item(name, {"media": media[name]}) for name in driving if _shows_a_person(media[name])),
        ],
        profile.segment,
    )
    poses = run.stage(
        track_pose,
        [Item(name, {"media": media[name], "matte": mattes.get(name)}) for name in driving],
        profile.track_pose,
    )
    cameras = run.stage(
        track_camera,
        [Item(job.job_id, _camera_parents(job, media[sources.driving[job.job_id]], mattes)) for job in jobs],
        profile.track_camera,
    )

    rigs = run.stage(
        rig,
        [
            Item(name, {"media": of_figure[given.of], "matte": mattes[given.of], "given": given.file})
            for name, given in given_rigs
        ],
        profile.rig,
    )
    backgrounds = run.stage(
        complete_background,
        [
            *(Item(name, {"media": of_figure[name], "matte": mattes[name]}) for name in own_background),
            *(Item(name, {"media": media[name], "matte": None}) for name in sorted(scenes)),
        ],
        profile.complete_background,
    )
    depths = run.stage(estimate_depth, _each(backgrounds, background=backgrounds), profile.estimate_depth)
    built = run.stage(
        build_scene, _each(backgrounds, background=backgrounds, depth=depths), profile.build_scene
    )
    fields = run.stage(optimize_splats, _each(built, scene=built), profile.optimize_splats)

    def of_jobs(jobs: Sequence[Job], **parents: Rows) -> list[Item]:
        return [
            Item(job.job_id, {name: rows.get(job.job_id) for name, rows in parents.items()}, job.seed)
            for job in jobs
        ]

    def behind_jobs(manifest: Manifest[Any]) -> dict[str, Row[Any]]:
        return {job_id: manifest[name] for job_id, name in behind.items()}

    def of_references(manifest: Manifest[Any]) -> dict[str, Row[Any]]:
        return {job_id: manifest[name] for job_id, name in sources.reference.items()}

    def of_figures(manifest: Manifest[Any]) -> dict[str, Row[Any]]:
        return {job_id: manifest[name] for job_id, name in sources.figure.items()}

    def of_rigs(manifest: Manifest[Any]) -> dict[str, Row[Any]]:
        return {job_id: manifest[name] for job_id, name in sources.rig.items()}

    def of_drivings(manifest: Manifest[Any]) -> dict[str, Row[Any]]:
        return {job_id: row for job_id, name in sources.driving.items() if (row := manifest.get(name))}

    expanded = run.stage(
        expand_scene, of_jobs(staged, scene=behind_jobs(built), camera=cameras), profile.expand_scene
    )
    extended = run.stage(
        extend_splats, of_jobs(staged, splats=behind_jobs(fields), scene=expanded), profile.extend_splats
    )
    rendered = run.stage(
        render_background, of_jobs(staged, splats=extended, scene=expanded), profile.render_background
    )
    erased = run.stage(
        erase_figure,
        of_jobs(replacing, media=of_drivings(media), matte=of_drivings(mattes), camera=cameras),
        profile.erase_figure,
    )
    coarse = {row.item: row for manifest in (rendered, erased) for row in manifest.rows}
    conditions = run.stage(
        draw_conditions,
        of_jobs(
            jobs,
            pose=of_drivings(poses),
            rig=of_rigs(rigs),
            coarse=coarse,
            depth=behind_jobs(depths),
            background=behind_jobs(backgrounds),
            camera=cameras,
        ),
        profile.draw_conditions,
    )
    animations = run.stage(
        animate,
        of_jobs(
            jobs,
            media=of_references(media),
            matte=of_figures(mattes),
            rig=of_rigs(rigs),
            conditions=conditions,
            coarse=coarse,
        ),
        profile.animate,
    )
    videos = run.stage(
        refine, of_jobs(jobs, animation=animations, coarse=coarse, conditions=conditions), profile.refine
    )

    of_pair: dict[str, Rows] = {
        "reference": of_references(media),
        "driving": of_drivings(media),
        "conditions": conditions,
        "animation": animations,
        "video": videos,
        "matte": of_figures(mattes),
    }
    segment_frames = profile.synthesize_pairs.segment_frames
    segments = [
        part
        for item in of_jobs(jobs, **of_pair)
        for part in _segments(item, videos[item.name], segment_frames)
    ]
    pairs = run.stage(synthesize_pairs, segments, profile.synthesize_pairs)
    scores = run.stage(
        score,
        [
            Item(part.name, {"pair": pairs[part.name], "conditions": part.parents["conditions"]})
            for part in segments
        ],
        profile.score,
    )
    filtered = run.stage(filter_pair, _each(pairs, pair=pairs, scores=scores), profile.filter)
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
    dataset_parents: dict[str, Parent] = {
        "pairs": [pairs[name] for name in kept],
        "scores": [scores[name] for name in kept],
    }
    dataset = run.stage(export, [Item("dataset", dataset_parents)], profile.export)
    return Results(videos, dataset)


def _shows_a_person(media: Row[Media]) -> bool:
    """Whether a driving input is a filmed clip, as far as is known before it is ingested."""
    return media.record is None or media.record.kind == "clip"


def _camera_parents(job: Job, driving: Row[Media], mattes: Manifest[Any]) -> dict[str, Parent]:
    request = camera_request(job, driving)
    if request is None:  # to be ingested, or failed: either way the row says so
        return {"request": None, "media": driving}
    if request.origin == "extracted":
        return {"request": request, "media": driving, "matte": mattes[driving.item]}
    return {"request": request}


def _segments(job: Item, video: Row[RefinedVideo], segment_frames: int) -> list[Item]:
    """The pairs of a job: one, or one for each segment of a long clip ('fox', 'fox@2', ...)."""
    count = num_segments(video.record.num_frames, segment_frames) if video.record else 1
    return [
        Item(
            f"{job.name}@{index + 1}" if index else job.name,
            {**job.parents, "segment": Segment(index=index)},
            job.seed,
        )
        for index in range(count)
    ]


def _each(names: Manifest[Any], **parents: Manifest[Any]) -> list[Item]:
    return [
        Item(row.item, {name: manifest[row.item] for name, manifest in parents.items()}) for row in names.rows
    ]
