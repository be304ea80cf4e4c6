"""Which folder is Wan Animate's."""

from __future__ import annotations

import json
from pathlib import Path

PUBLISHED = "Wan-AI/Wan2.2-Animate-14B-Diffusers"
"""The hub's repository: 82 GB."""
INDEX = "model_index.json"
PIPELINE = "WanAnimatePipeline"
PARTS = (
    "transformer",
    "vae",
    "scheduler",
    "text_encoder",
    "tokenizer",
    "image_encoder",
    "image_processor",
)
"""Subfolders of the published folder; each is read."""


def wrong_folder(folder: Path) -> str | None:
    """What is wrong with a folder of this machine: Wan's other pipelines look much alike from outside."""
    try:
        found = json.loads((folder / INDEX).read_text(encoding="utf-8")).get("_class_name")
    except (ValueError, AttributeError, OSError) as error:
        return f"{folder / INDEX} cannot be read ({error}): download the folder again"
    if found != PIPELINE:
        return f"{folder} holds a {found}, not a {PIPELINE}: give a folder like {PUBLISHED}"
    lacking = [part for part in PARTS if not (folder / part).is_dir()]
    if lacking:
        return f"{folder} lacks {', '.join(lacking)}: download the whole folder"
    return None
