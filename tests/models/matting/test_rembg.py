"""rembg's BiRefNet session with tiny weights of our own: red is figure."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numba
import numpy as np
import pytest
from numpy.typing import NDArray

from data_contracts.errors import BackendUnavailable, NoFigureError
from models.matting import RembgMatting, load_clip, load_still
from tests.models.matting.onnx_bytes import colour_classifier

SIDE = 32


def write_weights(home: Path, content: bytes, model: str = "birefnet-general") -> Path:
    path = home / "models" / model / f"{model}.onnx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    # Normalised red runs from -2.1 to 2.2: logits of about -13 to 14 around a middling red.
    write_weights(tmp_path, colour_classifier((6.0, 0.0, 0.0), 0.0, SIDE))
    return tmp_path


def picture(red: slice = slice(10, 30)) -> NDArray[np.uint8]:
    image = np.zeros((48, 40, 3), np.uint8)
    image[..., 2] = 255
    image[12:36, red] = (255, 0, 0)
    return image


def test_figure_by_the_network_at_the_pictures_size(home: Path) -> None:
    matte = load_still(RembgMatting(home=home))(picture())
    assert matte.alpha.shape == (48, 40) and matte.alpha.dtype == np.float32
    assert matte.alpha[24, 20] > 0.99 and matte.alpha[4, 4] < 0.01
    truth = np.zeros((48, 40), bool)
    truth[12:36, 10:30] = True
    found = matte.alpha > 0.5
    assert (found & truth).sum() / (found | truth).sum() > 0.85
    assert matte.method == "birefnet-general" and matte.confidence > 0.9


def test_clip_frame_by_frame_and_an_empty_frame_has_no_confidence(home: Path) -> None:
    frames = np.stack([picture(), picture(slice(0, 0)), picture(slice(2, 12))])
    matte = load_clip(RembgMatting(home=home))(frames)
    assert matte.confidence[1] == 0 and matte.confidence[[0, 2]].min() > 0.5
    assert matte.alpha[2, 24, 6] > 0.9 and matte.alpha[2, 24, 24] < 0.1


def test_a_constant_mask_is_nobody_and_no_division_by_zero(home: Path) -> None:
    blue = np.zeros((40, 40, 3), np.uint8)
    blue[..., 2] = 255
    with pytest.raises(NoFigureError, match="finds no figure"):
        load_still(RembgMatting(home=home))(blue)
    with pytest.raises(NoFigureError, match="in the clip"):
        load_clip(RembgMatting(home=home))(np.stack([blue, blue]))


def test_environment_is_left_as_it_was(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("U2NET_HOME", "somewhere")
    load_still(RembgMatting(home=home))(picture())
    assert os.environ["U2NET_HOME"] == "somewhere"
    assert not numba.config.DISABLE_JIT
    assert numba.njit(lambda x: x + 1)(1) == 2, "our own kernels still compile"


def test_digest_of_the_weights_is_checked(home: Path) -> None:
    path = RembgMatting(home=home).weights()[0]
    right = hashlib.sha256(path.read_bytes()).hexdigest()
    assert load_still(RembgMatting(home=home, sha256=right))(picture()).alpha.max() > 0.9
    with pytest.raises(BackendUnavailable, match="not the ones"):
        load_still(RembgMatting(home=home, sha256="0" * 64))(picture())


def test_missing_weights_are_named_and_nothing_is_downloaded(tmp_path: Path) -> None:
    config = RembgMatting(home=tmp_path, model="birefnet-portrait")
    lack = config.missing()
    assert lack is not None and "birefnet-portrait.onnx" in lack and "docs/backends.md" in lack
    with pytest.raises(BackendUnavailable, match="birefnet-portrait"):
        load_still(config)(picture())


def test_usable_with_weights(home: Path) -> None:
    assert RembgMatting(home=home).missing() is None
