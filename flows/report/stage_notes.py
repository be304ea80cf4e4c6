"""What the report says about each stage, and where its box stands in the drawing of the pipeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lane = Literal["inputs", "jobs", "pairs"]


@dataclass(frozen=True)
class StageNote:
    """A stage in words."""

    lane: Lane
    does: str


LANE_TITLES: dict[Lane, str] = {
    "inputs": "once for each picture and clip",
    "jobs": "once for each job",
    "pairs": "once for each training pair",
}

NOTES: dict[str, StageNote] = {
    "jobs": StageNote("inputs", "Reads the table of jobs."),
    "ingest": StageNote("inputs", "Brings pictures, clips and motions into one normal form."),
    "segment": StageNote("inputs", "Cuts the figure out of its background."),
    "track_pose": StageNote("inputs", "Follows the driver's joints over time."),
    "track_camera": StageNote("inputs", "Finds or reads the camera's path."),
    "rig": StageNote("inputs", "Lays a skeleton into the character."),
    "complete_background": StageNote("inputs", "Fills in what the figure hid."),
    "estimate_depth": StageNote("inputs", "Tells how far away the background is."),
    "build_scene": StageNote("inputs", "Looks at the background from new places."),
    "optimize_splats": StageNote("inputs", "Fits a field of Gaussians to the views."),
    "expand_scene": StageNote("jobs", "Adds views along the job's camera path."),
    "extend_splats": StageNote("jobs", "Takes the field along that path."),
    "render_background": StageNote("jobs", "Renders the background along the path."),
    "erase_figure": StageNote("jobs", "Takes the person out of the driving clip."),
    "draw_conditions": StageNote("jobs", "Draws the poses that steer the figure."),
    "animate": StageNote("jobs", "Moves the character before the background."),
    "join_figures": StageNote("jobs", "Lays several characters of one picture over each other."),
    "refine": StageNote("jobs", "Mends the composite and writes the result."),
    "synthesize_pairs": StageNote("pairs", "Puts result and driver together as a training pair."),
    "score": StageNote("pairs", "Scores the pair in six dimensions."),
    "filter": StageNote("pairs", "Keeps the pairs that score well enough."),
    "review": StageNote("pairs", "Applies a person's decisions."),
    "export": StageNote("pairs", "Writes the dataset of accepted pairs."),
}
"""By stage, in the order in which a run passes through them."""

_UNKNOWN = StageNote("pairs", "")


def note_of(stage: str) -> StageNote:
    """The note of a stage, also of one that the report does not know."""
    return NOTES.get(stage, _UNKNOWN)


def in_order(stages: set[str]) -> list[str]:
    """Stages in pipeline order, unknown ones last."""
    places = {name: place for place, name in enumerate(NOTES)}
    return sorted(stages, key=lambda name: (places.get(name, len(places)), name))
