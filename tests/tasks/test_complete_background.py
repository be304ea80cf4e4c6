from pathlib import Path

import numpy as np
import pytest

from data_contracts.errors import BackendUnavailable, ContractError, InputError
from data_contracts.image import read_image
from models import captioning, inpainting
from models.captioning import CaptioningConfig
from models.inpainting.diffusers import DiffusersInpaintingConfig
from models.inpainting.opencv import OpenCvInpaintingConfig
from tasks.complete_background import CompleteBackgroundConfig, complete_background
from tests.tasks.scene_inputs import SIZE, figure, matte_of, park, still


def with_figure() -> np.ndarray:
    rgb = park()
    rgb[figure()] = (255, 0, 200)
    return rgb


def test_the_figure_is_gone_and_the_rest_is_untouched(tmp_path: Path) -> None:
    media, matte = still(tmp_path / "in", with_figure()), matte_of(tmp_path / "matte", figure())
    found = complete_background(media, matte, CompleteBackgroundConfig(), tmp_path).placed(tmp_path)
    filled, hole = read_image(found.path(found.image)), read_image(found.path(found.hole))[..., 0] > 127
    assert hole[figure()].all() and hole.mean() == pytest.approx(found.hole_share)
    assert 0 < found.hole_share - figure().mean() < 0.06  # a little wider than the matte
    np.testing.assert_array_equal(filled[~hole], park()[~hole])
    pink = (filled[..., 0] > 180) & (filled[..., 1] < 60)
    assert not pink.any()
    assert found.method == "patchmatch"


def test_a_scene_picture_is_taken_whole(tmp_path: Path) -> None:
    found = complete_background(still(tmp_path / "in", park()), None, CompleteBackgroundConfig(), tmp_path)
    found = found.placed(tmp_path)
    np.testing.assert_array_equal(read_image(found.path(found.image)), park())
    assert found.hole_share == 0 and found.method == "whole"


def test_transparent_surroundings_are_filled_too(tmp_path: Path) -> None:
    alpha = np.full((*SIZE, 1), 255, np.uint8)
    alpha[:, :20] = 0
    rgba = np.concatenate([park(), alpha], 2)
    rgba[:, :20, :3] = (255, 0, 255)
    found = complete_background(still(tmp_path / "in", rgba), None, CompleteBackgroundConfig(), tmp_path)
    filled = read_image(found.placed(tmp_path).path(found.image))
    assert not ((filled[..., 0] > 200) & (filled[..., 1] < 60)).any()


def test_a_cut_out_on_nothing_stands_before_a_plain_colour(tmp_path: Path) -> None:
    alpha = np.where(figure(), 255, 0).astype(np.uint8)[..., None]
    media = still(tmp_path / "in", np.concatenate([with_figure(), alpha], 2))
    config = CompleteBackgroundConfig(plain_rgb=(10, 20, 30))
    found = complete_background(media, matte_of(tmp_path / "matte", figure()), config, tmp_path)
    filled = read_image(found.placed(tmp_path).path(found.image))
    assert found.method == "plain" and found.hole_share == 1
    np.testing.assert_array_equal(filled, np.broadcast_to((10, 20, 30), filled.shape))


def test_other_backends_can_be_asked_for(tmp_path: Path) -> None:
    config = CompleteBackgroundConfig(inpainting=OpenCvInpaintingConfig())
    media, matte = still(tmp_path / "in", with_figure()), matte_of(tmp_path / "matte", figure())
    assert complete_background(media, matte, config, tmp_path).method == "opencv"


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    config = CompleteBackgroundConfig()
    media = still(tmp_path / "in", park())
    with pytest.raises(InputError, match="a still"):
        complete_background(
            media.model_copy(update={"kind": "clip"}).placed(media.folder), None, config, tmp_path
        )
    with pytest.raises(ContractError, match="matte"):
        complete_background(media, matte_of(tmp_path / "matte", figure()[:64]), config, tmp_path)
    hub = CompleteBackgroundConfig(inpainting=DiffusersInpaintingConfig(device="cpu"))
    with pytest.raises(BackendUnavailable, match="revision"):
        complete_background(media, matte_of(tmp_path / "matte2", figure()), hub, tmp_path)


class Words:
    """A captioner that keeps what it was shown, and an inpainter that keeps what it was told."""

    def __init__(self) -> None:
        self.seen: list[np.ndarray] = []
        self.told: list[str] = []

    def describe(self, rgb: np.ndarray) -> str:
        self.seen.append(rgb)
        return "a park in spring"

    def fill(self, rgb: np.ndarray, hole_mask: np.ndarray, seed: int = 0, prompt: str = "") -> np.ndarray:
        self.told.append(prompt)
        return np.where(hole_mask[..., None], 0, rgb).astype(np.uint8)


@pytest.mark.parametrize(("own", "told"), [("", "a park in spring"), ("a desert", "a desert")])
def test_the_place_is_described_without_the_figure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: str, told: str
) -> None:
    words = Words()
    monkeypatch.setattr(captioning, "load", lambda _: words)
    monkeypatch.setattr(inpainting, "load", lambda _: words)
    (tmp_path / "config.json").write_text("{}")
    config = CompleteBackgroundConfig(
        prompt=own, captioning=CaptioningConfig(model=str(tmp_path), device="cpu")
    )
    media, matte = still(tmp_path / "in", with_figure()), matte_of(tmp_path / "matte", figure())
    found = complete_background(media, matte, config, tmp_path)
    assert found.caption == "a park in spring" and words.told == [told]
    shown = words.seen[0]
    assert not ((shown[..., 0] > 180) & (shown[..., 1] < 60)).any()
    np.testing.assert_array_equal(shown[:5], park()[:5])


def test_a_captioner_that_cannot_run_is_named(tmp_path: Path) -> None:
    config = CompleteBackgroundConfig(captioning=CaptioningConfig(model=str(tmp_path), device="cpu"))
    with pytest.raises(BackendUnavailable, match=r"captioning transformers cannot run"):
        complete_background(still(tmp_path / "in", park()), None, config, tmp_path)


def test_a_cut_out_on_nothing_has_no_place_to_describe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = Words()
    monkeypatch.setattr(captioning, "load", lambda _: words)
    (tmp_path / "config.json").write_text("{}")
    alpha = np.where(figure(), 255, 0).astype(np.uint8)[..., None]
    media = still(tmp_path / "in", np.concatenate([with_figure(), alpha], 2))
    config = CompleteBackgroundConfig(captioning=CaptioningConfig(model=str(tmp_path), device="cpu"))
    found = complete_background(media, matte_of(tmp_path / "matte", figure()), config, tmp_path)
    assert found.method == "plain" and found.caption == "" and not words.seen
