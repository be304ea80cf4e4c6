"""A network is loaded once a process, and let go when two others have been asked for."""

import gc
import weakref

import pytest

from models.hub import kept
from models.inpainting.diffusers import DiffusersInpainting, DiffusersInpaintingConfig


def asked_for(steps: int) -> DiffusersInpainting:
    return kept(DiffusersInpainting, DiffusersInpaintingConfig(steps=steps))


def test_equal_settings_share_a_backend_and_others_do_not() -> None:
    assert asked_for(3) is asked_for(3)
    assert asked_for(3) is not asked_for(4)


@pytest.mark.slow
def test_two_are_kept_and_a_third_frees_the_first() -> None:
    first, second = weakref.ref(asked_for(5)), weakref.ref(asked_for(6))
    gc.collect()
    assert first() is not None and second() is not None
    asked_for(7)
    gc.collect()
    assert first() is None and second() is not None
