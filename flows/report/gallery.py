"""Gallery: a card a job, with its pictures and clips, within the page's budget of bytes."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from data_contracts.manifest import Status
from flows.report.chain import Chain
from flows.report.content import JobContent
from flows.report.ledger import LedgerRow
from flows.report.preview import Previews

MAX_EMBEDDED_JOBS = 40
MAX_CARDS = 400
"""Jobs that the gallery shows at all."""
MAX_EMBEDDED_BYTES = 60_000_000

_SCORES = {
    "proxy_imaging_quality": "Imaging quality",
    "proxy_aesthetic_quality": "Aesthetic quality",
    "proxy_temporal_consistency": "Temporal consistency",
    "proxy_motion_smoothness": "Motion smoothness",
    "proxy_background_consistency": "Background consistency",
    "proxy_subject_consistency": "Subject consistency",
}


_CAMERA_KINDS = {
    "static": "at rest",
    "rotation": "it turns in its place",
    "full": "it travels",
    "given": "from a file",
    "preset": "a preset",
}


@dataclass(frozen=True)
class View:
    """A picture or clip with its caption."""

    caption: str
    picture: str = ""
    """``data:`` URI."""
    clip: str = ""
    """Name of an embedded clip, as `EmbeddedClips` has it."""
    link: str = ""
    """Path of a clip below the run's folder, where the page has no room for it."""
    poster: str = ""
    """``data:`` URI of a frame, which stands for the clip on paper and until it is loaded."""
    wide: bool = False

    @property
    def shows(self) -> bool:
        """Whether there is something to see."""
        return bool(self.picture or self.clip or self.link)


@dataclass(frozen=True)
class ScoreBar:
    """One score, 1 to 5, and the share of its bar that is filled."""

    label: str
    value: float

    @property
    def share(self) -> float:
        """0 for the worst score, 1 for the best."""
        return (self.value - 1) / 4


@dataclass(frozen=True)
class Card:
    """One job of the gallery."""

    name: str
    outcome: Status
    sentence: str
    facts: dict[str, str]
    main: list[View]
    details: list[View]
    scores: list[ScoreBar]
    mean: float | None
    video: str
    """Path of the result video below the run's folder."""


@dataclass
class EmbeddedClips:
    """Clips that the page carries, each once, and how much room is left."""

    run: Path
    base64_by_name: dict[str, str] = field(default_factory=dict)
    bytes: int = 0
    linked: int = 0
    """Clips that found no room."""

    def view(self, caption: str, path: Path | None) -> View:
        """Show a clip: from within the page while there is room, else from beside it."""
        if path is None:
            return View(caption)
        if path.stem in self.base64_by_name:
            return View(caption, clip=path.stem)
        if self.bytes + path.stat().st_size * 4 // 3 <= MAX_EMBEDDED_BYTES:
            self.base64_by_name[path.stem] = base64.b64encode(path.read_bytes()).decode()
            self.bytes += len(self.base64_by_name[path.stem])
            return View(caption, clip=path.stem)
        return self.beside(caption, path)

    def beside(self, caption: str, path: Path | None) -> View:
        """Show a clip from where it lies, which must be below the run's folder."""
        if path is None or not path.is_file() or not path.is_relative_to(self.run):
            return View(caption)
        self.linked += 1
        return View(caption, link=quote(path.relative_to(self.run).as_posix()))


def cards_of(jobs: Sequence[JobContent], previews: Previews, clips: EmbeddedClips) -> list[Card]:
    """The cards of the first `MAX_CARDS` jobs.

    The first `MAX_EMBEDDED_JOBS` have previews within the page and their details; the others show the
    videos that lie beside it, for which nothing needs to be transcoded.
    """
    jobs = jobs[:MAX_CARDS]

    def make(place: int, target: EmbeddedClips) -> Card:
        if place < MAX_EMBEDDED_JOBS:
            return _card(jobs[place], _main(jobs[place], previews, target), previews, target)
        return _card(jobs[place], _main_beside(jobs[place], previews, target), None, target)

    # Transcoding waits for child processes, so it is done in threads first; what the page carries is
    # then settled in order.
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for _ in threads.map(
            lambda place: make(place, EmbeddedClips(clips.run)), range(min(len(jobs), MAX_EMBEDDED_JOBS))
        ):
            pass
    return [make(place, clips) for place in range(len(jobs))]


def _card(job: JobContent, main: list[View], previews: Previews | None, clips: EmbeddedClips) -> Card:
    chain = job.chain
    video = _video(job, clips)
    scores = (chain.scores.record if chain.scores else None) or {}
    return Card(
        name=job.name,
        outcome=job.outcome,
        sentence=job.sentence,
        facts=_facts(job.asked, job.guests, chain.result),
        main=main,
        details=[view for view in _details(job, previews, clips) if view.shows] if previews else [],
        scores=[ScoreBar(label, float(scores[name])) for name, label in _SCORES.items() if name in scores],
        mean=float(scores["mean"]) if "mean" in scores else None,
        video=quote(video.relative_to(clips.run).as_posix()) if video.is_file() else "",
    )


def _video(job: JobContent, clips: EmbeddedClips) -> Path:
    return clips.run / "videos" / f"{job.name}.mp4"


def _main(job: JobContent, previews: Previews, clips: EmbeddedClips) -> list[View]:
    result = clips.view("Result", previews.clip(job.chain.result, "video", 448))
    return [
        View("Reference", picture=previews.picture(job.chain.reference, "content", 448)),
        _driving(job.chain, previews, clips),
        *(view for guest in job.guests for view in _joining(guest, previews, clips)),
        replace(result, poster=previews.picture(job.chain.result, "poster", 448)),
    ]


