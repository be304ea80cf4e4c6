"""Motion in the BVH format (Biovision hierarchy): the skeleton, its channels and their values over time.

Files differ in line ends, tabs, rotation orders, position channels on inner joints and frame rates; all
of that is read as it stands. Units are the file's own (BVH states none), angles are degrees.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError

SHORTEST_FRAME_S, LONGEST_FRAME_S = 0.0005, 10.0
"""Frame times that a motion can have: 2,000 frames a second to one in ten seconds."""

LARGEST = 1e9
"""Largest number of an offset or a channel, whatever its unit: larger ones overflow later."""
DEEPEST = 200
"""Most joints from the root to a hand: rigs for games and films have thirty."""

CHANNEL_NAMES = frozenset(f"{axis}{kind}" for axis in "XYZ" for kind in ("position", "rotation"))
_HINT = "Export the motion again as BVH, or mend the file in a text editor."


@dataclass(frozen=True)
class BvhMotion:
    """One BVH file.

    Attributes:
        joint_names: J names; an end site is called ``<parent>_end`` and has no channels.
        parents: J indices, -1 for the root; a parent always stands before its children.
        offsets: float64 [J, 3], rest position in the parent's frame, file units.
        channels: per joint its channel names in the file's order, e.g. ``("Zrotation", ...)``.
        values: float64 [T, C], one column a channel in the file's order; degrees or file units.
        frame_time_s: seconds from frame to frame, over 0.
    """

    joint_names: tuple[str, ...]
    parents: tuple[int, ...]
    offsets: NDArray[np.float64]
    channels: tuple[tuple[str, ...], ...]
    values: NDArray[np.float64]
    frame_time_s: float

    @property
    def fps(self) -> float:
        """Frames in a second."""
        return 1.0 / self.frame_time_s

    @property
    def n_frames(self) -> int:
        """Number of frames."""
        return int(self.values.shape[0])


def read_bvh(path: Path) -> BvhMotion:
    """Read a BVH file. Raises InputError with the line number where the file is not BVH."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(
            "the BVH file cannot be read", where=path, got=error, hint="Check the path."
        ) from error
    if b"\0" in raw[:4096]:
        raise InputError("this is not a BVH text file", where=path, got="binary data", hint=_HINT)
    return parse_bvh(raw.decode("utf-8-sig", errors="replace"), where=str(path))


