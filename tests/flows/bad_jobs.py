"""Jobs over the inputs of `bad_inputs`: those that must come out, and those that must fail, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.flows.bad_inputs import UNUSUAL

GOOD: dict[str, Any] = {
    "reference": "girl.png", "driving": "wave.bvh", "camera": "preset:static", "scene": "",
    "rig": "", "mask": "", "seed": 1, "size": 96, "fps": 12, "num_frames": 4,
}  # fmt: skip


@dataclass(frozen=True)
class Bad:
    """A job that must fail: what is wrong with it, where it must be noticed, and what must be said."""

    fields: dict[str, Any]
    stage: str
    message: str
    error: str = "InputError"


def reference(name: str, message: str, stage: str = "ingest", error: str = "InputError") -> Bad:
    return Bad({"reference": name}, stage, message, error)


def driving(name: str, message: str, stage: str = "ingest", error: str = "InputError") -> Bad:
    camera = "extracted" if name.endswith(".mp4") else GOOD["camera"]
    return Bad({"driving": name, "camera": camera}, stage, message, error)


def camera(name: str, message: str, stage: str = "track_camera", error: str = "InputError") -> Bad:
    return Bad({"camera": name}, stage, message, error)


def row(message: str, **fields: Any) -> Bad:
    return Bad(fields, "jobs", message)


GOOD_JOBS: dict[str, dict[str, Any]] = {
    "good": {},
    "unusual_name": {"reference": UNUSUAL},
    "phone": {"reference": "phone.jpg"},
    "given_camera": {"camera": "camera.txt"},
    "given_figure": {"rig": "rig.json", "mask": "mask.png"},
    "poses": {"driving": "poses.json"},
    "clip": {"driving": "dance.mp4", "camera": "extracted"},
    "frames": {"driving": "frames"},
}
BAD_JOBS = [
    reference("empty.png", "empty.png: the file is empty .*got 0 bytes"),
    reference("cut.png", "broken or cut off"),
    reference("text.png", "not a picture.*starting with b'a pictur'"),
    reference("dance.mp4", "not a picture.*ftyp"),
    reference("dot.png", "too small .*got 1x1"),
    reference("long.png", "too large .*got 20000x20"),
    reference("white.png", "one plain colour"),
    reference("glass.png", "wholly transparent"),
    reference("moving.gif", "animated.*got 2 frames"),
    reference("frames", "a folder cannot be a reference"),
    reference("nobody.png", "no figure stands out", "segment", "NoFigureError"),
    Bad({"scene": "cutout.png"}, "ingest", "too much of the scene is transparent"),
    row(r"the scene is the reference itself.*/girl\.png", scene="girl.png"),
    row(r"the scene is the reference itself.*/same_girl\.png", scene="same_girl.png"),
    Bad({"rig": "brackets.json"}, "rig", "brackets.json: the rig cannot be read"),
    Bad({"rig": "wings.json"}, "rig", "wings.json: the rig has joints of other names .*got left_wing"),
    Bad({"rig": "wide.json"}, "rig", "wide.json: the rig is for a picture of another shape"),
    Bad({"rig": "outside.json"}, "rig", "outside.json: joint left_foot lies outside of the picture"),
    Bad({"mask": "text.png"}, "segment", "text.png: not a picture"),
    Bad({"mask": "white_mask.png"}, "segment", "white_mask.png: the mask covers the whole picture"),
    Bad({"mask": "nobody.png"}, "segment", "nobody.png: the mask is for a picture of another shape"),
    driving("girl.png", "a still picture cannot drive.*Swap"),
    driving("empty.mp4", "empty.mp4: the file is empty"),
    driving("cut.mp4", "its stream is broken after 0 good frames"),
    driving("playlist.mp4", "not a video"),
    driving("sound.mp4", "no video stream"),
    driving("standing.mp4", "nothing moves", "segment", "NoFigureError"),
    driving("cut.bvh", r"line \d+: .*(wrong number|differs)"),
    driving("zero.bvh", "number of frames is missing or 0"),
    driving("milliseconds.bvh", "frame time is absurd: it is in seconds .*got 41.7"),
    driving("nan.bvh", r"line \d+: .*finite"),
    driving("chain.bvh", "not a humanoid", "track_pose"),
    driving("blank.json", "blank.json: the pose file is not JSON"),
    driving("brackets.json", "not JSON.*recursion"),
    driving("alone.json", "nobody is in any frame"),
    driving("null.json", "frame 0: people must be a list"),
    driving("not_a_number.json", "frame 0, person 0: keypoints must be finite"),
    driving("short.json", "wrong length .*expected 54 or 75; got 74"),
    driving("far.json", "lies far outside of the picture"),
    driving("point.json", "the figure of the poses has no size"),
    driving("mixed", "differ in size"),
    driving("gap", "gap.002.png: the file is empty"),
    driving("notes", "holds no pictures"),
    camera("columns.txt", "line 4: a TUM line has 8 numbers .*got 3"),
    camera("quaternions.txt", "line 1: the quaternion is not of unit length .*got 3"),
    camera("backwards.txt", "line 2: timestamps must increase"),
    camera("words.txt", "line 1: not a number"),
    camera("comments.txt", "no poses"),
    camera("colmap", "unknown camera model .*got MAGIC"),
    camera("no_lens", "the lens file is not readable text"),
    camera("girl.png", "the camera file is not readable text"),
    camera("preset:fly", "camera: there is no such camera preset .*orbit", stage="jobs"),
    camera("preset:orbit?degrees=5", "no such parameter .*expected angle_deg; got degrees", stage="jobs"),
    camera("preset:orbit?angle_deg=900", "expected less than or equal to .*; got 900", stage="jobs"),
    camera("preset:orbit?angle_deg=wide", "not a number", stage="jobs"),
    camera("frames", "holds no images.txt", stage="jobs"),
    row("reference: there is no such file", reference="nothing.png"),
    row("rig: there is no such file", rig="nothing.json"),
    row("mask: this is no file of that kind", mask="wave.bvh"),
    row("leaves the root", driving="../outside.bvh"),
    row("cannot be followed.*loop", reference="loop.png"),
    row("cannot be followed.*too long", reference="y" * 5000),
    row("holds no files", driving="bare"),
    row("neither a file nor a folder", driving="pipe"),
    row("reference is missing", reference=""),
    row("size is wrong .*64", size=63),
    row("size is wrong .*2048", size=2049),
    row("num_frames is wrong", num_frames=1),
    row("fps is wrong", fps="nan"),
    row("seed is wrong", seed=-1),
    row("taken by an earlier row", job_id="good"),
    row("1 to 160 letters", job_id="a/../b"),
    row("at most 200 bytes", job_id="長" * 90),
]
