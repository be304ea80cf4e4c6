"""Splats: a field of 3D Gaussians, and the PLY file that every 3D Gaussian viewer opens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import ContractError, InputError

SH_C0 = 0.28209479177387814
"""Zeroth spherical harmonic, 1 / (2 sqrt(pi)): 3DGS files hold colour as (rgb - 0.5) / SH_C0."""

MAX_STORED_OPACITY = 1.0 - 1e-6
"""Files hold the logit of the opacity; that of exactly 0 or 1 is infinite and no viewer reads it."""

_PLY_TYPES = {
    "char": "<i1", "uchar": "<u1", "short": "<i2", "ushort": "<u2", "int": "<i4", "uint": "<u4",
    "float": "<f4", "double": "<f8", "int8": "<i1", "uint8": "<u1", "int16": "<i2", "uint16": "<u2",
    "int32": "<i4", "uint32": "<u4", "float32": "<f4", "float64": "<f8",
}  # fmt: skip

_COLUMNS = (
    "x", "y", "z", "nx", "ny", "nz", "f_dc_0", "f_dc_1", "f_dc_2", "opacity",
    "scale_0", "scale_1", "scale_2", "rot_0", "rot_1", "rot_2", "rot_3",
)  # fmt: skip


@dataclass(frozen=True)
class Splats:
    """N Gaussians in world coordinates; every array is float32 and finite.

    Attributes:
        means: [N, 3], metres (or the scene's own unit).
        rotation_wxyz: [N, 4], from the Gaussian's axes to the world; need not be normalised.
        scales_m: [N, 3], standard deviations along its axes, linear, above 0.
        opacities: [N], 0..1, linear.
        rgb: [N, 3], sRGB 0..1, the same from every side.

    Raises:
        ContractError: where an array has another shape, is not finite, or leaves its range.
    """

    means: NDArray[np.float32]
    rotation_wxyz: NDArray[np.float32]
    scales_m: NDArray[np.float32]
    opacities: NDArray[np.float32]
    rgb: NDArray[np.float32]

    def __post_init__(self) -> None:
        n = len(self.means)
        shapes = {
            "means": (n, 3),
            "rotation_wxyz": (n, 4),
            "scales_m": (n, 3),
            "opacities": (n,),
            "rgb": (n, 3),
        }
        for name, shape in shapes.items():
            array = np.ascontiguousarray(getattr(self, name), dtype=np.float32)
            object.__setattr__(self, name, array)
            if array.shape != shape:
                raise ContractError("splats have another shape", where=name, expected=shape, got=array.shape)
            if not np.isfinite(array).all():
                bad = int((~np.isfinite(array)).sum())
                raise ContractError(
                    "splats are not finite", where=name, got=f"{bad} values of NaN or infinity"
                )
        if n and self.scales_m.min() <= 0:
            raise ContractError("scales must be above 0", where="scales_m", got=self.scales_m.min())
        if n and (self.opacities.min() < 0 or self.opacities.max() > 1):
            got = f"{self.opacities.min()}..{self.opacities.max()}"
            raise ContractError("opacities leave their range", where="opacities", expected="0..1", got=got)
        if n and not (np.abs(self.rotation_wxyz).max(axis=1) > 0).all():
            raise ContractError("a quaternion of length 0 is no rotation", where="rotation_wxyz")

    def __len__(self) -> int:
        return len(self.means)

    def take(self, index: NDArray[np.integer] | NDArray[np.bool_]) -> Splats:
        """Return the Gaussians at `index` (numbers or a mask), in that order."""
        return Splats(
            self.means[index],
            self.rotation_wxyz[index],
            self.scales_m[index],
            self.opacities[index],
            self.rgb[index],
        )

    @staticmethod
    def concatenate(*parts: Splats) -> Splats:
        """Return all Gaussians of `parts` (at least one), one part after the other."""
        return Splats(
            np.concatenate([p.means for p in parts]),
            np.concatenate([p.rotation_wxyz for p in parts]),
            np.concatenate([p.scales_m for p in parts]),
            np.concatenate([p.opacities for p in parts]),
            np.concatenate([p.rgb for p in parts]),
        )


def write_splats(splats: Splats, path: Path) -> None:
    """Write `splats` as a binary little-endian PLY with the property names of 3DGS.

    Opacities are stored as logits, scales as natural logarithms, colours as the zeroth spherical
    harmonic; opacities of 0 and 1 move by 1e-6, since their logit is infinite.
    """
    opacity = np.clip(splats.opacities.astype(np.float64), 1.0 - MAX_STORED_OPACITY, MAX_STORED_OPACITY)
    columns = np.concatenate(
        [
            splats.means,
            np.zeros_like(splats.means),
            (splats.rgb - 0.5) / SH_C0,
            np.log(opacity / (1.0 - opacity))[:, None],
            np.log(splats.scales_m),
            splats.rotation_wxyz,
        ],
        axis=1,
    )
    header = ["ply", "format binary_little_endian 1.0", f"element vertex {len(splats)}"]
    header += [f"property float {name}" for name in _COLUMNS] + ["end_header", ""]
    path.write_bytes("\n".join(header).encode("ascii") + columns.astype("<f4").tobytes())


def read_splats(path: Path) -> Splats:
    """Read a PLY of 3D Gaussians: ours, or any with the property names of 3DGS.

    Colours that change with the viewing direction (``f_rest_*``) are left out.

    Raises:
        InputError: if the file is no such PLY, is truncated, or holds values that no Gaussian has.
    """
    vertices = _read_vertices(path)
    missing = [name for name in _COLUMNS if name not in vertices and name not in ("nx", "ny", "nz")]
    if missing:
        hint = "Only PLY files of 3D Gaussians can be read, not plain point clouds or meshes."
        raise InputError("PLY lacks properties", where=path, expected=", ".join(missing), hint=hint)

    def pick(*names: str) -> NDArray[np.float64]:
        return np.stack([vertices[name].astype(np.float64) for name in names], axis=-1)

    logits = vertices["opacity"].astype(np.float64)
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # Splats itself refuses what overflows
            return Splats(
                means=pick("x", "y", "z").astype(np.float32),
                rotation_wxyz=pick("rot_0", "rot_1", "rot_2", "rot_3").astype(np.float32),
                scales_m=np.exp(pick("scale_0", "scale_1", "scale_2")).astype(np.float32),
                opacities=(1.0 / (1.0 + np.exp(-np.clip(logits, -80, 80)))).astype(np.float32),
                rgb=(pick("f_dc_0", "f_dc_1", "f_dc_2") * SH_C0 + 0.5).astype(np.float32),
            )
    except ContractError as error:
        raise InputError("PLY holds values that no Gaussian has", where=path, got=str(error)) from error


def _read_vertices(path: Path) -> dict[str, NDArray[np.generic]]:
    """Return the columns of the PLY's vertices by property name."""
    data = path.read_bytes()
    head, marker, body = data.partition(b"end_header\n")
    lines = head.decode("ascii", errors="replace").splitlines()
    if not marker or not lines or lines[0].strip() != "ply":
        raise InputError("not a PLY file", where=path, expected="'ply' … 'end_header'", got=repr(data[:16]))
    if "format binary_little_endian 1.0" not in (line.strip() for line in lines):
        found = next((line for line in lines if line.startswith("format")), "no format line")
        raise InputError("PLY format", where=path, expected="binary_little_endian 1.0", got=found)
    count, fields = _vertex_layout(lines, path)
    dtype = np.dtype(fields)
    if len(body) < count * dtype.itemsize:
        expected = f"{count * dtype.itemsize} bytes of vertices"
        raise InputError("PLY is truncated", where=path, expected=expected, got=len(body))
    table = np.frombuffer(body, dtype=dtype, count=count)
    return {name: table[name] for name, _ in fields}


def _vertex_layout(lines: list[str], path: Path) -> tuple[int, list[tuple[str, str]]]:
    """Return the number of vertices and the (name, dtype) of each of their properties."""
    elements = [line.split() for line in lines if line.startswith(("element", "property"))]
    if not elements or elements[0][:2] != ["element", "vertex"] or len(elements[0]) != 3:
        raise InputError(
            "PLY must start with its vertices", where=path, got=" ".join(elements[0] if elements else [])
        )
    fields: list[tuple[str, str]] = []
    for words in elements[1:]:
        if words[0] == "element":
            break
        if len(words) != 3 or words[1] not in _PLY_TYPES:
            raise InputError("PLY property", where=path, expected="property TYPE NAME", got=" ".join(words))
        fields.append((words[2], _PLY_TYPES[words[1]]))
    try:
        return int(elements[0][2]), fields
    except ValueError:
        raise InputError("PLY vertex count", where=path, expected="a number", got=elements[0][2]) from None
