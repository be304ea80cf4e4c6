"""Fits anew what mattes' confidence is made of: `python -m tests.benchmarks.matte_trust --help`.

Cuts of generated pictures and clips are held against the truth; a logistic regression learns from their cues
which are right. How well it does is told on cuts that were left out by turns, all of one
clip, or of one picture, together. Equal seeds give equal numbers; none are those of the accuracy table.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray
from scipy.optimize import minimize

from data_contracts.errors import NoFigureError

Floats = NDArray[np.float64]

GOOD_STILL, GOOD_CLIP = 0.85, 0.75
"""IoU from which on a cut is right. Few clips without weights have that of stills."""
RIDGE = 0.01
"""Against the mean likelihood."""
CLIPS, CLIP_SEED, CLIP_FRAMES, CLIP_PX = 28, 3, 20, 256
DANCERS = range(20, 24)
"""Who dances before a plain wall, as drivers often do: the world's own clips are hard."""
PLACES, PICTURES = range(40, 52), 160
"""Of the practice stills: the networks of figure odds were fitted to others."""


class Judged(NamedTuple):
    """Cuts of one picture or clip."""

    name: str
    cues: Floats
    """[N, C]."""
    good: NDArray[np.bool_]
    """[N]: whether its IoU with the truth is high enough."""


class Fit(NamedTuple):
    """What a confidence is made of."""

    constant: float
    factors: Floats

    def share(self, cues: Floats) -> Floats:
        """Probability ``[N]`` of a good cut from cues ``[N, C]``."""
        return np.asarray(1 / (1 + np.exp(-(self.constant + cues @ self.factors))), np.float64)


def fit(judged: list[Judged]) -> Fit:
    """Least cross entropy, with ridge on factors of normalised cues; each picture or clip weighs the same."""
    cues = np.concatenate([one.cues for one in judged])
    good = np.concatenate([one.good for one in judged]).astype(np.float64)
    weight = np.concatenate([np.full(len(one.good), 1 / len(one.good)) for one in judged]) / len(judged)
    middle, spread = cues.mean(axis=0), cues.std(axis=0) + 1e-6
    told = np.column_stack([np.ones(len(cues)), (cues - middle) / spread])
    held = np.r_[0.0, np.full(cues.shape[1], 2 * RIDGE)]

    def loss(factors: Floats) -> tuple[float, Floats]:
        score = told @ factors
        surprise = weight @ (np.logaddexp(0, score) - good * score) + held @ factors**2 / 2
        slope = told.T @ (weight * (1 / (1 + np.exp(-score)) - good)) + held * factors
        return float(surprise), slope

    found = minimize(loss, np.zeros(told.shape[1]), jac=True, method="L-BFGS-B").x
    factors = np.asarray(found[1:] / spread, np.float64)
    return Fit(float(found[0] - factors @ middle), factors)


def left_out(judged: list[Judged]) -> Floats:
    """Probabilities of all cuts, each by a fit to the other pictures or clips."""
    return np.concatenate(
        [fit([*judged[:k], *judged[k + 1 :]]).share(one.cues) for k, one in enumerate(judged)]
    )


def ranks(share: Floats, good: NDArray[np.bool_]) -> float:
    """In which share of pairs a bad cut comes below a good one."""
    return float((share[good][:, None] > share[~good]).mean())


def report(judged: list[Judged]) -> None:
    """Print the factors, and what they are worth on cuts that were left out."""
    best = fit(judged)
    share = left_out(judged)
    good = np.concatenate([one.good for one in judged])
    print(f"{len(judged)} pictures or clips, {len(good)} cuts, {good.mean():.2f} of them good")
    print(f"CONSTANT = {best.constant:.3g}")
    print("FACTORS =", [float(f"{factor:.3g}") for factor in best.factors])
    print(f"left out: a bad cut comes below a good one in {ranks(share, good):.2f} of pairs")
    for low, high in ((0, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 1.01)):
        here = (share >= low) & (share < high)
        if here.any():
            print(f"  told {low:.2f} to {min(high, 1):.2f}: {here.sum()} cuts, {good[here].mean():.2f} good")