def _joining(guest: Chain, previews: Previews, clips: EmbeddedClips) -> list[View]:
    """Reference and driving input of a character that joined the picture."""
    name = guest.job.item if guest.job else ""
    driving = _driving(guest, previews, clips)
    return [
        View(f"Reference of {name}", picture=previews.picture(guest.reference, "content", 448)),
        replace(driving, caption=f"{driving.caption}, of {name}"),
    ]


def _main_beside(job: JobContent, previews: Previews, clips: EmbeddedClips) -> list[View]:
    return [
        View("Reference", picture=previews.picture(job.chain.reference, "content", 224)),
        clips.beside("Driving", job.chain.pair.file("source") if job.chain.pair else None),
        clips.beside("Result", _video(job, clips)),
    ]


def _driving(chain: Chain, previews: Previews, clips: EmbeddedClips) -> View:
    """The driving clip; of a motion without pictures, its drawn skeleton."""
    kind = chain.driving.record.get("kind") if chain.driving else None
    if kind in ("clip", "skeleton"):
        return clips.view("Driving", previews.clip(chain.driving, "content", 448))
    for row, name in ((chain.pair, "source"), (chain.conditions, "body")):
        if path := previews.clip(row, name, 448):
            return clips.view("Driving motion, drawn", path)
    return View("Driving motion", picture=previews.picture(chain.pose, "overlay", 448))


def _details(job: JobContent, previews: Previews, clips: EmbeddedClips) -> list[View]:
    chain = job.chain

    def picture(caption: str, row: LedgerRow | None, name: str, *, wide: bool = False) -> View:
        return View(caption, picture=previews.picture(row, name, 960 if wide else 288), wide=wide)

    def clip(caption: str, row: LedgerRow | None, name: str) -> View:
        return clips.view(caption, previews.clip(row, name, 288))

    void = chain.coarse if chain.coarse and chain.coarse.record.get("void_share") else None
    return [
        picture("Cut-out", chain.matte, "cutout"),
        picture("Rig", chain.rig, "overlay"),
        picture(_background_caption(chain.background), chain.background, "image"),
        picture("Depth, near is bright", chain.depth, "preview"),
        clip("Pose stream", chain.conditions, "body"),
        clip(_coarse_caption(chain.coarse), chain.coarse, "video"),
        clip(_void_caption(void), void, "void"),
        clip("Inpainting mask", chain.conditions, "mask"),
        clip("Figure's alpha", chain.animation, "alpha"),
        View(_camera_caption(chain.camera), picture=previews.camera(chain.camera), wide=True),
        picture("Driver's joints", chain.pose, "overlay", wide=True),
        picture("Scene: views, holes and depth", chain.scene, "sheet", wide=True),
        picture("Scene: filled views before and after, and their depth", chain.scene, "fills", wide=True),
    ]


def _background_caption(background: LedgerRow | None) -> str:
    """That it was completed, and what the place is where a captioner told."""
    place = str(background.record.get("caption") or "") if background else ""
    return f"Completed background: {place}" if place else "Completed background"


def _camera_caption(camera: LedgerRow | None) -> str:
    """What the camera does, and how it is known."""
    if camera is None or not camera.record:
        return "Camera"
    kind = _CAMERA_KINDS.get(str(camera.record.get("kind")), "")
    text = f"Camera, as seen from its first frame: {kind}"
    reason = camera.record.get("reason")
    return f"{text}, confidence {float(camera.record['confidence']):.2f} ({reason})" if reason else text


def _coarse_caption(coarse: LedgerRow | None) -> str:
    """Where the background video comes from."""
    erased = coarse is not None and coarse.stage == "erase_figure"
    return "Driving clip without its person" if erased else "Rendered background"


def _void_caption(coarse: LedgerRow | None) -> str:
    """How much of the background was not rendered, in all and in the worst frame."""
    if coarse is None:
        return ""
    shares = coarse.record.get("void_shares") or [coarse.record["void_share"]]
    worst = max(range(len(shares)), key=shares.__getitem__)
    share = float(coarse.record["void_share"])
    return f"Where nothing was rendered: {share:.2%} of all pixels, {shares[worst]:.2%} in frame {worst}"


def _facts(asked: dict[str, Any], guests: Sequence[Chain], result: LedgerRow | None) -> dict[str, str]:
    facts = {
        "Reference": _reference_name(asked),
        "Together with": ", ".join(_reference_name(guest.job.record) for guest in guests if guest.job),
        "Driving": Path(str(asked.get("driving") or "")).name,
        "Scene": Path(str(asked.get("scene") or "")).name or ("its own" if asked else ""),
        "Camera": _camera(str(asked.get("camera") or "")),
        "Seed": str(asked.get("seed", "")),
        "Prompt": str(asked.get("prompt") or ""),
    }
    if result and result.record:
        facts["Result"] = size_and_rate(result.record)
    return {label: value for label, value in facts.items() if value}


def size_and_rate(made: Mapping[str, Any]) -> str:
    """Of a result, as its clip is written: H.264 has even sides (`data_contracts.video.write_mp4`)."""
    width, height = (int(made[side]) + int(made[side]) % 2 for side in ("width_px", "height_px"))
    return f"{width}×{height}, {made['num_frames']} frames, {round(float(made['fps']), 2):g} a second"


def _reference_name(asked: Mapping[str, Any]) -> str:
    return Path(str(asked.get("reference") or "")).name


def _camera(camera: str) -> str:
    return Path(camera).name if "/" in camera and not camera.startswith("preset:") else camera
