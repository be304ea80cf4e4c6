"""The card of an exported dataset: README.md with the header that `datasets.load_dataset` reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from data_contracts.dataset_table import SCHEMA
from data_contracts.scores import DIMENSIONS

_HUB_TYPES = {"double": "float64"}
"""Arrow's names of types that `datasets` calls otherwise."""

_COLUMNS = """\
| column | meaning |
|---|---|
| `pair_id` | name of the pair, from its content alone |
| `synthesized` | MP4 of the synthesised video V_o |
| `source` | MP4 of the source clip V_src, or of its drawn skeleton, in step with V_o |
| `reference` | PNG of V_src[0], the first frame of the source |
| `figure` | lossless grey video (FFV1): the alpha of the figure in V_o |
| `character` | PNG of the picture whose character V_o shows |
| `signal` | `rgb` where V_src was filmed, `skeleton` where it was drawn |
| `num_frames`, `fps`, `width_px`, `height_px` | the same for both videos |
| `proxy_*` | scores from 1 to 5, measured proxies of the six filter dimensions |
| `mean_score` | their mean |
| `motion_amount`, `driver_motion_amount` | speed of V_o and V_src: fastest 5 % of pixels, diagonals/s |
| `score_features` | feature backend of the two consistency proxies |
| `source_name`, `source_sha256` | the driving input, and the digest of its normal form |
| `character_name`, `character_sha256` | the reference picture, and the digest of its normal form |
| `segment`, `start_frame` | which part of the job's clip the pair is |
| `seed` | the job's seed |
| `pair_digest`, `scores_digest` | digests of the records in the run's store |
| `synthesized_sha256`, `source_clip_sha256` | digests of the two video files |
"""


def write_card(
    path: Path,
    name: str,
    splits: Mapping[str, int],
    means: Mapping[str, float],
    left_out: Sequence[str],
    cap: int | None,
) -> Path:
    """Write a dataset's card.

    Args:
        path: README.md in the dataset's folder.
        name: the dataset's title.
        splits: pairs by split.
        means: mean of each score over all pairs; empty without pairs.
        left_out: what was accepted and yet not exported, one sentence each.
        cap: most pairs of one source clip, if there is a limit.
    """
    header = ["---", "configs:", "- config_name: default", "  data_files:"]
    for split in splits:
        header += [f"  - split: {split}", f"    path: data/{split}-*.parquet"]
    header += ["dataset_info:", "  features:"]
    for field in SCHEMA:
        header += [
            f"  - name: {field.name}",
            f"    dtype: {_HUB_TYPES.get(str(field.type), str(field.type))}",
        ]
    lines = [
        *header,
        "---",
        f"# {name}",
        "",
        f"{sum(splits.values())} pseudo cross-identity training pairs: "
        + ", ".join(f"{count} in `{split}`" for split, count in splits.items())
        + ". Each is a triplet of a synthesised video, the first frame of its source, and the source clip. "
        "Paths are relative to this folder.",
        "",
        "```python",
        "from datasets import load_dataset",
        f'pairs = load_dataset("PATH/TO/THIS/FOLDER", split="{next(iter(splits))}")',
        "```",
        "",
        _COLUMNS,
        "The pictures and clips come from the inputs of the run that made the dataset. Their licences are "
        "not recorded here: whoever gives the dataset away has to know them.",
        "",
    ]
    if means:
        lines += ["| score | mean |", "|---|---|"]
        lines += [f"| `{dimension}` | {means[dimension]:.2f} |" for dimension in DIMENSIONS]
        lines += [f"| `mean_score` | {means['mean_score']:.2f} |", ""]
    if cap is not None:
        lines += [f"At most {cap} pairs come from one source clip, the best by mean score.", ""]
    if not means:
        lines += ["No pair was accepted. pyarrow reads the empty table; `load_dataset` refuses it.", ""]
    if left_out:
        lines += [
            "Accepted, and left out for that reason:",
            "",
            *(f"- {sentence}" for sentence in left_out),
            "",
        ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path
