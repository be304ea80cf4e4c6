"""Pipeline: the stages of a run in their order, as straight-line code that passes manifests.

The same code is walked by the runner, which makes items, and by the planner, which only says what it would
make: there a row that is to be made has no record yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from configs.profile import Profile
from data_contracts.animation import RefinedVideo
from data_contracts.dataset import Dataset
from data_contracts.decision import Decision
from data_contracts.job import Job
from data_contracts.manifest import Manifest, Row
from data_contracts.media import Media
from data_contracts.prompt import Prompt
from flows.order import Item, Parent, Stages, each
from flows.pairs import make_dataset
from flows.shots import Shots
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
from tasks.join_figures import join_figures
from tasks.optimize_splats import optimize_splats
from tasks.refine import refine
from tasks.render_background import render_background
from tasks.review import review
from tasks.rig import rig
from tasks.score import score
from tasks.segment import segment
from tasks.stage import Stage
from tasks.synthesize_pairs import synthesize_pairs
from tasks.track_camera import track_camera
from tasks.track_pose import track_pose

Rows = Manifest[Any] | Mapping[str, Parent]
"""Rows by item, or what else an item of that name is made from."""

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
    join_figures,
    refine,
    synthesize_pairs,
    score,
    filter_pair,
    review,
    export,
)
"""All stages, in the order in which a run passes through them."""


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
    sources, shots = Sources.of(jobs), Shots(jobs)
    scenes = set(sources.scene.values())
    drivers, figures, given_rigs = (
        sorted(variants.items.items()) for variants in (sources.drivers, sources.figures, sources.rigs)
    )
    own_background = sorted({sources.figure[job.job_id] for job in shots.leads if not job.scene})
    staged = [job for job in shots.leads if not job.replaces]
    replacing = [job for job in shots.leads if job.replaces]
    behind = {
        job.job_id: sources.scene.get(job.job_id, sources.figure[shots.lead(job).job_id])
        for job in jobs
        if not job.replaces
    }
    places = {
        job_id: sources.place[shots.lead(job).job_id] for job in jobs if (job_id := job.job_id) in behind
    }

    media = run.stage(ingest, sources.items, profile.ingest)
    of_figure = {name: media[given.of] for name, given in (*figures, *drivers)}
    mattes = run.stage(
        segment,
        [
            *(Item(name, {"media": of_figure[name], "mask": figure.file}) for name, figure in figures),
            *(
                Item(name, {"media": of_figure[name], "mask": driver.file})
                for name, driver in drivers
                if driver.file or _shows_a_person(of_figure[name])
            ),
        ],
        profile.segment,
    )
    poses = run.stage(
        track_pose,
        [Item(name, {"media": of_figure[name], "matte": mattes.get(name)}) for name, _ in drivers],
        profile.track_pose,
    )
    cameras = run.stage(
        track_camera,
        [
            Item(
                job.job_id,
                _camera_parents(
                    job, media[sources.driving[job.job_id]], mattes.get(sources.driver[job.job_id])
                ),
            )
            for job in shots.leads
        ],
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
    of_place = {
        name: (backgrounds[measured.of], measured.file, place.file)
        for name, place in sorted(sources.places.items.items())
        for measured in [sources.measured.items[place.of]]
    }
    depths = run.stage(
        estimate_depth,
        [
            Item(name, {"background": background, "given": given, "standing": standing})
            for name, (background, given, standing) in of_place.items()
        ],
        profile.estimate_depth,
    )
    built = run.stage(
        build_scene,
        [
            Item(name, {"background": background, "depth": depths[name]})
            for name, (background, *_) in of_place.items()
        ],
        profile.build_scene,
    )
    fields = run.stage(optimize_splats, each(built, scene=built), profile.optimize_splats)

    def of_jobs(jobs: Sequence[Job], **parents: Rows) -> list[Item]:
        return [
            Item(job.job_id, {name: rows.get(job.job_id) for name, rows in parents.items()}, job.seed)
            for job in jobs
        ]

    expanded = run.stage(
        expand_scene, of_jobs(staged, scene=_under(places, built), camera=cameras), profile.expand_scene
    )
    extended = run.stage(
        extend_splats, of_jobs(staged, splats=_under(places, fields), scene=expanded), profile.extend_splats
    )
    rendered = run.stage(
        render_background, of_jobs(staged, splats=extended, scene=expanded), profile.render_background
    )
    erased = run.stage(
        erase_figure,
        of_jobs(
            replacing,
            media=_under(sources.driving, media),
            matte=_under(sources.driver, mattes),
            camera=cameras,
        ),
        profile.erase_figure,
    )
    emptied = {row.item: row for manifest in (rendered, erased) for row in manifest.rows}
    coarse = {job.job_id: emptied[shots.lead(job).job_id] for job in jobs}
    casting = {job.job_id: shots.casting(job) for job in jobs}
    conditions = run.stage(
        draw_conditions,
        of_jobs(
            jobs,
            pose=_under(sources.driver, poses),
            rig=_under(sources.rig, rigs),
            coarse=coarse,
            depth=_under(places, depths),
            background=_under(behind, backgrounds),
            camera={job.job_id: cameras[lead.job_id] for job, lead in shots.filmed_alike},
            casting=casting,
            lead={job.job_id: rigs[sources.rig[job.joins]] for job in jobs if job.joins},
        ),
        profile.draw_conditions,
    )
    # A parent that is not looked at would have figures drawn anew whenever it changes.
    looked_at: dict[str, Rows] = {}
    if profile.animate.sees_the_driver:
        looked_at = {
            "driving": _under(sources.driving, media),
            "pose": _under(sources.driver, poses),
            "casting": casting,
        }
    if profile.animate.reads_prompts:
        looked_at["prompt"] = {job.job_id: Prompt(text=job.prompt) for job in jobs if job.prompt.strip()}
    animations = run.stage(
        animate,
        of_jobs(
            jobs,
            media=_under(sources.reference, media),
            matte=_under(sources.figure, mattes),
            rig=_under(sources.rig, rigs),
            conditions=conditions,
            coarse=coarse,
            **looked_at,
        ),
        profile.animate,
    )
    together = run.stage(
        join_figures,
        of_jobs(
            shots.shared,
            animations=shots.each(animations),
            conditions=shots.each(conditions),
            coarse=coarse,
        ),
        profile.join_figures,
    )
    final = {job.job_id: together.get(job.job_id) or animations[job.job_id] for job in shots.leads}
    videos = run.stage(
        refine, of_jobs(shots.leads, animation=final, coarse=coarse, conditions=conditions), profile.refine
    )

    of_pair = of_jobs(
        shots.solos,
        reference=_under(sources.reference, media),
        driving=_under(sources.driving, media),
        conditions=conditions,
        animation=animations,
        video=videos,
        matte=_under(sources.figure, mattes),
    )
    return Results(videos, make_dataset(of_pair, profile, run, decisions))


def _shows_a_person(media: Row[Media]) -> bool:
    """Whether a driving input is a filmed clip, as far as is known before it is ingested."""
    return media.record is None or media.record.kind == "clip"


def _camera_parents(job: Job, driving: Row[Media], matte: Parent) -> dict[str, Parent]:
    request = camera_request(job, driving)
    if request is None:  # to be ingested, or failed: either way the row says so
        return {"request": None, "media": driving}
    if request.origin == "extracted":
        return {"request": request, "media": driving, "matte": matte}
    return {"request": request}


def _under(names: Mapping[str, str], rows: Manifest[Any]) -> dict[str, Row[Any]]:
    """Rows by job, of which each has its own under another item's name; without those that are not there."""
    return {job_id: row for job_id, name in names.items() if (row := rows.get(name))}
