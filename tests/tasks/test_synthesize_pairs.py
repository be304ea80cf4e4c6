"""Pairs: both videos in step, the right signal, whole segments, and the same bytes again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from data_contracts.animation import Animation, RefinedVideo
from data_contracts.conditions import Conditions
from data_contracts.errors import ContractError, InputError
from data_contracts.image import read_image, write_png
from data_contracts.lossless_video import read_lossless, write_lossless
from data_contracts.matte import Matte
from data_contracts.media import Media
from data_contracts.pair import Pair, Segment
from data_contracts.record import FileRef
from data_contracts.video import read_clip, write_mp4
from tasks.synthesize_pairs import SynthesizePairsConfig, num_segments, synthesize_pairs

WIDTH, HEIGHT, FRAMES, FPS = 96, 63, 20, 12.0


def blob(index: int, tint: tuple[int, int, int], size: tuple[int, int] = (WIDTH, HEIGHT)) -> np.ndarray:
    """A disc that moves a twentieth of the width a frame of 12 fps, on a grey ramp."""
    width, height = size
    frame = np.repeat(np.linspace(60, 180, width)[None, :, None], height, 0).repeat(3, 2).astype(np.uint8)
    centre = (round(width * (0.1 + 0.04 * index)), height // 2)
    return cv2.circle(np.ascontiguousarray(frame), centre, height // 4, tint, -1)


class Inputs:
    """A job's records, made small."""

    def __init__(
        self, folder: Path, kind: str = "clip", driver_fps: float = FPS, driver_frames: int = FRAMES
    ):
        folder.mkdir(parents=True)
        self.folder = folder
        still = write_png(folder / "still.png", blob(0, (200, 40, 40)))
        self.reference = self._media("still", still, "fox.png", num_frames=1)
        self.reference = self.reference.placed(folder)
        step = FPS / driver_fps
        drawn = [blob(step * i, (40, 200, 40), (64, 64)) for i in range(driver_frames)]
        content = write_lossless(folder / "driver.mkv", np.stack(drawn), driver_fps)
        if kind == "motion":
            content = folder / "walk.bvh"
            content.write_text("HIERARCHY")
        self.driving = self._media(kind, content, "walk", num_frames=driver_frames, fps=driver_fps).placed(
            folder
        )
        result = np.stack([blob(i, (200, 40, 40)) for i in range(FRAMES)])
        body = np.stack([blob(i, (40, 40, 250)) for i in range(FRAMES)])
        alpha = (np.abs(result.astype(int) - result[..., :1]).max(-1) > 20).astype(np.uint8) * 255
        write_lossless(folder / "result.mkv", result, FPS)
        write_lossless(folder / "body.mkv", body, FPS)
        write_lossless(folder / "alpha.mkv", alpha, FPS)
        write_mp4(folder / "result.mp4", result, FPS)
        size: dict[str, Any] = {"num_frames": FRAMES, "fps": FPS, "width_px": WIDTH, "height_px": HEIGHT}
        body_ref, alpha_ref = self._ref("body.mkv"), self._ref("alpha.mkv")
        self.video = RefinedVideo(
            video=self._ref("result.mp4"),
            lossless=self._ref("result.mkv"),
            poster=self._ref("still.png"),
            filled_share=0,
            backend="none",
            **size,
        ).placed(folder)
        self.animation = Animation(
            video=self._ref("result.mkv"), alpha=alpha_ref, backend="puppet", **size
        ).placed(folder)
        self.matte: Matte | None = None
        self.conditions = Conditions(
            **dict.fromkeys(("poses", "placement", "hands", "face", "mask"), alpha_ref),
            body=body_ref,
            mean_confidence=1,
            **size,
        ).placed(folder)

    def _ref(self, name: str) -> FileRef:
        return FileRef.of(self.folder / name, self.folder)

    def _media(self, kind: Any, path: Path, name: str, **facts: Any) -> Media:
        return Media(kind=kind, content=FileRef.of(path, self.folder), name=name, **facts)

    def pair(self, out: Path, seed: int = 5, segment: int = 0, **settings: Any) -> Pair:
        out.mkdir()
        config = SynthesizePairsConfig(**settings)
        return synthesize_pairs(
            self.reference,
            self.driving,
            self.conditions,
            self.animation,
            self.video,
            self.matte,
            Segment(index=segment),
            config,
            seed,
            out,
        ).placed(out)


def disc_x(frame: np.ndarray, channel: int) -> float:
    """Where the disc is, as a share of the width."""
    others = [c for c in range(3) if c != channel]
    mask = frame[..., channel].astype(int) - frame[..., others].max(-1).astype(int) > 60
    return float(np.flatnonzero(mask.any(0)).mean() / frame.shape[1])


@pytest.mark.slow
def test_the_two_videos_are_in_step(tmp_path: Path) -> None:
    pair = Inputs(tmp_path / "in").pair(tmp_path / "out")
    made, source = read_clip(pair.path(pair.synthesized)), read_clip(pair.path(pair.source))
    assert made.shape == source.shape == (FRAMES, HEIGHT + 1, WIDTH, 3)
    assert (pair.num_frames, pair.height_px, pair.width_px) == made.shape[:3]
    assert read_lossless(pair.path(pair.figure)).shape == made.shape[:3]
    assert pair.signal == "rgb"
    # The square driver stands between black bars; its disc moves as the result's does.
    assert source[:, :, 2:10].max() < 30
    for index in (0, 7, 15):
        inner = source[index][:, 17:-17]
        assert disc_x(inner, 1) == pytest.approx(disc_x(made[index], 0), abs=0.05)


