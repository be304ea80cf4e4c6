"""Inputs as users have them: a few good ones, and every way in which they can be wrong, each made by code."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from data_contracts.bvh import format_bvh
from data_contracts.ffmpeg import executable
from data_contracts.image import write_png
from data_contracts.openpose_json import openpose_frame
from data_contracts.rig import write_skeleton
from data_contracts.video import write_mp4
from flows.demo_clip import film_dance, wave
from flows.rig_editor.default_figure import default_skeleton
from models.motion.poses import bvh_poses
from models.world.art.girl import draw_girl

FRAMES, FPS = 8, 12
UNUSUAL = "ünï çödé/女の子 'á' %20 #1.png"


def write_inputs(root: Path) -> None:
    """Write good and bad pictures, clips, motions, folders and cameras below a folder."""
    girl = draw_girl()[::2, ::2]
    clip = film_dance(FRAMES, FPS, 160).rgb
    _write_pictures(root, girl)
    _write_figures(root, girl)
    _write_clips(root, clip)
    _write_motions(root)
    _write_folders(root, clip)
    _write_cameras(root)


def _write_pictures(root: Path, girl: NDArray[np.uint8]) -> None:
    good = write_png(root / "girl.png", girl).read_bytes()
    (root / "same_girl.png").write_bytes(good)
    (root / UNUSUAL).parent.mkdir()
    (root / UNUSUAL).write_bytes(good)
    (root / "empty.png").touch()
    (root / "cut.png").write_bytes(good[: len(good) // 2])
    (root / "text.png").write_text("a picture")
    write_png(root / "dot.png", girl[:1, :1])
    Image.new("L", (20_000, 20), 90).save(root / "long.png")
    ramp = np.broadcast_to(np.linspace(0, 255, 150, dtype=np.uint8)[None, :, None], (200, 150, 3))
    write_png(root / "nobody.png", np.ascontiguousarray(ramp))
    write_png(root / "white.png", np.full((64, 64, 3), 255, np.uint8))
    write_png(root / "glass.png", np.zeros((64, 64, 4), np.uint8))
    write_png(root / "cutout.png", girl[::-1])
    pages = [Image.fromarray(girl[..., :3]).rotate(angle) for angle in (0, 5)]
    pages[0].save(root / "moving.gif", save_all=True, append_images=pages[1:])
    # A phone held on its side: the pixels lie, EXIF says how to put them up.
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = Image.fromarray(_on_white(girl)).rotate(90, expand=True)
    lying.save(root / "phone.jpg", exif=exif, quality=95)
    Image.fromarray(_on_white(girl)).convert("CMYK").save(root / "print.jpg", quality=95)


def _write_figures(root: Path, girl: NDArray[np.uint8]) -> None:
    mask = np.ascontiguousarray(girl[..., 3])
    write_png(root / "mask.png", mask)
    write_png(root / "white_mask.png", np.full_like(mask, 255))
    ys, xs = np.nonzero(mask)
    figure = default_skeleton(mask.shape[1], mask.shape[0], (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1))
    write_skeleton(root / "rig.json", figure)
    good = json.loads((root / "rig.json").read_text())
    joints = good["joints"]
    for name, changes in {
        "wings": {"joints": joints | {"left_wing": [1, 2]}},
        "wide": {"width": 2 * good["width"]},
        "outside": {"joints": joints | {"left_foot": [9 * good["width"], 0]}},
    }.items():
        (root / f"{name}.json").write_text(json.dumps(good | changes))


def _on_white(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    alpha = rgba[..., 3:] / 255
    return np.asarray(rgba[..., :3] * alpha + 255 * (1 - alpha), np.uint8)


def _write_clips(root: Path, clip: NDArray[np.uint8]) -> None:
    write_mp4(root / "dance.mp4", clip, FPS)
    good = (root / "dance.mp4").read_bytes()
    (root / "empty.mp4").touch()
    (root / "cut.mp4").write_bytes(good[: len(good) // 2])
    (root / "playlist.mp4").write_text("#EXTM3U\nfile:///etc/passwd\n")
    write_mp4(root / "standing.mp4", np.repeat(clip[:1], FRAMES, axis=0), FPS)
    sound = ["-f", "lavfi", "-i", "sine=440:duration=0.5", "-c:a", "aac", str(root / "sound.mp4")]
    subprocess.run([executable(), "-loglevel", "error", *sound], check=True)


def _write_motions(root: Path) -> None:
    motion = wave(FRAMES, FPS)
    text = format_bvh(motion)
    head, _, values = text.partition("MOTION")
    (root / "wave.bvh").write_text(text)
    (root / "cut.bvh").write_text(text[: -len(text) // 9])
    (root / "zero.bvh").write_text(f"{head}MOTION\nFrames: 0\nFrame Time: 0.04\n")
    (root / "milliseconds.bvh").write_text(_with_frame_time(text, "41.7"))
    (root / "nan.bvh").write_text(head + "MOTION" + values.replace("0.000000", "nan", 1))
    chain = (
        "HIERARCHY\nROOT a\n{\n OFFSET 0 0 0\n CHANNELS 1 Xrotation\n End Site\n {\n  OFFSET 0 1 0\n }\n}\n"
    )
    (root / "chain.bvh").write_text(f"{chain}MOTION\nFrames: 2\nFrame Time: 0.04\n0\n1\n")
    poses = bvh_poses(motion, 160, 160)
    frames = [openpose_frame(poses, t) for t in range(FRAMES)]
    (root / "poses.json").write_text(json.dumps(frames))
    (root / "blank.json").touch()
    (root / "brackets.json").write_text("[" * 100_000)

    def spoil(name: str, change: Callable[[dict[str, Any]], object]) -> None:
        spoilt = json.loads(json.dumps(frames))
        for frame in spoilt:
            change(frame)
        (root / name).write_text(json.dumps(spoilt))

    spoil("alone.json", lambda frame: frame["people"].clear())
    spoil("null.json", lambda frame: frame.update(people=None))
    spoil("not_a_number.json", lambda frame: _body(frame).__setitem__(3, float("nan")))
    spoil("short.json", lambda frame: _body(frame).pop())
    spoil("far.json", lambda frame: _body(frame).__setitem__(slice(0, 2), [1e30, 1e30]))
    spoil("point.json", lambda frame: _body(frame).__setitem__(slice(None), [50, 50, 1] * 25))


def _body(frame: dict[str, Any]) -> list[float]:
    numbers: list[float] = frame["people"][0]["pose_keypoints_2d"]
    return numbers


def _with_frame_time(text: str, seconds: str) -> str:
    lines = [
        f"Frame Time: {seconds}" if line.startswith("Frame Time") else line for line in text.splitlines()
    ]
    return "\n".join(lines) + "\n"


def _write_folders(root: Path, clip: NDArray[np.uint8]) -> None:
    for name in ("frames", "mixed", "gap", "bare", "notes"):
        (root / name).mkdir()
    (root / "notes" / "read_me.txt").write_text("frames will follow")
    for t, frame in enumerate(clip):
        write_png(root / "frames" / f"{t:03}.png", frame)
        write_png(root / "mixed" / f"{t:03}.png", frame[: 160 - 2 * t])
        write_png(root / "gap" / f"{t:03}.png", frame)
    (root / "gap" / "002.png").write_bytes(b"")
    (root / "frames" / "again").symlink_to(".")
    (root / "loop.png").symlink_to("loop.png")
    os.mkfifo(root / "pipe")


def _write_cameras(root: Path) -> None:
    good = [f"{t / FPS} 0 0 {0.02 * t} 0 0 0 1" for t in range(FRAMES)]
    tables = {
        "camera.txt": good,
        "columns.txt": [*good[:3], "1 2 3", *good[4:]],
        "quaternions.txt": [line.replace("0 0 0 1", "0 0 0 3") for line in good],
        "backwards.txt": good[::-1],
        "words.txt": ["a b c d e f g h"],
        "comments.txt": ["# nothing else"],
    }
    for name, lines in tables.items():
        (root / name).write_text("\n".join(lines) + "\n")
    for name, lens in (("colmap", "1 MAGIC 640 480 500 500 320 240"), ("no_lens", "\x80")):
        (root / name).mkdir()
        (root / name / "images.txt").write_text("1 1 0 0 0 0 0 0 1 a.png\n\n2 1 0 0 0 0 0 .1 1 b.png\n\n")
        (root / name / "cameras.txt").write_text(lens, encoding="latin-1")
