"""Classifier-free guidance on pose and character (A15, A16)."""

from __future__ import annotations

from typing import NamedTuple


class Branch(NamedTuple):
    """One answer of the network: what it is not told, and how much the answer counts."""

    without_pose: bool
    without_character: bool
    weight: float


def guidance_branches(pose: float, character: float) -> list[Branch]:
    """v = v(γ, φ) + (s_γ - 1)·(v(γ, φ) - v(∅, φ)) + (s_φ - 1)·(v(γ, φ) - v(γ, ∅)).

    Each branch lacks at most one condition, as one training clip in eleven did; the answer without both,
    which only one in a hundred asked for, is not used. At a scale of 1 a branch falls away. (The paper
    drops both conditions in training and gives neither a formula nor scales.)

    Args:
        pose: s_γ, 1 for no guidance.
        character: s_φ.

    Returns:
        Branches whose weights sum to one; the first one has all conditions.
    """
    branches = [
        Branch(False, False, pose + character - 1),
        Branch(True, False, 1 - pose),
        Branch(False, True, 1 - character),
    ]
    return [branches[0], *(branch for branch in branches[1:] if branch.weight != 0)]