def test_reference_is_the_first_frame_of_the_source(tmp_path: Path) -> None:
    pair = Inputs(tmp_path / "in").pair(tmp_path / "out", crf=1)
    reference = read_image(pair.path(pair.reference)).astype(int)
    first = read_clip(pair.path(pair.source))[0].astype(int)
    assert np.abs(reference - first).mean() < 2
    assert (pair.character_name, pair.source_name, pair.seed) == ("fox.png", "walk", 5)


def test_a_faster_driver_is_matched_by_time(tmp_path: Path) -> None:
    pair = Inputs(tmp_path / "in", driver_fps=24.0, driver_frames=40).pair(tmp_path / "out")
    assert pair.num_frames == FRAMES
    last = read_clip(pair.path(pair.source))[12][:, 17:-17]
    assert disc_x(last, 1) == pytest.approx(0.1 + 0.04 * 12, abs=0.04)


@pytest.mark.slow
def test_a_pair_tells_whether_its_figure_moves_as_a_whole(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path / "in")
    assert inputs.pair(tmp_path / "limbs").limbs
    whole = inputs.conditions.model_copy(update={"limbs": False})
    inputs.conditions = whole.placed(inputs.folder)
    assert not inputs.pair(tmp_path / "whole").limbs


@pytest.mark.slow
def test_a_driver_that_ends_first_ends_the_pair(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path / "in", driver_frames=9)
    assert inputs.pair(tmp_path / "out").num_frames == 9
    with pytest.raises(InputError, match="too short for a pair"):
        inputs.pair(tmp_path / "out2", segment_frames=10, segment=1)


def test_pure_motion_is_paired_with_its_drawn_skeleton(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path / "in", kind="motion")
    pair = inputs.pair(tmp_path / "out")
    assert pair.signal == "skeleton"
    assert disc_x(read_clip(pair.path(pair.source))[7], 2) == pytest.approx(0.1 + 0.04 * 7, abs=0.05)
    with pytest.raises(InputError, match="no filmed frames"):
        inputs.pair(tmp_path / "out2", signal="rgb")


def test_a_filmed_driver_can_be_drawn_as_well(tmp_path: Path) -> None:
    pair = Inputs(tmp_path / "in").pair(tmp_path / "out", signal="skeleton")
    assert pair.signal == "skeleton"
    assert disc_x(read_clip(pair.path(pair.source))[7], 2) > 0  # the blue body stream, not the green driver


@pytest.mark.slow
def test_segments(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path / "in")
    second = inputs.pair(tmp_path / "second", segment_frames=8, segment=1)
    assert (second.start_frame, second.num_frames, second.segment) == (8, 8, 1)
    assert disc_x(read_clip(second.path(second.synthesized))[0], 0) == pytest.approx(0.1 + 0.04 * 8, abs=0.03)
    with pytest.raises(InputError, match="no such segment"):
        inputs.pair(tmp_path / "fourth", segment_frames=8, segment=3)


@pytest.mark.slow
def test_a_pair_that_is_the_whole_result_hands_out_its_own_file(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path / "in")
    whole, part = inputs.pair(tmp_path / "whole"), inputs.pair(tmp_path / "part", segment_frames=8)
    assert whole.synthesized.sha256 == inputs.video.video.sha256 != part.synthesized.sha256
    frames, first = read_clip(whole.path(whole.synthesized)), read_clip(part.path(part.synthesized))
    assert np.abs(frames[: len(first)].astype(int) - first).mean() < 2


@pytest.mark.parametrize(("frames", "count"), [(1, 1), (121, 1), (130, 1), (152, 2), (242, 2), (363, 3)])
def test_number_of_segments(frames: int, count: int) -> None:
    assert num_segments(frames, 121) == count


@pytest.mark.slow
def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path / "in")
    first, second = inputs.pair(tmp_path / "a"), inputs.pair(tmp_path / "b")
    assert first.digest() == second.digest()
    assert first.pair_id == second.pair_id


def test_an_alpha_of_another_size_is_refused(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path / "in")
    inputs.animation = inputs.animation.model_copy(update={"num_frames": FRAMES - 1})
    with pytest.raises(ContractError, match="alpha does not fit"):
        inputs.pair(tmp_path / "out")


def matte_of(folder: Path, size: tuple[int, int]) -> Matte:
    folder.mkdir()
    alpha = np.zeros(size, np.uint8)
    alpha[10:50, 10:40] = 255
    write_png(folder / "alpha.png", alpha)
    return Matte(
        kind="still",
        alpha=FileRef.of(folder / "alpha.png", folder),
        width_px=size[1],
        height_px=size[0],
        num_frames=1,
        method="alpha",
        coverage=0.2,
        confidence=1,
    ).placed(folder)


@pytest.mark.slow
def test_the_matte_becomes_the_characters_alpha(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path / "in")
    plain = inputs.pair(tmp_path / "plain")
    assert read_image(plain.path(plain.character)).shape[-1] == 3
    inputs.matte = matte_of(tmp_path / "matte", (HEIGHT, WIDTH))
    cut = inputs.pair(tmp_path / "cut")
    character = read_image(cut.path(cut.character))
    assert (character[10:50, 10:40, 3] == 255).all()
    assert character[..., 3].mean() == pytest.approx(255 * 40 * 30 / (HEIGHT * WIDTH))
    inputs.matte = matte_of(tmp_path / "small", (HEIGHT, WIDTH - 8))
    with pytest.raises(ContractError, match="matte does not fit"):
        inputs.pair(tmp_path / "wrong")
