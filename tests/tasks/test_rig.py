from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_contracts.errors import InputError
from data_contracts.given_file import GivenFile
from data_contracts.image import read_image
from data_contracts.record import sha256_of_file
from data_contracts.rig import read_skeleton, write_skeleton
from tasks.rig import GivenRigs, RigConfig, rig
from tests.tasks.character_scene import HEIGHT, JOINT_XY, WIDTH, media_and_matte, skeleton


@pytest.mark.slow
def test_the_fitted_rig_lies_in_the_figure(tmp_path: Path) -> None:
    media, matte = media_and_matte(tmp_path)
    row = rig(media, matte, RigConfig(), tmp_path)
    found = read_skeleton(tmp_path / row.rig.path)
    assert row.method == "fitted" and not row.cropped and found.legs
    error = np.linalg.norm(found.joints_xy_px - JOINT_XY, axis=1) / 150
    assert error.mean() < 0.06 and error.max() < 0.16
    assert read_image(tmp_path / row.overlay.path).shape == (HEIGHT, WIDTH, 3)


@pytest.mark.slow
def test_limbs_of_a_matte_that_is_not_trusted_are_not_moved_unless_they_are_given(tmp_path: Path) -> None:
    media, matte = media_and_matte(tmp_path)
    doubtful = matte.model_copy(update={"confidence": 0.4}).placed(matte.folder)
    assert rig(media, matte, RigConfig(), tmp_path).limbs
    assert not rig(media, doubtful, RigConfig(), tmp_path).limbs
    write_skeleton(tmp_path / "mine.json", skeleton())
    assert rig(media, doubtful, RigConfig(), tmp_path, by_hand(tmp_path / "mine.json")).limbs


def test_a_given_rig_wins_and_is_scaled_to_the_still(tmp_path: Path) -> None:
    media, matte = media_and_matte(tmp_path)
    rigs = tmp_path / "rigs"
    rigs.mkdir()
    twice = skeleton(joints_xy_px=2 * JOINT_XY, width_px=2 * WIDTH, height_px=2 * HEIGHT)
    write_skeleton(rigs / "doll.json", twice)
    config = RigConfig(given=GivenRigs(folder=rigs))
    row = rig(media, matte, config, tmp_path)
    assert row.method == "given"
    np.testing.assert_allclose(read_skeleton(tmp_path / row.rig.path).joints_xy_px, JOINT_XY, atol=0.02)
    before = config.key_content()
    write_skeleton(rigs / "doll.json", skeleton(joints_xy_px=JOINT_XY + 1))
    assert config.key_content() != before, "a mended rig is a new input"


def test_a_given_rig_of_another_shape_is_refused(tmp_path: Path) -> None:
    media, matte = media_and_matte(tmp_path)
    rigs = tmp_path / "rigs"
    rigs.mkdir()
    write_skeleton(rigs / "doll_rig.json", skeleton(width_px=3 * WIDTH))
    with pytest.raises(InputError, match="another shape"):
        rig(media, matte, RigConfig(given=GivenRigs(folder=rigs)), tmp_path)


def by_hand(path: Path) -> GivenFile:
    return GivenFile(location=str(path), sha256=sha256_of_file(path))


def test_a_jobs_rig_wins_over_the_profiles(tmp_path: Path) -> None:
    media, matte = media_and_matte(tmp_path)
    rigs = tmp_path / "rigs"
    rigs.mkdir()
    write_skeleton(rigs / "doll.json", skeleton(joints_xy_px=JOINT_XY + 9))
    write_skeleton(tmp_path / "mine.json", skeleton(joints_xy_px=JOINT_XY + 2))
    given = by_hand(tmp_path / "mine.json")
    row = rig(media, matte, RigConfig(given=GivenRigs(folder=rigs)), tmp_path, given)
    assert row.method == "given"
    np.testing.assert_allclose(read_skeleton(tmp_path / row.rig.path).joints_xy_px, JOINT_XY + 2, atol=0.01)


def test_a_jobs_rig_that_changed_or_went_away_is_refused(tmp_path: Path) -> None:
    media, matte = media_and_matte(tmp_path)
    path = tmp_path / "mine.json"
    write_skeleton(path, skeleton())
    given = by_hand(path)
    write_skeleton(path, skeleton(joints_xy_px=JOINT_XY + 1))
    with pytest.raises(InputError, match=r"mine\.json: the file has changed"):
        rig(media, matte, RigConfig(), tmp_path, given)
    path.unlink()
    with pytest.raises(InputError, match="no such file"):
        rig(media, matte, RigConfig(), tmp_path, given)
