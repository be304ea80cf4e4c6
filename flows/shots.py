"""Shots: which jobs share a picture, whom each character follows, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data_contracts.casting import Casting
from data_contracts.job import Job
from data_contracts.manifest import Manifest, Row

_STEP, _SPREAD = 0.3, 0.66
"""Places of characters lie this far apart, and their first and last this far, in picture widths: arms may
move, and nobody is cut by the border."""


class Shots:
    """The jobs of a run by the picture that they are seen in."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.leads = [job for job in jobs if job.joins is None]
        """Jobs with a picture of their own."""
        self._by_lead: dict[str, list[Job]] = {job.job_id: [job] for job in self.leads}
        for job in jobs:
            if job.joins is not None:
                self._by_lead[job.joins].append(job)
        self._shifts = {name: shift for shot in self._by_lead.values() for name, shift in _shifts(shot)}

    @property
    def solos(self) -> list[Job]:
        """Jobs whose character is alone in its picture."""
        return [job for job in self.leads if len(self._by_lead[job.job_id]) == 1]

    @property
    def shared(self) -> list[Job]:
        """Jobs whose picture others join."""
        return [job for job in self.leads if len(self._by_lead[job.job_id]) > 1]

    def characters(self, lead: Job) -> list[Job]:
        """All jobs whose characters are in a picture, the one that is joined first."""
        return self._by_lead[lead.job_id]

    def lead(self, job: Job) -> Job:
        """The job in whose picture a character is seen."""
        return self._by_lead[job.joins or job.job_id][0]

    @property
    def filmed_alike(self) -> list[tuple[Job, Job]]:
        """Jobs with the one in whose picture they are, where the same clip drives both: with one camera."""
        return [
            (job, shot[0])
            for shot in self._by_lead.values()
            for job in shot
            if job.driving == shot[0].driving
        ]

    def each(self, rows: Manifest[Any]) -> dict[str, list[Row[Any]]]:
        """The rows of all characters of each shared picture, by the job that is joined."""
        return {lead.job_id: [rows[job.job_id] for job in self.characters(lead)] for lead in self.shared}

    def casting(self, job: Job) -> Casting | None:
        """What is said of a character's part; None where nothing is."""
        casting = Casting(person=job.person, swap_sides=job.swap_sides, shift=self._shifts[job.job_id])
        return None if casting == Casting() else casting


def _shifts(shot: Sequence[Job]) -> list[tuple[str, float]]:
    """Shift of each job of a picture: as it says, else side by side.

    Who follows the people of one clip stands in their order. Others stand beside the first, one to the right,
    one to the left. In a scene of nobody's own the whole row stands in the middle.
    """
    lead = shot[0]
    if lead.replaces:
        return [(job.job_id, job.shift or 0.0) for job in shot]
    step = min(_STEP, _SPREAD / max(1, len(shot) - 1))
    ranks = _ranks(shot)
    middle = (min(ranks) + max(ranks)) / 2 if lead.scene else 0.0
    places = [step * (rank - middle) for rank in ranks]
    return [
        (job.job_id, place if job.shift is None else job.shift)
        for job, place in zip(shot, places, strict=True)
    ]


def _ranks(shot: Sequence[Job]) -> list[int]:
    if len({(job.driving, job.person) for job in shot}) == len(shot) and all(job.person for job in shot):
        order = sorted(range(len(shot)), key=lambda k: shot[k].person or 0)
        return [order.index(k) - order.index(0) for k in range(len(shot))]
    return [(k + 1) // 2 * (1 if k % 2 else -1) for k in range(len(shot))]
