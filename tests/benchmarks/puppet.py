"""What a moving figure costs: frames a second, the solver beside AnimatedDrawings', and the time to begin."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from data_contracts.image import flatten, read_image
from data_contracts.rig import Skeleton, read_skeleton
from flows.accuracy.run import AccuracyRequest, assets_of
from flows.rig_editor.motions import motion_loop
from flows.rig_editor.subject import find_skeleton
from models.puppet.arap import Arap
from models.puppet.compose import ComposeConfig, compose
from models.puppet.lattice import Lattice, lattice_over
from models.puppet.placement import Placement
from models.puppet.puppet import Puppet
from models.puppet.retarget import FigureMotion, RetargetConfig, retarget
from models.world.art.girl import draw_girl
from tests.benchmarks.puppet_baselines import Floats, TwoSteps, animated_drawings

SIZE_PX = 512
FIGURE_SHARE = 0.78
"""Of the frame's height: 400 px."""
MOTIONS = ("Dance", "Jumping jacks")
ROUNDS = 3
MESH_VERTICES = 1100
"""Of the mesh on which the solvers are compared: AnimatedDrawings makes about as many for its drawings."""
DRAWINGS = ("char1", "char2", "char4")
"""AnimatedDrawings' own, with the joints that its authors give."""


class Figure(NamedTuple):
    """A picture with its matte and joints."""

    name: str
    rgb: NDArray[np.uint8]
    alpha: NDArray[np.float32]
    skeleton: Skeleton


def figures(assets: Path | None) -> list[Figure]:
    """Our own drawing, and AnimatedDrawings' where they are here."""
    girl = draw_girl()
    alpha = np.ascontiguousarray(girl[..., 3])
    rgb = flatten(girl)
    found = [Figure("girl", rgb, _share(alpha), find_skeleton(rgb, alpha))]
    for name in DRAWINGS:
        path = assets / "refs" / f"drawing_{name}_texture.png" if assets else None
        if path is not None and path.is_file():
            picture = flatten(read_image(path))
            mask = read_image(path.with_name(f"drawing_{name}_mask.png"))[..., 0]
            rig = read_skeleton(path.with_name(f"drawing_{name}_cfg.yaml"))
            found.append(Figure(name, picture, _share(mask), rig.resized(*picture.shape[1::-1])))
    return found


def _share(alpha: NDArray[np.uint8]) -> NDArray[np.float32]:
    return (alpha / np.float32(255)).astype(np.float32)


def measure_figure(figure: Figure) -> dict[str, Any]:
    """Costs of one figure, on one thread: what a clip's frame takes from joints to the finished picture."""
    rows = np.flatnonzero((figure.alpha > 0.5).any(1))
    scale = FIGURE_SHARE * SIZE_PX / (rows[-1] + 1 - rows[0])
    begun = time.perf_counter()
    puppet = Puppet(figure.rgb, figure.alpha, figure.skeleton, scale)
    init_s = time.perf_counter() - begun
    motions = [
        retarget(figure.skeleton, motion_loop(title), RetargetConfig(root_motion=0)) for title in MOTIONS
    ]
    frames: list[float] = []
    begun = time.thread_time()
    for _ in range(ROUNDS):
        for motion in motions:
            frames += _frame_seconds(puppet, motion, scale)
    spent_s = (time.thread_time() - begun) / len(frames)
    solves = [
        _seconds(puppet._sheet.move, puppet._to_texture(joints))
        for _ in range(ROUNDS)
        for motion in motions
        for joints in motion.joints_xy_px
    ]
    return {
        "figure": figure.name,
        "vertices": len(puppet._sheet.vertices),
        "init_s": round(init_s, 3),
        "solve_ms": round(1000 * float(np.median(solves)), 2),
        "frames_per_s_512": round(1 / float(np.median(frames)), 1),
        "processor_ms_per_frame": round(1000 * spent_s, 1),
    } | measure_solvers(figure, motions)