def overlap(masks: NDArray[np.bool_], truth: NDArray[np.bool_]) -> Floats:
    """IoU ``[N]`` of masks ``[N, H, W]``."""
    both, either = (masks & truth).sum(axis=(1, 2)), (masks | truth).sum(axis=(1, 2))
    return np.asarray(both / np.maximum(either, 1), np.float64)


def judge_clips(folder: Path, count: int) -> Iterator[Judged]:
    """Film a world, or go on with it, and cut each clip in which something moves."""
    from rich.console import Console

    from flows.demo_clip import film_dance
    from flows.world.make import make_world
    from flows.world.read import read_alpha, read_frames, read_takes
    from models.world.planning import Production

    production = Production(
        seed=CLIP_SEED, size_px=CLIP_PX, fps=24.0, num_frames=CLIP_FRAMES, identities=1, views=0
    )
    make_world(count, folder, production, workers=1, console=Console())
    for take in sorted(read_takes(folder), key=lambda take: take.shot):
        yield from _judged_clip(take.shot, read_frames(take), np.asarray(read_alpha(take) > 0.5, np.bool_))
    for dancer in DANCERS:
        filmed = film_dance(CLIP_FRAMES, 24.0, CLIP_PX, dancer)
        yield from _judged_clip(f"dancer {dancer}", filmed.rgb, np.asarray(filmed.alpha > 127, np.bool_))


def _judged_clip(name: str, rgb: NDArray[np.uint8], truth: NDArray[np.bool_]) -> Iterator[Judged]:
    """The frames that show something; nothing where nothing moves, or nothing is cut out."""
    from models.matting import MotionMatting
    from models.matting.clip_trust import clip_cues
    from models.matting.motion import cut_out

    try:
        alpha, cut = cut_out(MotionMatting(), rgb)
    except NoFigureError:
        return
    shown = (cut.coverage > 0.5).any(axis=(1, 2))
    if shown.any():
        yield Judged(name, clip_cues(cut)[shown], (overlap(alpha > 0.5, truth) >= GOOD_CLIP)[shown])


def judge_stills(places: range, count: int) -> Iterator[Judged]:
    """Cut practice pictures in every way that a picture may be cut."""
    from models.matting.border_colour import read_border
    from models.matting.classical import ClassicalMatting, still_cuts
    from models.matting.trust import cut_cues
    from tests.models.matting.practice_pictures import practice_picture
    from tests.models.matting.practice_stills import film_practice

    filmed = [still for place in places for still in film_practice(place)]
    for number in range(count):
        rgb, truth = practice_picture(number, filmed)
        try:
            found = [c for c in still_cuts(rgb, read_border(rgb), ClassicalMatting()) if c.figure.any()]
        except NoFigureError:
            continue
        cues = np.stack([cut_cues(rgb, cut.figure, cut.odds, cut.agreement) for cut in found])
        iou = overlap(np.stack([cut.figure for cut in found]), truth[None])
        yield Judged(f"picture {number}", cues, iou >= GOOD_STILL)


app = typer.Typer(add_completion=False)


@app.command()
def clips(folder: Path, count: Annotated[int, typer.Option(min=3)] = CLIPS) -> None:
    """Fit models/matting/clip_trust.py: a quarter of an hour of one core, most of it filming to FOLDER."""
    report(list(judge_clips(folder, count)))


@app.command()
def stills(
    places: Annotated[int, typer.Option(min=1)] = len(PLACES),
    pictures: Annotated[int, typer.Option(min=3)] = PICTURES,
) -> None:
    """Fit models/matting/trust.py: some ten minutes of one core."""
    report(list(judge_stills(range(PLACES.start, PLACES.start + places), pictures)))


if __name__ == "__main__":
    app()
