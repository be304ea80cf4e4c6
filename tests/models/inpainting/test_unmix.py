"""Shares and colours of pixels that two surfaces divide."""

import cv2
import numpy as np
import pytest

from models.inpainting.unmix import unmix

TOWER, SKY = np.array([0.2, 0.3, 0.35]), np.array([0.9, 0.93, 0.97])


def test_shares_of_a_smooth_edge_are_told_from_a_mask_that_is_off() -> None:
    sharp = np.zeros((40, 60), np.float32)
    sharp[:, 20:40] = 1
    truth = cv2.GaussianBlur(sharp, (0, 0), 0.8)
    rgb = (truth[..., None] * TOWER + (1 - truth[..., None]) * SKY).astype(np.float32)
    wide = np.zeros((40, 60), np.bool_)
    wide[:, 18:42] = True  # two pixels of sky on either side
    found = unmix(rgb, wide, 5)
    np.testing.assert_allclose(found.share, truth, atol=0.02)
    assert found.front_rgb[:, 18:42] == pytest.approx(np.broadcast_to(TOWER, (40, 24, 3)), abs=0.01)


def test_the_mask_stands_where_colours_are_alike_or_nothing_has_its_own() -> None:
    rng = np.random.default_rng(0)
    half = np.zeros((40, 60), np.bool_)
    half[:, 30:] = True
    alike = np.full((40, 60, 3), 0.5, np.float32) + rng.normal(0, 0.01, (40, 60, 3)).astype(np.float32)
    np.testing.assert_array_equal(unmix(alike, half, 3).share, half)
    wire = np.zeros((40, 60), np.bool_)
    wire[:, 30:33] = True
    rgb = np.where(wire[..., None], TOWER, SKY).astype(np.float32)
    np.testing.assert_array_equal(unmix(rgb, wire, 3).share, wire)
    everything = np.ones((40, 60), np.bool_)
    np.testing.assert_array_equal(unmix(rgb, everything, 3).share, everything)