def _frame_seconds(puppet: Puppet, motion: FigureMotion, scale: float) -> list[float]:
    """Seconds of each frame, over a background and with its shadow."""
    count = len(motion.joints_xy_px)
    middle = 0.5 * (motion.joints_xy_px.min((0, 1)) + motion.joints_xy_px.max((0, 1)))
    offset = np.tile(SIZE_PX / 2 - scale * middle, (count, 1))
    placement = Placement(np.full(count, scale), offset, np.full(count, 3.0), np.zeros((count, 2)))
    background = np.full((count, SIZE_PX, SIZE_PX, 3), 180, np.uint8)
    pictures = compose(puppet, motion, placement, background, None, True, ComposeConfig())
    return [_seconds(next, pictures) for _ in range(count)]


def measure_solvers(figure: Figure, motions: list[FigureMotion]) -> dict[str, Any]:
    """Our solver and others on one mesh, with the same pins at the same places."""
    mesh = _mesh(figure.alpha)
    joints = figure.skeleton.joints_xy_px
    away = np.linalg.norm(mesh.vertices[:, None] - joints, axis=2)
    pins, which = np.unique(away.argmin(0), return_index=True)
    rest = mesh.vertices[pins]
    targets = [rest + now[which] - joints[which] for motion in motions for now in motion.joints_xy_px]
    ours = Arap(mesh.vertices, mesh.edges(), pins)
    solvers: dict[str, Callable[[Floats], Floats]] = {
        "same_mesh_ms": lambda places: ours.solve(mesh.vertices, places),
        "two_steps_ms": TwoSteps(pins, mesh.triangles, mesh.vertices).solve,
    }
    figures: dict[str, Any] = {"same_mesh_vertices": len(mesh.vertices)}
    theirs = animated_drawings()
    if theirs is not None:
        begun = time.perf_counter()
        solvers["animated_drawings_ms"] = theirs(rest, mesh.triangles, mesh.vertices).solve
        figures["animated_drawings_init_s"] = round(time.perf_counter() - begun, 2)
    spent: dict[str, list[float]] = {name: [] for name in solvers}
    for places in targets:  # in turns, so that whatever else the machine does meets all of them
        for name, solve in solvers.items():
            spent[name].append(_seconds(solve, places))
    return figures | {name: round(1000 * float(np.median(spent[name])), 3) for name in solvers}


def _mesh(alpha: NDArray[np.float32]) -> Lattice:
    """The finest lattice over a figure with at most MESH_VERTICES."""
    for cell_px in range(4, max(alpha.shape)):
        mesh = lattice_over(alpha, cell_px)
        if len(mesh.vertices) <= MESH_VERTICES:
            return mesh
    raise ValueError("no lattice is so coarse")


def _seconds(work: Callable[..., object], *arguments: object) -> float:
    begun = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - begun


def measure(assets: Path | None) -> dict[str, Any]:
    """All figures of the benchmark; what stands at the top is of the figure that is worst at it."""
    known = figures(assets)
    measure_figure(known[0])  # compiles what is compiled
    rows = [measure_figure(figure) for figure in known]

    def ratio(name: str) -> float | None:
        ratios = [row[name] / row["same_mesh_ms"] for row in rows if name in row]
        return round(min(ratios), 1) if ratios else None

    return {
        "frames_per_s_512": min(row["frames_per_s_512"] for row in rows),
        "processor_ms_per_frame": max(row["processor_ms_per_frame"] for row in rows),
        "solve_ms": max(row["solve_ms"] for row in rows),
        "init_s": max(row["init_s"] for row in rows),
        "ratio_animated_drawings_solve": ratio("animated_drawings_ms"),
        "ratio_two_steps_solve": ratio("two_steps_ms"),
        "threads": 1,
        "figures": rows,
    }


def main() -> None:
    """Print the figures and write them to the file that is named on the command line."""
    console = Console(width=140)
    path = Path(sys.argv[1])
    told = measure(assets_of(AccuracyRequest(out=path.parent)))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told, indent=1) + "\n")
    names = list(told["figures"][0])
    table = Table(
        *(name.replace("_", " ") for name in names),
        title=f"A figure of {FIGURE_SHARE * SIZE_PX:.0f} px in {SIZE_PX}x{SIZE_PX}, one thread",
    )
    for row in told["figures"]:
        table.add_row(*(str(row[name]) for name in names))
    console.print(table)
    if told["ratio_animated_drawings_solve"] is None:
        console.print("AnimatedDrawings is not installed: its column stays empty.")
    console.print({name: value for name, value in told.items() if name != "figures"})


if __name__ == "__main__":
    main()
