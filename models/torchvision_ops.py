"""The one workaround for a torchvision whose compiled extension does not fit the installed torch.

The package index carries torchvision 0.28.0 for Linux as a CUDA build only. Beside a CPU build of torch
its extension cannot be loaded, and ``import torchvision`` then fails with ``operator torchvision::nms
does not exist``, and with it timm, transformers, diffusers and peft, although none of them calls that
operator here. Declaring the two missing operators (a name and a signature, no implementation) lets
everything else of these packages work; calling ``torchvision.ops.nms`` still raises. Where the two
builds match, nothing is done.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

MISSING_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
"""Operators that torchvision 0.28.0 looks up while it is imported."""

# The declarations live as long as the object that made them, hence for the whole process.
_declarations: list[Any] = []


def extension_loads() -> bool:
    """Whether torchvision's compiled extension can be loaded into this torch. Imports no torchvision."""
    import torch

    spec = importlib.util.find_spec("torchvision")
    if spec is None or spec.origin is None:
        return True  # no torchvision, nothing to mend
    for library in sorted(Path(spec.origin).parent.glob("_C.*")):
        try:
            torch.ops.load_library(str(library))  # type: ignore[no-untyped-call]
        except OSError:
            continue
        return True
    return False


def register_missing_ops() -> bool:
    """Make ``import torchvision`` work beside a torch of another build.

    Call it in every process before the first import of torchvision, timm, transformers or diffusers.
    Calling it again, or where the builds match, does nothing.

    Returns:
        Whether the workaround is active in this process.
    """
    if _declarations:
        return True
    if "torchvision" in sys.modules or extension_loads():
        return False
    import torch

    library = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
    for schema in MISSING_SCHEMAS:
        library.define(schema)  # type: ignore[no-untyped-call]
    _declarations.append(library)
    return True
