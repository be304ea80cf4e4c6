"""TruePair: which take shows what a job of the world's job table should come out as."""

from __future__ import annotations

from data_contracts.record import Record


class TruePair(Record):
    """A job whose right answer is known: the same motion and camera, filmed with the reference's identity."""

    job_id: str
    driving_take: str
    """The take whose clip, or whose motion file and camera, drives."""
    truth_take: str
    """The take of the reference's identity; its still is the reference."""
    driving: str
    """'clip' or 'bvh'."""
    camera: str
    """'extracted' or 'true'."""
