"""Segments, against the pipeline's own sums."""

from __future__ import annotations

from math import ceil

from models.wan_animate.segments import segment_length


def test_no_clip_gets_more_segments_than_it_needs_and_the_pipeline_makes_as_many() -> None:
    for overlap, longest in ((1, 77), (5, 77), (1, 5), (5, 13)):
        for frames in range(overlap + 1, 400):
            length = segment_length(frames, longest, overlap)
            assert length % 4 == 1 and length <= longest
            fresh = length - overlap
            rest = (frames - overlap) % fresh  # diffusers' WanAnimatePipeline.__call__
            target = frames + (fresh - rest if rest else 0)
            made = target // fresh
            assert made * fresh + overlap == target >= frames, "every frame is made, by whole segments"
            assert made == ceil((frames - overlap) / fresh)
            assert made <= ceil((frames - overlap) / (longest - overlap)), "the longest needs no fewer"
            assert target - frames < 4 * made + 2 * overlap, "hardly a frame that nobody asked for"
