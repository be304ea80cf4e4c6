"""Graph: where the boxes of the stages stand in the drawing, and how lines run between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flows.report.content import StageContent
from flows.report.stage_notes import LANE_TITLES, Lane, note_of

BOX_WIDTH, BOX_HEIGHT = 190, 80
_GAP_X, _GAP_Y = 30, 18
_LANE_GAP = 74
_MARGIN_X, _MARGIN_TOP = 10, 30
_TITLE_RISE, _BUS_RISE, _CORNER = 44, 24, 9


@dataclass(frozen=True)
class Box:
    """A stage's box; x and y are of its upper left corner, in the drawing's units."""

    stage: StageContent
    x: float
    y: float

    def shares(self) -> list[tuple[str, float, float]]:
        """(status, offset, width) of the segments of the bar below the box, 0..1 of its width."""
        total = self.stage.items or 1
        segments: list[tuple[str, float, float]] = []
        offset = 0.0
        for status, count in self.stage.counts.items():
            if count:
                segments.append((status, offset, count / total))
                offset += count / total
        return segments


@dataclass(frozen=True)
class Edge:
    """A line from a stage to one that is made from it."""

    source: str
    target: str
    path: str
    """SVG path data."""
    implied: bool
    """Other lines lead there too; it is drawn faintly."""


@dataclass(frozen=True)
class LaneTitle:
    """What a group of boxes has in common."""

    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Graph:
    """The drawing."""

    width: float
    height: float
    boxes: list[Box]
    edges: list[Edge]
    lanes: list[LaneTitle]


def graph_of(stages: Sequence[StageContent], edges: Sequence[tuple[str, str]]) -> Graph:
    """Lay out the stages: what is made once for each input on top, then jobs, then pairs."""
    boxes: dict[str, Box] = {}
    titles: list[LaneTitle] = []
    top = float(_MARGIN_TOP)
    for lane, title in LANE_TITLES.items():
        members = [stage for stage in stages if note_of(stage.name).lane == lane]
        if not members:
            continue
        titles.append(LaneTitle(title, _MARGIN_X, top - (_TITLE_RISE if boxes else 12)))
        for stage, column, row in _places(members, edges, lane):
            x = _MARGIN_X + column * (BOX_WIDTH + _GAP_X)
            boxes[stage.name] = Box(stage, x, top + row * (BOX_HEIGHT + _GAP_Y))
        lowest = max(boxes[stage.name].y for stage in members)
        top = lowest + BOX_HEIGHT + _LANE_GAP
    drawn = [edge for edge in edges if edge[0] in boxes and edge[1] in boxes]
    implied = implied_edges(drawn)
    return Graph(
        width=max((box.x for box in boxes.values()), default=0) + BOX_WIDTH + _GAP_X,
        height=top - _LANE_GAP + 12,
        boxes=list(boxes.values()),
        edges=[
            Edge(source, target, _line(boxes[source], boxes[target]), (source, target) in implied)
            for source, target in drawn
        ],
        lanes=titles,
    )


def _places(
    stages: Sequence[StageContent], edges: Sequence[tuple[str, str]], lane: Lane
) -> list[tuple[StageContent, int, int]]:
    """(stage, column, row). Inputs branch, so a column is a step; jobs and pairs are one line each."""
    if lane != "inputs":
        return [(stage, column, 0) for column, stage in enumerate(stages)]
    names = {stage.name for stage in stages}
    columns: dict[str, int] = {}
    for stage in stages:
        before = [columns[source] for source, target in edges if target == stage.name and source in columns]
        columns[stage.name] = max(before, default=-1) + 1
    placed, rows_taken = [], dict.fromkeys(range(len(stages)), 0)
    ends = names - {source for source, target in edges if target in names}
    # What goes on in the lane stands on top, so that lines which leave it pass below.
    for stage in sorted(stages, key=lambda stage: stage.name in ends):
        column = columns[stage.name]
        placed.append((stage, column, rows_taken[column]))
        rows_taken[column] += 1
    return placed


def _line(source: Box, target: Box) -> str:
    """Path data from a box to another: within a lane a curve, to a lower lane square with round corners."""
    if note_of(source.stage.name).lane != note_of(target.stage.name).lane:
        return _line_down(source, target)
    x0, y0 = source.x + BOX_WIDTH, source.y + BOX_HEIGHT / 2
    x1, y1 = target.x, target.y + BOX_HEIGHT / 2
    if y0 == y1 and x1 - x0 > _GAP_X:  # over the boxes in between
        x0, x1 = source.x + BOX_WIDTH * 0.75, target.x + BOX_WIDTH * 0.25
        return f"M{x0:g} {source.y:g} C{x0:g} {source.y - 24:g} {x1:g} {target.y - 24:g} {x1:g} {target.y:g}"
    bend = max(14.0, (x1 - x0) / 2)
    return f"M{x0:g} {y0:g} C{x0 + bend:g} {y0:g} {x1 - bend:g} {y1:g} {x1:g} {y1:g}"


def _line_down(source: Box, target: Box) -> str:
    """Out to the right, down through the gap between columns, along above the target's lane, and in."""
    x0, y0 = source.x + BOX_WIDTH, source.y + BOX_HEIGHT / 2
    gap = x0 + _GAP_X / 2
    x1, bus = target.x + BOX_WIDTH / 2, target.y - _BUS_RISE
    turn = _CORNER if x1 > gap else -_CORNER
    return (
        f"M{x0:g} {y0:g} H{gap - _CORNER:g} Q{gap:g} {y0:g} {gap:g} {y0 + _CORNER:g} "
        f"V{bus - _CORNER:g} Q{gap:g} {bus:g} {gap + turn:g} {bus:g} "
        f"H{x1 - turn:g} Q{x1:g} {bus:g} {x1:g} {bus + _CORNER:g} V{target.y:g}"
    )


def implied_edges(edges: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Edges whose target can be reached from their source by a longer way."""
    after: dict[str, set[str]] = {}
    for source, target in edges:
        after.setdefault(source, set()).add(target)

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        waiting = list(after.get(start, ()))
        while waiting:
            stage = waiting.pop()
            if stage not in seen:
                seen.add(stage)
                waiting += after.get(stage, ())
        return seen

    return {
        (source, target)
        for source, target in edges
        if any(target in reached(other) for other in after[source] if other != target)
    }
