"""Clips of every awkward kind are read as a player shows them, or refused with the place of the break."""

from __future__ import annotations

import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest

from data_contracts.errors import ContractError, InputError
from data_contracts.ffmpeg import Process, executable
from data_contracts.video import (
    iterate_clip,
    probe,
    read_clip,
    read_lossless,
    write_lossless,
    write_mp4,
)


def moving_bars(count: int = 24, height: int = 48, width: int = 64) -> np.ndarray:
    """Frame t is grey level 10 t, with a coloured square that moves: the frame can be told by its level."""
    frames = np.repeat(np.arange(count) * 10, height * width * 3).astype(np.uint8)
    frames = frames.reshape(count, height, width, 3).copy()
    for t in range(count):
        frames[t, 4:20, 4 + t : 20 + t] = 200, 40, 90
    return frames


def level(frames: np.ndarray) -> list[int]:
    return [round(float(f[-8:, -8:].mean()) / 10) for f in frames]


def ffmpeg(*arguments: str | Path) -> None:
    subprocess.run([executable(), "-v", "error", "-y", *map(str, arguments)], check=True)


@pytest.fixture(scope="module")
def mp4(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "bars.mp4"
    write_mp4(path, moving_bars(), 24)
    return path


def test_mp4_is_near_exact_and_repeatable(tmp_path: Path, mp4: Path) -> None:
    write_mp4(tmp_path / "again.mp4", iter(moving_bars()), 24)
    assert (tmp_path / "again.mp4").read_bytes() == mp4.read_bytes()
    got = read_clip(mp4).astype(int)
    assert got.shape == (24, 48, 64, 3)
    error = got - moving_bars()
    assert np.abs(error).mean() < 3 and np.abs(error.mean((0, 1, 2))).max() < 1.0  # no colour cast


def test_mp4_plays_in_browsers(mp4: Path) -> None:
    info = probe(mp4)
    data = mp4.read_bytes()
    assert (info.codec, info.pixel_format, info.color_matrix) == ("h264", "yuv420p", "bt709")
    assert data.index(b"moov") < data.index(b"mdat")
    assert (info.fps, info.num_frames, info.duration_s) == (24.0, 24, 1.0)


def test_odd_sides_are_padded(tmp_path: Path) -> None:
    assert write_mp4(tmp_path / "odd.mp4", moving_bars(3, 31, 45), 24) == (46, 32)
    assert read_clip(tmp_path / "odd.mp4").shape == (3, 32, 46, 3)


@pytest.mark.slow
@pytest.mark.parametrize("fps", [24, 12.5, 24000 / 1001, 30000 / 1001, 60])
@pytest.mark.parametrize("grey", [False, True])
def test_lossless_is_lossless_and_repeatable(tmp_path: Path, fps: float, grey: bool) -> None:
    frames = np.random.default_rng(1).integers(0, 256, (7, 21, 33, 3), dtype=np.uint8)
    frames = frames[..., 0] if grey else frames
    write_lossless(tmp_path / "a.mkv", frames, fps)
    write_lossless(tmp_path / "b.mkv", frames, fps)
    assert np.array_equal(read_lossless(tmp_path / "a.mkv"), frames)
    assert (tmp_path / "a.mkv").read_bytes() == (tmp_path / "b.mkv").read_bytes()
    assert probe(tmp_path / "a.mkv").fps == pytest.approx(fps, abs=1e-9)


@pytest.mark.parametrize("grey", [False, True])
def test_damaged_lossless_clips_are_found(tmp_path: Path, grey: bool) -> None:
    frames = moving_bars()[..., 0] if grey else moving_bars()
    data = write_lossless(tmp_path / "a.mkv", frames, 24).read_bytes()
    damaged = {"cut": data[: len(data) * 2 // 3]}
    for place in (len(data) // 3, len(data) // 2, len(data) * 3 // 4):
        damaged[f"bit_{place}"] = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
    for name, content in damaged.items():
        (tmp_path / f"{name}.mkv").write_bytes(content)
        with pytest.raises(ContractError, match="not whole"):
            read_lossless(tmp_path / f"{name}.mkv")


def test_a_lossless_clip_of_another_program_needs_no_checksums(tmp_path: Path) -> None:
    path = write_lossless(tmp_path / "a.mkv", moving_bars(), 24)
    for name, options in (("plain.mkv", ["-write_crc32", "0"]), ("plain.avi", [])):
        ffmpeg("-i", path, "-c", "copy", *options, tmp_path / name)
        assert np.array_equal(read_lossless(tmp_path / name), moving_bars())


@pytest.mark.parametrize("write", [write_mp4, write_lossless])
def test_writers_refuse_what_is_no_clip(tmp_path: Path, write: object) -> None:
    frames = list(moving_bars(3))
    frames[2] = frames[2][:-2]
    with pytest.raises(ContractError, match="differ"):
        write(tmp_path / "x.mkv", frames, 24)  # type: ignore[operator]
    with pytest.raises(ContractError, match="no frames"):
        write(tmp_path / "x.mkv", [], 24)  # type: ignore[operator]
    with pytest.raises(ContractError, match="float32"):
        write(tmp_path / "x.mkv", [np.zeros((8, 8, 3), np.float32)], 24)  # type: ignore[operator]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("fps", "start_s", "num_frames", "expected"),
    [
        (None, 0, None, list(range(24))),
        (None, 0.5, 3, [12, 13, 14]),
        (12, 0, None, list(range(0, 24, 2))),
        (48, 0, 6, [0, 0, 1, 1, 2, 2]),  # a tie goes to the earlier frame
        (10, 0, None, [0, 2, 5, 7, 10, 12, 14, 17, 19, 22]),
        (24, 0.25, None, list(range(6, 24))),
    ],
)
def test_resampling_takes_the_nearest_frame(
    mp4: Path, fps: float | None, start_s: float, num_frames: int | None, expected: list[int]
) -> None:
    assert level(read_clip(mp4, fps, num_frames, start_s)) == expected


def test_variable_frame_rate_follows_timestamps(tmp_path: Path, mp4: Path) -> None:
    # Frames 0-11 at 24 per second, then the same number at 12: half-way through time is frame 15.
    path = tmp_path / "vfr.mp4"
    late = "if(lt(N,12),N,12+(N-12)*2)/24/TB"
    ffmpeg("-i", mp4, "-vf", f"setpts='{late}'", "-fps_mode", "vfr", "-crf", "12", path)
    info = probe(path)
    assert info.variable_frame_rate and info.num_frames == 24
    assert info.duration_s == pytest.approx(1.5, abs=0.06)
    got = level(read_clip(path, fps=24))
    truth = [n if n < 12 else 12 + (n - 12) // 2 for n in range(36)]
    assert len(got) == pytest.approx(36, abs=1)
    assert max(abs(a - b) for a, b in zip(got, truth, strict=False)) <= 1
    assert got[24] in (18, 19)


def test_long_side_and_turn(tmp_path: Path, mp4: Path) -> None:
    path = tmp_path / "turned.mp4"
    ffmpeg("-display_rotation", "90", "-i", mp4, "-c", "copy", path)  # anticlockwise, as ffmpeg counts
    info = probe(path)
    assert (info.width, info.height, info.rotation_deg) == (48, 64, 270)
    upright, turned = read_clip(mp4)[3].astype(int), read_clip(path)[3].astype(int)
    assert np.abs(np.rot90(upright) - turned).mean() < 2
    assert read_clip(path, num_frames=1, long_side_px=32).shape == (1, 32, 24, 3)


def test_a_raw_stream_has_its_nominal_rate(tmp_path: Path, mp4: Path) -> None:
    ffmpeg("-i", mp4, "-c", "copy", tmp_path / "raw.h264")
    info = probe(tmp_path / "raw.h264")
    assert (info.num_frames, info.fps, info.variable_frame_rate) == (24, 25, False)
    assert level(read_clip(tmp_path / "raw.h264")) == list(range(24))


def test_pixels_of_an_absurd_shape_are_refused(tmp_path: Path, mp4: Path) -> None:
    ffmpeg("-i", mp4, "-vf", "setsar=2/1", tmp_path / "wide.mp4")
    assert probe(tmp_path / "wide.mp4").width == 128
    ffmpeg("-i", mp4, "-vf", "setsar=20/1", tmp_path / "absurd.mp4")
    with pytest.raises(InputError, match=r"absurd.mp4: .*absurd shape .*at most 5 times .*got 20 times"):
        probe(tmp_path / "absurd.mp4")


def test_full_range_is_not_stretched_twice(tmp_path: Path) -> None:
    ffmpeg(
        *("-f", "lavfi", "-i", "color=0x202020:s=64x64:r=5:d=1", "-vf", "scale=out_range=pc,format=yuvj420p"),
        *("-color_range", "pc", "-crf", "4", tmp_path / "full.mp4"),
    )
    assert probe(tmp_path / "full.mp4").pixel_format == "yuvj420p"
    assert np.abs(read_clip(tmp_path / "full.mp4").astype(int) - 0x20).max() <= 2


def test_sound_only_and_other_files(tmp_path: Path) -> None:
    ffmpeg("-f", "lavfi", "-i", "sine=d=0.2", tmp_path / "s.mp4")
    (tmp_path / "empty.mp4").write_bytes(b"")
    (tmp_path / "text.mp4").write_text("no video at all\n" * 50)
    (tmp_path / "list.mp4").write_text(f"ffconcat version 1.0\nfile '{tmp_path / 's.mp4'}'\n")
    for name, what in {
        "s.mp4": "no video stream", "empty.mp4": "empty", "text.mp4": "not a video",
        "list.mp4": "not a video", "none.mp4": "nothing there", ".": "a folder",
    }.items():  # fmt: skip
        with pytest.raises(InputError, match=what) as caught:
            read_clip(tmp_path / name)
        assert str(tmp_path) in caught.value.where


def test_a_broken_stream_says_how_much_was_good(tmp_path: Path) -> None:
    frames = np.random.default_rng(0).integers(0, 256, (20, 48, 64, 3), dtype=np.uint8)
    write_mp4(tmp_path / "a.mp4", frames, 10)
    data = (tmp_path / "a.mp4").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(data[: len(data) // 2])
    with pytest.raises(InputError, match=r"after (\d+) good frames") as caught:
        read_clip(tmp_path / "cut.mp4")
    good = int(caught.value.what.split()[-3])
    assert 4 <= good <= 12
    assert len(read_clip(tmp_path / "cut.mp4", num_frames=good)) == good


@pytest.mark.parametrize(
    ("request_", "what"),
    [({"start_s": 9.0}, "no frames there"), ({"fps": 0.0}, "rate"), ({"num_frames": 0}, "too few"),
     ({"start_s": -1.0}, "before its start"), ({"long_side_px": 3}, "too short")],
)  # fmt: skip
def test_requests_out_of_bounds(mp4: Path, request_: dict[str, float], what: str) -> None:
    with pytest.raises(InputError, match=what):
        read_clip(mp4, **request_)  # type: ignore[arg-type]


def test_stopping_early_leaves_no_process(mp4: Path) -> None:
    frames = iterate_clip(mp4)
    next(frames)
    frames.close()  # pytest turns an unclosed pipe into an error


def test_a_stalled_process_is_ended() -> None:
    process = Process(
        ["-f", "rawvideo", "-s", "8x8", "-i", "pipe:0", "-f", "null", "-"], feeds=True, stall_s=0.5
    )
    assert process.read(1) == b""  # ffmpeg waits for input that never comes
    assert process.stalled
    process.stop()


COUNTS = {
    "awkward/bt709_full_range.mp4": 30, "awkward/h265_10bits.mp4": 30, "awkward/h265_video.mp4": 10,
    "awkward/rotate90.mov": 3, "awkward/rotate270.mov": 3, "awkward/unordered.mov": 4,
    "awkward/newtonscradle.gif": 36, "awkward/apng_delay.png": 4, "videos/asl_again.mkv": 77,
    "videos/cat_60fps_vfr_portrait.mp4": 120, "videos/pose_skeleton_dwpose.mp4": 200,
    "videos/treadmill_scuba_caption.mp4": 90,
}  # fmt: skip
MORE_COUNTS = {
    "asl_book.mkv": 109, "asl_walk.mkv": 89, "cartoon3d_boy.mp4": 164, "dance_balloon_static.mp4": 330,
    "dance_bluedress_static.mp4": 103, "dog_and_woman.mp4": 289, "kids_bed_multiperson.mp4": 200,
    "long_hall_person_139s.mp4": 1394, "taichi_fullbody_static.mp4": 301, "talk_woman_upperbody.mp4": 282,
    "tokyo_walk_movingcam.mp4": 195,
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", COUNTS)
def test_awkward_clips_have_all_their_frames(assets: Path, name: str) -> None:
    assert probe(assets / name).num_frames == COUNTS[name]
    assert sum(1 for _ in iterate_clip(assets / name, long_side_px=64)) == COUNTS[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", MORE_COUNTS)
def test_real_clips_have_all_their_frames(assets: Path, name: str) -> None:
    assert sum(1 for _ in iterate_clip(assets / "videos" / name, long_side_px=64)) == MORE_COUNTS[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rotate90.mov", "rotate270.mov", "bt709_full_range.mp4", "h265_10bits.mp4"])
def test_first_frame_agrees_with_opencv(assets: Path, name: str) -> None:
    capture = cv2.VideoCapture(str(assets / "awkward" / name))
    _, bgr = capture.read()
    capture.release()
    got = read_clip(assets / "awkward" / name, num_frames=1)[0]
    assert got.shape == bgr.shape
    assert np.abs(got.astype(int) - bgr[..., ::-1]).mean() < 3  # OpenCV converts with less precision


def test_corrupted_clip(assets: Path) -> None:
    with pytest.raises(InputError, match="after 28 good frames"):
        read_clip(assets / "awkward" / "corrupted.mp4", long_side_px=64)
