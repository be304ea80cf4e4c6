"""Rendered OpenPose/DWPose skeleton clips: telling that a clip is one, and reading its joints back."""

from models.skeleton_video.detection import is_skeleton_clip
from models.skeleton_video.reading import read_skeleton_clip

__all__ = ["is_skeleton_clip", "read_skeleton_clip"]
