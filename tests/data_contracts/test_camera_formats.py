from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from data_contracts.camera_formats import format_colmap, format_json, format_tum, read_camera
from data_contracts.camera_path import CameraPath, invert_rigid
from data_contracts.errors import ContractError, InputError
from data_contracts.quaternions import matrix_from_wxyz, wxyz_from_matrix
from models.camera.presets import preset_path
from tests.models.camera.planes import FOCAL, HEIGHT, WIDTH, render

UPRIGHT = '"rotation_wxyz": [1, 0, 0, 0]'
LENS = '"intrinsics_px": [20, 20, 200, 5]'
EYE = "1 0 0 0 0 1 0 0 0 0 1 0"


def _json(frame: str, head: str = "") -> str:
    return f'{{{head}"frames": [{{{frame}}}]}}'


def camera(n_frames: int = 7, with_lens: bool = True) -> CameraPath:
    rng = np.random.default_rng(3)
    poses = np.tile(np.eye(4), (n_frames, 1, 1))
    poses[:, :3, :3] = Rotation.random(n_frames, rng=rng).as_matrix()
    poses[:, :3, 3] = rng.normal(size=(n_frames, 3))
    lens = np.tile([500.0, 510.0, 320.0, 240.0], (n_frames, 1)) if with_lens else None
    size = (640, 480) if with_lens else (None, None)
    return CameraPath.of(
        poses, time_s=np.arange(n_frames) / 30, intrinsics_px=lens, width_px=size[0], height_px=size[1]
    )


def test_quaternions_are_scipys_with_w_first() -> None:
    rotation = Rotation.random(200, rng=np.random.default_rng(0))
    wxyz = rotation.as_quat(canonical=True, scalar_first=True)
    np.testing.assert_allclose(matrix_from_wxyz(wxyz), rotation.as_matrix(), atol=1e-12)
    np.testing.assert_allclose(
        np.abs(np.sum(wxyz_from_matrix(rotation.as_matrix()) * wxyz, axis=1)), 1, atol=1e-12
    )


@pytest.mark.parametrize(
    "wxyz", [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0.5, 0.5, -0.5, 0.5]]
)
def test_half_turns_come_back(wxyz: list[float]) -> None:
    matrix = matrix_from_wxyz(np.array(wxyz))
    np.testing.assert_allclose(matrix_from_wxyz(wxyz_from_matrix(matrix)), matrix, atol=1e-12)


def test_inverse_is_the_inverse() -> None:
    poses = camera().world_from_camera
    np.testing.assert_allclose(invert_rigid(poses) @ poses, np.tile(np.eye(4), (7, 1, 1)), atol=1e-12)


def test_json_comes_back_exactly(tmp_path: Path) -> None:
    before = camera()
    (tmp_path / "c.json").write_text(format_json(before))
    after = read_camera(tmp_path / "c.json")
    np.testing.assert_array_equal(after.world_from_camera, before.world_from_camera)
    np.testing.assert_array_equal(after.intrinsics_px, before.intrinsics_px)
    assert (after.width_px, after.height_px) == (640, 480)


def test_json_with_quaternions(tmp_path: Path) -> None:
    frame = '{"position": [1, 2, 3], "rotation_wxyz": [0.7071067811865476, 0, 0.7071067811865476, 0]}'
    (tmp_path / "c.json").write_text(f'{{"frames": [{frame}, {frame}]}}')
    path = read_camera(tmp_path / "c.json", fps=10)
    np.testing.assert_allclose(path.world_from_camera[0, :3, 3], [1, 2, 3])
    np.testing.assert_allclose(path.world_from_camera[0, :3, 2], [1, 0, 0], atol=1e-9)  # looks along x
    np.testing.assert_allclose(path.time_s, [0, 0.1])


def test_tum_has_w_last_and_comes_back(tmp_path: Path) -> None:
    (tmp_path / "one.tum").write_text("# a comment\n1.5 1 2 3 0 1 0 0\n")
    one = read_camera(tmp_path / "one.tum")
    np.testing.assert_allclose(one.world_from_camera[0, :3, :3], np.diag([-1, 1, -1]), atol=1e-12)
    before = camera(with_lens=False)
    (tmp_path / "c.tum").write_text(format_tum(before))
    np.testing.assert_allclose(
        read_camera(tmp_path / "c.tum").world_from_camera, before.world_from_camera, atol=1e-8
    )


def realestate(camera: CameraPath, times_us: list[int], title: str = "https://films.test/one\n") -> str:
    assert camera.intrinsics_px is not None
    lens = camera.intrinsics_px / [640, 480, 640, 480]
    matrices = invert_rigid(camera.world_from_camera)[:, :3].reshape(-1, 12)
    rows = zip(times_us, lens, matrices, strict=True)
    return title + "".join(f"{t} {' '.join(map(repr, map(float, (*ks, 0, 0, *m))))}\n" for t, ks, m in rows)