def parse_bvh(text: str, where: str = "BVH text") -> BvhMotion:
    """Parse the text of a BVH file; `where` names it in errors. Raises InputError with the line number."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        raise InputError("the BVH file is empty", where=where, hint=_HINT)
    return _Parser(lines, where).motion()


def format_bvh(motion: BvhMotion) -> str:
    """Write `motion` as the text of a BVH file: `parse_bvh` gives the same joints and values back."""
    children: list[list[int]] = [[] for _ in motion.parents]
    for joint, parent in enumerate(motion.parents):
        if parent >= 0:
            children[parent].append(joint)
    out = ["HIERARCHY"]

    def block(joint: int, depth: int) -> None:
        pad = "  " * depth
        is_end = not motion.channels[joint] and not children[joint] and depth > 0
        kind = "ROOT" if depth == 0 else "JOINT"
        out.append(f"{pad}End Site" if is_end else f"{pad}{kind} {motion.joint_names[joint]}")
        out.append(f"{pad}{{")
        out.append(f"{pad}  OFFSET " + " ".join(f"{v:.6f}" for v in motion.offsets[joint]))
        if not is_end:
            names = motion.channels[joint]
            out.append(f"{pad}  CHANNELS {len(names)} " + " ".join(names))
        for child in children[joint]:
            block(child, depth + 1)
        out.append(f"{pad}}}")

    block(0, 0)
    out += ["MOTION", f"Frames: {motion.n_frames}", f"Frame Time: {motion.frame_time_s:.8f}"]
    out += [" ".join(f"{v:.6f}" for v in row) for row in motion.values]
    return "\n".join(out) + "\n"


class _Parser:
    """Walks the lines once; keeps the current line number for errors."""

    def __init__(self, lines: list[tuple[int, str]], where: str) -> None:
        self.lines: Iterator[tuple[int, str]] = iter(lines)
        self.where = where
        self.number = 0
        self.names: list[str] = []
        self.parents: list[int] = []
        self.offsets: list[list[float] | None] = []
        self.channels: list[tuple[str, ...]] = []

    def fail(self, what: str, expected: str = "", got: str = "") -> InputError:
        return InputError(
            what, where=f"{self.where}, line {self.number}", expected=expected, got=got, hint=_HINT
        )

    def next_line(self, expected: str) -> str:
        try:
            self.number, line = next(self.lines)
        except StopIteration:
            raise self.fail("the BVH file ends too early", expected=expected, got="end of file") from None
        return line

    def floats(self, words: list[str], what: str) -> list[float]:
        try:
            values = [float(word) for word in words]
        except ValueError as error:
            raise self.fail(f"{what} must be numbers", got=" ".join(words)[:60]) from error
        if not all(map(math.isfinite, values)):
            raise self.fail(f"{what} must be finite numbers", got=" ".join(words)[:60])
        if max(map(abs, values), default=0) > LARGEST:
            raise self.fail(f"{what} must be smaller numbers", f"up to {LARGEST:g}", " ".join(words)[:60])
        return values

    def motion(self) -> BvhMotion:
        if self.next_line("HIERARCHY").upper() != "HIERARCHY":
            raise self.fail("a BVH file starts with HIERARCHY")
        self.hierarchy()
        missing = next(
            (n for n, offset in zip(self.names, self.offsets, strict=True) if offset is None), None
        )
        if missing is not None:
            raise self.fail(f"joint {missing!r} has no OFFSET")
        count, frame_time_s = self.timing()
        values = self.frames(count, sum(map(len, self.channels)))
        offsets = np.array(self.offsets, np.float64)
        return BvhMotion(
            tuple(self.names), tuple(self.parents), offsets, tuple(self.channels), values, frame_time_s
        )

    def hierarchy(self) -> None:
        open_joints: list[int] = []
        while True:
            line = self.next_line("MOTION")
            # Some exporters put the opening brace on the joint's own line.
            word, _, rest = line.rstrip("{").strip().partition(" ") if line != "{" else ("{", "", "")
            word, rest = (word.split("\t")[0], "\t".join(word.split("\t")[1:]) + rest)
            keyword = word.upper()
            if keyword == "MOTION":
                if open_joints or not self.names:
                    raise self.fail("MOTION before the hierarchy is closed", expected="}", got=line)
                return
            if keyword in ("ROOT", "JOINT", "END"):
                self.add_joint(keyword, rest.strip(), open_joints)
            elif keyword == "OFFSET":
                self.need(open_joints, "OFFSET")
                numbers = self.floats(rest.split(), "an OFFSET")
                if len(numbers) != 3:
                    raise self.fail("an OFFSET needs three numbers", expected="3", got=str(len(numbers)))
                self.offsets[open_joints[-1]] = numbers
            elif keyword == "CHANNELS":
                self.need(open_joints, "CHANNELS")
                self.channels[open_joints[-1]] = self.channel_names(rest.split())
            elif keyword == "}":
                self.need(open_joints, "}")
                open_joints.pop()
            elif keyword not in ("{", ""):
                raise self.fail(
                    "unknown word in the hierarchy", "ROOT, JOINT, End Site, OFFSET, CHANNELS", line
                )

    def need(self, open_joints: list[int], word: str) -> None:
        if not open_joints:
            raise self.fail(f"{word} outside of a joint", expected="ROOT first", got=word)

    def add_joint(self, keyword: str, name: str, open_joints: list[int]) -> None:
        if keyword == "ROOT" and self.names:
            raise self.fail("a second ROOT: only one skeleton a file is read", got=name)
        if keyword != "ROOT":
            self.need(open_joints, keyword)
        if len(open_joints) == DEEPEST:
            raise self.fail("joints hang on each other too deeply", expected=f"at most {DEEPEST} in a row")
        parent = open_joints[-1] if open_joints else -1
        name = f"{self.names[parent]}_end" if keyword == "END" else name
        if not name:
            raise self.fail("a joint has no name")
        self.names.append(name)
        self.parents.append(parent)
        self.offsets.append(None)
        self.channels.append(())
        open_joints.append(len(self.names) - 1)

    def channel_names(self, words: list[str]) -> tuple[str, ...]:
        count = words[0] if words else ""
        names = tuple(word[:1].upper() + word[1:].lower() for word in words[1:])
        if not count.isdigit() or int(count) != len(names):
            raise self.fail("the number of CHANNELS differs from their names", count, str(len(names)))
        unknown = [name for name in names if name not in CHANNEL_NAMES]
        if unknown or len(set(names)) != len(names):
            raise self.fail("unknown or repeated channel", ", ".join(sorted(CHANNEL_NAMES)), " ".join(names))
        return names

    def timing(self) -> tuple[int, float]:
        line = self.next_line("Frames:")
        match = re.fullmatch(r"Frames\s*:\s*(\d+)", line, re.IGNORECASE)
        if match is None or int(match[1]) < 1:
            raise self.fail("the number of frames is missing or 0", expected="Frames: N, N >= 1", got=line)
        count = int(match[1])
        line = self.next_line("Frame Time:")
        match = re.fullmatch(r"Frame\s*Time\s*:\s*(\S+)", line, re.IGNORECASE)
        frame_time_s = self.floats([match[1]], "the frame time")[0] if match else 0.0
        if frame_time_s <= 0:
            raise self.fail(
                "the frame time is missing or not over 0", expected="Frame Time: seconds", got=line
            )
        if not SHORTEST_FRAME_S <= frame_time_s <= LONGEST_FRAME_S:
            raise self.fail(
                "the frame time is absurd: it is in seconds",
                expected=f"{SHORTEST_FRAME_S:g} to {LONGEST_FRAME_S:g} s",
                got=f"{frame_time_s:g}",
            )
        return count, frame_time_s

    def frames(self, count: int, n_channels: int) -> NDArray[np.float64]:
        rows: list[list[float]] = []
        for number, line in self.lines:
            self.number = number
            row = self.floats(line.split(), "channel values")
            if len(row) != n_channels:
                raise self.fail("a frame has the wrong number of values", str(n_channels), str(len(row)))
            rows.append(row)
        if len(rows) != count:
            raise self.fail("the number of frames differs from 'Frames:'", str(count), str(len(rows)))
        return np.array(rows, np.float64).reshape(count, n_channels)
