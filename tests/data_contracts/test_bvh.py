from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_contracts.bvh import format_bvh, parse_bvh, read_bvh
from data_contracts.errors import InputError

ARM = """HIERARCHY
ROOT Bip01 Pelvis
{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT Arm
  {
    OFFSET 1 0 0
    CHANNELS 3 Yrotation Xrotation Zrotation
    End Site
    {
      OFFSET 2 0 0
    }
  }
}
MOTION
Frames: 2
Frame Time: 0.0333333
0 0 0 0 0 0 0 0 0
1 2 3 90 0 0 0 0 -90
"""


def test_reads_names_with_spaces_end_sites_and_timing() -> None:
    motion = parse_bvh(ARM)
    assert motion.joint_names == ("Bip01 Pelvis", "Arm", "Arm_end")
    assert motion.parents == (-1, 0, 1)
    assert motion.channels[1] == ("Yrotation", "Xrotation", "Zrotation")
    assert motion.values.shape == (2, 9)
    assert motion.fps == pytest.approx(30, abs=1e-3)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("  ", "\t").replace(" 0", "\t0"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n{", " {").replace("\n  {", " {").replace("\n    {", " {"),
        lambda text: text.replace("\n", "\n\n") + "\n\n",
        lambda text: text.replace("Xposition", "XPOSITION"),
    ],
)
def test_reads_the_same_whatever_the_exporter_does_with_white_space(change, tmp_path: Path) -> None:
    path = tmp_path / "motion.bvh"
    path.write_bytes(change(ARM).encode())
    motion, plain = read_bvh(path), parse_bvh(ARM)
    assert motion.joint_names == plain.joint_names
    assert motion.channels == plain.channels
    np.testing.assert_array_equal(motion.values, plain.values)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("HIERARCHY", "HELLO", 1, "HIERARCHY"),
        ("OFFSET 1 0 0", "OFFSET 1 0", 8, "three numbers"),
        ("OFFSET 1 0 0", "OFFSET 1 0 x", 8, "numbers"),
        ("OFFSET 1 0 0\n", "", 15, "no OFFSET"),
        ("CHANNELS 3 Y", "CHANNELS 4 Y", 9, "CHANNELS"),
        ("CHANNELS 3 Yrotation", "CHANNELS 3 Wrotation", 9, "channel"),
        ("Frames: 2", "Frames: 0", 17, "frames"),
        ("Frames: 2", "Frames: 3", 20, "number of frames"),
        ("Frame Time: 0.0333333", "Frame Time: 0", 18, "frame time"),
        ("90 0 0 0 0 -90", "90 0 0 0 0", 20, "number of values"),
        ("90 0 0 0 0 -90", "90 0 0 0 0 nan", 20, "finite"),
        ("90 0 0 0 0 -90", "90 0 0 0 0 1e300", 20, r"smaller .*up to 1e\+09"),
        ("OFFSET 1 0 0", "OFFSET 1e200 0 0", 8, "smaller"),
        ("  JOINT Arm", "  JAWS Arm", 6, "unknown word"),
    ],
)
def test_says_what_is_wrong_and_in_which_line(old: str, new: str, line: int, words: str) -> None:
    with pytest.raises(InputError, match=f"line {line}.*{words}"):
        parse_bvh(ARM.replace(old, new), "motion.bvh")


def test_refuses_what_is_no_text_and_what_ends_early(tmp_path: Path) -> None:
    path = tmp_path / "a.bvh"
    for content in (b"", b"\0\1\2\3", ARM[:120].encode(), b"HIERARCHY\nMOTION\n"):
        path.write_bytes(content)
        with pytest.raises(InputError):
            read_bvh(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_bvh(tmp_path / "missing.bvh")


def test_a_chain_without_end_is_refused_and_a_long_one_is_not() -> None:
    for length, message in ((150, None), (3000, "line 802: joints hang on each other too deeply")):
        joints = "".join(f"JOINT j{i}\n{{\nOFFSET 0 1 0\nCHANNELS 0\n" for i in range(length))
        text = f"HIERARCHY\nROOT r\n{{\nOFFSET 0 0 0\nCHANNELS 1 Xrotation\n{joints}"
        text += "}\n" * (length + 1) + "MOTION\nFrames: 1\nFrame Time: 0.04\n0\n"
        if message is None:
            assert len(parse_bvh(text).joint_names) == length + 1
        else:
            with pytest.raises(InputError, match=message):
                parse_bvh(text)


def test_writing_and_reading_gives_the_motion_back() -> None:
    motion = parse_bvh(ARM)
    again = parse_bvh(format_bvh(motion))
    assert again.joint_names == motion.joint_names
    assert again.parents == motion.parents
    np.testing.assert_allclose(again.offsets, motion.offsets)
    np.testing.assert_allclose(again.values, motion.values, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "n_frames", "fps"),
    [
        ("chain_4joints", 120, 60), ("dab", 339, 30), ("jesse_dance", 1007, 100), ("jumping", 654, 119.9),
        ("jumping_jacks", 125, 30), ("mocapbank_crlf_tabs", 455, 30), ("rest_single_frame", 1, 24),
        ("xia_neutral_walk", 327, 120),
    ],
)  # fmt: skip
def test_reads_real_files(assets: Path, name: str, n_frames: int, fps: float) -> None:
    motion = read_bvh(assets / "bvh" / f"{name}.bvh")
    assert motion.n_frames == n_frames
    assert motion.fps == pytest.approx(fps, rel=2e-3)
    assert parse_bvh(format_bvh(motion)).joint_names == motion.joint_names