@pytest.mark.parametrize("title", ["https://films.test/one\n", ""])
def test_realestate_text_is_camera_from_world_with_the_lens_in_shares(tmp_path: Path, title: str) -> None:
    before = camera(3)
    (tmp_path / "c.txt").write_text(realestate(before, [5_000_000, 5_500_000, 6_500_000], title))
    after = read_camera(tmp_path / "c.txt")
    np.testing.assert_allclose(after.world_from_camera, before.world_from_camera, atol=1e-9)
    np.testing.assert_allclose(after.time_s, [5, 5.5, 6.5])
    assert after.intrinsics_px is not None and before.intrinsics_px is not None
    assert after.width_px is not None and after.height_px is not None
    sides = [after.width_px, after.height_px] * 2
    np.testing.assert_allclose(after.intrinsics_px / sides, before.intrinsics_px / [640, 480, 640, 480])
    # Square pixels: 640 x 480 with focal lengths of 500 and 510 shows what 652.8 x 480 with 510 does.
    assert after.width_px / after.height_px == pytest.approx(652.8 / 480, rel=1e-3)


def test_realestate_text_without_times_takes_the_rate(tmp_path: Path) -> None:
    (tmp_path / "c.txt").write_text(realestate(camera(3), [0, 0, 0]))
    np.testing.assert_allclose(read_camera(tmp_path / "c.txt", fps=10).time_s, [0, 0.1, 0.2])


def test_a_damaged_realestate_line_is_named(tmp_path: Path) -> None:
    text = realestate(camera(3), [1, 2, 3]).splitlines()
    (tmp_path / "short.txt").write_text("\n".join([*text[:3], text[3].rsplit(" ", 1)[0]]))
    with pytest.raises(InputError, match=r"line 4.*19 numbers.*got 18"):
        read_camera(tmp_path / "short.txt")
    (tmp_path / "sheared.txt").write_text("\n".join([*text[:3], text[3].replace(text[3].split()[7], "3.5")]))
    with pytest.raises(InputError, match=r"frame 2.*not rigid"):
        read_camera(tmp_path / "sheared.txt")


@pytest.mark.parametrize("keep_point_lines", [True, False])
def test_colmap_is_camera_from_world_and_comes_back(tmp_path: Path, keep_point_lines: bool) -> None:
    before = camera(12)
    images, cameras = format_colmap(before)
    if not keep_point_lines:
        images = "\n".join(line for line in images.splitlines() if line)
    (tmp_path / "images.txt").write_text(images)
    (tmp_path / "cameras.txt").write_text(cameras)
    after = read_camera(tmp_path)
    np.testing.assert_allclose(after.world_from_camera, before.world_from_camera, atol=1e-7)
    np.testing.assert_allclose(after.intrinsics_px, before.intrinsics_px)
    first = [float(v) for v in images.splitlines()[2].split()[5:8]]
    np.testing.assert_allclose(first, invert_rigid(before.world_from_camera)[0, :3, 3], atol=1e-8)


