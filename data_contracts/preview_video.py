"""A small copy of a video that every browser plays, made by ffmpeg alone: no frame comes through here."""

from __future__ import annotations

from pathlib import Path

from data_contracts.clip_info import ClipInfo, probe
from data_contracts.ffmpeg import encode, input_options

_CRF = 24
"""x264's quality: good at preview size, about 60 kB a second."""


def write_preview(path: Path, source: Path, long_side_px: int, seconds: float) -> Path:
    """Write the start of ``source`` as an MP4 as a player shows it: upright, square pixels, over white.

    Args:
        path: the ``.mp4`` file to write.
        source: any video.
        long_side_px: longer sides are scaled down to it. Odd sides become even by a stretch of one pixel.
        seconds: at most so much of it.

    Raises:
        InputError: the source is no video.
        BunrakuError: its stream breaks before that.
    """
    info = probe(source)
    chain = _scale(info, long_side_px)
    if info.has_alpha:
        chain = f"{chain},format=rgba,split[a][b];[a]drawbox=c=white:t=fill:replace=1[w];[w][b]overlay"
    tags = ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv"]
    to_yuv = "scale=out_color_matrix=bt709:out_range=tv" if info.has_alpha else ""
    chain = ",".join(filter(None, (chain, to_yuv, "format=yuv420p")))
    options = ["-xerror", *input_options(source), "-map", "0:V:0", "-t", f"{seconds:g}", "-vf", chain]
    options += ["-fps_mode", "cfr", "-r", f"{info.fps:g}"]
    options += ["-c:v", "libx264", "-preset", "veryfast", "-crf", str(_CRF), *tags, "-threads", "1"]
    return encode(path, [*options, "-movflags", "+faststart", "-f", "mp4"], ())


def _scale(info: ClipInfo, long_side_px: int) -> str:
    share = min(1.0, long_side_px / max(info.width, info.height))
    width, height = (2 * max(1, round(side * share / 2)) for side in (info.width, info.height))
    scale = (
        f"scale={width}:{height}:flags=area+accurate_rnd+full_chroma_int:out_color_matrix=bt709:out_range=tv"
    )
    return scale if info.color_matrix == "rgb" else f"{scale}:in_color_matrix={info.color_matrix}"