def test_colmap_orders_by_number_skips_points_and_reads_lenses(tmp_path: Path) -> None:
    (tmp_path / "images.txt").write_text(
        "1 1 0 0 0 0 0 -10 1 frame 10.png\n1.5 2.5 -1 3.5 4.5 7\n"
        "2 1 0 0 0 0 0 -9 1 frame 9.png\n\n3 1 0 0 0 0 0 -11 1 frame 11.png\n"
    )
    (tmp_path / "cameras.txt").write_text("# c\n1 SIMPLE_RADIAL 64 48 50 32 24 0.01\n")
    path = read_camera(tmp_path / "images.txt", fps=2)
    np.testing.assert_allclose(path.world_from_camera[:, 2, 3], [9, 10, 11])
    np.testing.assert_allclose(path.intrinsics_px[0], [50, 50, 32, 24])
    np.testing.assert_allclose(path.time_s, [0, 0.5, 1])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no poses"),
        ("# nothing\n", "no poses"),
        ("1 2 3\n", "line 1.*not a known camera format"),
        ("0 0 0 0 0 0 0 1\n0 0 0 0 0 0 0 1\n", "line 2.*timestamps must increase"),
        ("0 0 0 0 0 0 0 1\n1 0 0 0 0 0 0\n", "line 2.*8 numbers"),
        ("0 0 0 0 0 0 0 2\n", "line 1.*unit length"),
        ("0 0 0 x 0 0 0 1\n", "line 1.*not a number"),
        ("0 0 0 nan 0 0 0 1\n", "line 1.*finite"),
        ("1 1 0 0 0 0 0 0 1 a.png\n2 1 0 0 0\n", "line 2.*10 fields"),
        ('{"frames": []}', "wrong shape"),
        ('{"frames": [{"world_from_camera": [[1,0],[0,1]]}]}', "damaged"),
        ('{"frames": 3', "damaged"),
        (
            '{"frames": [{"world_from_camera": [[2,0,0,0],[0,2,0,0],[0,0,2,0],[0,0,0,1]]}]}',
            "frame 0.*not rigid",
        ),
        (_json(f'"position": [3], {UPRIGHT}'), "damaged.*reshape"),
        (_json(f'"position": 3, {UPRIGHT}'), "damaged.*reshape"),
        (_json(f'"position": [1e308, 0, 0], {UPRIGHT}'), r"frame 0: a position is absurd .*1e\+09"),
        (_json(f'"position": [0, 0, 0], "time_s": NaN, {UPRIGHT}'), "frame 0: times must be finite"),
        (_json(f'"position": [0, 0, 0], {LENS}, {UPRIGHT}', '"width_px": -9, "height_px": 9, '), "no size"),
        (_json(f'"position": [0, 0, 0], {LENS}, {UPRIGHT}', '"width_px": NaN, "height_px": 9, '), "no size"),
        (_json(f'"position": [0, 0, 0], {LENS}, {UPRIGHT}', '"width_px": 40, "height_px": 9, '), "past its"),
        (f"film\n0 500 500 .5 .5 0 0 {EYE}\n", r"no lens's.*up to 192000; got 960000"),
        (f"film\n0 1e308 1e-300 .5 .5 0 0 {EYE}\n", "no lens's .*shares of the picture's sides; got fx 1e"),
    ],
)
def test_bad_files_say_where_and_what(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "camera.txt"
    path.write_text(text)
    with pytest.raises(InputError, match=words):
        read_camera(path)


def test_missing_and_binary_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not readable"):
        read_camera(tmp_path / "none.txt")
    (tmp_path / "b.txt").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(InputError, match="not readable"):
        read_camera(tmp_path / "b.txt")


def test_mirrors_and_bad_lenses_are_refused() -> None:
    mirror = np.diag([-1.0, 1, 1, 1])[None]
    with pytest.raises(ContractError, match="not rigid"):
        CameraPath.of(mirror, time_s=np.zeros(1))
    with pytest.raises(ContractError, match="focal"):
        CameraPath.of(np.eye(4)[None], time_s=np.zeros(1), intrinsics_px=np.array([[0, 1, 1, 1.0]]))
    with pytest.raises(ContractError, match=r"no lens's.*over 12.8 px, up to 25600; got 0.001"):
        CameraPath.of(
            np.eye(4)[None], time_s=np.zeros(1), intrinsics_px=np.array([[1e-3, 1e-3, 128, 72]]),
            width_px=256, height_px=144,
        )  # fmt: skip
    with pytest.raises(ContractError, match="lens"):
        format_colmap(camera(with_lens=False))


def test_rotations_of_few_digits_become_exact() -> None:
    poses = np.round(camera().world_from_camera, 4)
    exact = CameraPath.of(poses, time_s=np.arange(7.0)).world_from_camera[:, :3, :3]
    np.testing.assert_allclose(np.swapaxes(exact, 1, 2) @ exact, np.tile(np.eye(3), (7, 1, 1)), atol=1e-14)


def written(path: CameraPath, form: str, folder: Path) -> Path:
    """The path in one of the three forms; what a job's `camera` would name."""
    if form == "colmap":
        images, cameras = format_colmap(path)
        (folder / "images.txt").write_text(images)
        (folder / "cameras.txt").write_text(cameras)
        return folder
    file = folder / f"camera.{form}"
    file.write_text(format_tum(path) if form == "tum" else format_json(path))
    return file


@pytest.mark.slow
@pytest.mark.parametrize("form", ["tum", "json", "colmap"])
def test_a_path_that_went_through_a_file_films_the_same_pictures(tmp_path: Path, form: str) -> None:
    poses = preset_path("orbit", 4, {"angle_deg": 20}) @ preset_path("shake", 4, seed=2)
    lens = np.tile([FOCAL, FOCAL, WIDTH / 2, HEIGHT / 2], (4, 1))
    before = CameraPath.of(
        poses, time_s=np.arange(4) / 24, intrinsics_px=lens, width_px=WIDTH, height_px=HEIGHT
    )
    after = read_camera(written(before, form, tmp_path), fps=24)
    np.testing.assert_allclose(after.time_s, before.time_s, atol=1e-6)
    # Text has nine decimals: a grey level may just round the other way, JSON is exact.
    off = np.abs(render(after.world_from_camera).astype(int) - render(poses))
    assert off.max() <= (form != "json")
    assert (off > 0).mean() < 1e-4
    again = read_camera(written(after, form, tmp_path), fps=24)
    np.testing.assert_allclose(again.world_from_camera, after.world_from_camera, atol=2e-9)


def test_an_edited_file_is_the_edited_path(tmp_path: Path) -> None:
    path = camera(3, with_lens=False)
    file = written(path, "tum", tmp_path)
    comment, *lines = file.read_text().splitlines()
    time, _, *rest = lines[1].split()
    edited = [
        comment,
        "# the second pose moved by hand",
        lines[0],
        " ".join([time, "9.5", *rest]),
        "",
        lines[2],
    ]
    file.write_text("\r\n".join(edited))
    expected = path.world_from_camera.copy()
    expected[1, 0, 3] = 9.5
    np.testing.assert_allclose(read_camera(file).world_from_camera, expected, atol=1e-8)
    file.write_text("\n".join([comment, lines[0], lines[2]]))  # a pose taken out
    assert read_camera(file).n_frames == 2
