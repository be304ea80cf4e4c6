"""One elastic sheet for all layers, slit along the limbs.

Every layer has its own copy of the common lattice. Copies are the same vertex only within the joint discs
(shoulders, hips, neck): arms slide over the body, and yet joints stay whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX, JOINTS
from models.puppet.arap import Arap
from models.puppet.body_parts import PARTS, Bone
from models.puppet.lattice import cell_edges, lattice_over
from models.puppet.layer import Layer
from models.puppet.skinning import blend, bone_heat, bone_transforms, distance_to_bone
from models.puppet.soles import Soles

_THIGHS: tuple[Bone, ...] = (("right_hip", "right_knee"), ("left_hip", "left_knee"))
_SPINE: Bone = ("root", "chest")
_GIRDLES: tuple[Bone, ...] = PARTS["torso"][2:]
"""From the spine to the shoulders and hips."""
_CLOTH_SHARE = 0.7
"""How far cloth below the hips follows the thighs, where legs have no layers."""
_BENDS = ("shoulder", "elbow", "hip", "knee")


@dataclass(frozen=True)
class SheetLayer:
    """A layer's texture and mesh: its vertices in the texture, and which vertices of the sheet they are."""

    name: str
    texture: NDArray[np.float32]
    texture_xy: NDArray[np.float64]
    vertices: NDArray[np.int64]
    triangles: NDArray[np.int64]


class Sheet:
    """The layers as one mesh, bound to the skeleton.

    Args:
        layers: of `models.puppet.layers.cut_layers`.
        joints: [16, 2] xy in pixels of the textures.
        cell_px: lattice cell.
        legs: whether legs have layers; otherwise cloth follows the thighs.
    """

    def __init__(
        self, layers: Sequence[Layer], joints: NDArray[np.float64], cell_px: int, legs: bool
    ) -> None:
        self.soles = Soles(joints, {layer.name: layer.texture[..., 3] for layer in layers})
        parts = {layer.name: PARTS[layer.name] for layer in layers}
        for side in self.soles.depths:
            parts[f"{side}_leg"] += ((f"{side}_foot", f"{side}_sole"),)
        names = [*JOINTS, *(f"{side}_sole" for side in self.soles.depths)]
        self._index = {name: k for k, name in enumerate(names)}
        self._joints = self._with_soles(joints)
        self._bones: list[Bone] = list(dict.fromkeys(bone for bones in parts.values() for bone in bones))
        if not legs:
            self._bones += [bone for bone in _THIGHS if bone not in self._bones]
        self.layers, self.vertices, owners, edges = _glue(layers, cell_px)
        distances = np.stack(
            [
                distance_to_bone(self.vertices, *self._joints[[self._index[a], self._index[b]]])
                for a, b in self._bones
            ],
            axis=1,
        )
        allowed = np.array(
            [[any(bone in parts[name] for name in owner) for bone in self._bones] for owner in owners]
        )
        distances = np.where(allowed, distances / cell_px, np.inf)
        weights = bone_heat(edges, distances)
        handles = np.flatnonzero(self._on_bones(distances, cell_px))
        if not legs:
            weights, swaying = self._let_cloth_sway(weights, owners)
            handles = np.union1d(handles, swaying)
        self._weights = weights
        self._girdles = [k for k, bone in enumerate(self._bones) if bone in _GIRDLES]
        self._arap = Arap(self.vertices, edges, handles)
        self.layers = [self._upper_bone_first(layer, parts[layer.name]) for layer in self.layers]

    def move(self, joints: NDArray[np.float64], iterations: int = 3) -> NDArray[np.float64]:
        """Vertices [N, 2] for new joints [16, 2], in the same pixels as the joints at rest."""
        joints = self._with_soles(joints)
        a, b = np.array([[self._index[start], self._index[end]] for start, end in self._bones]).T
        matrices, offsets = bone_transforms(self._joints[a], self._joints[b], joints[a], joints[b])
        if self._girdles:  # none where joints lie so that no pixel is the trunk's
            # Shoulders and hips take the trunk along to where they go; it does not turn about itself there.
            matrices[self._girdles] = matrices[self._bones.index(_SPINE)]
            offsets[self._girdles] = (joints[b] - np.einsum("bij,bj->bi", matrices, self._joints[b]))[
                self._girdles
            ]
        start = blend(self.vertices, self._weights, matrices, offsets)
        return self._arap.solve(start, start[self._arap.handles], iterations)

    def _with_soles(self, joints: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.concatenate([joints, self.soles.placed(joints)])

    def _on_bones(self, distances: NDArray[np.float64], cell_px: int) -> NDArray[np.bool_]:
        """Vertices on a bone, but not right at a joint, where the sheet has to bend freely."""
        on = distances.min(1) < 0.8
        bends = [f"{side}_{joint}" for side in ("right", "left") for joint in _BENDS] + ["neck"]
        for name in [*bends, *(f"{side}_foot" for side in self.soles.depths)]:
            on &= np.linalg.norm(self.vertices - self._joints[INDEX[name]], axis=1) > 0.9 * cell_px
        return np.asarray(on)

    def _let_cloth_sway(
        self, weights: NDArray[np.float64], owners: Sequence[frozenset[str]]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        right, left = self._joints[INDEX["right_hip"]], self._joints[INDEX["left_hip"]]
        hips_y = 0.5 * (right[1] + left[1])
        thigh = abs(self._joints[INDEX["right_knee"], 1] - hips_y) + 1e-6
        torso = np.array(["torso" in owner for owner in owners])
        share = np.where(torso, _CLOTH_SHARE * np.clip((self.vertices[:, 1] - hips_y) / thigh, 0, 1), 0)
        across = np.clip((self.vertices[:, 0] - right[0]) / max(8.0, left[0] - right[0]), 0, 1)
        swayed = weights * (1 - share[:, None])
        swayed[:, self._bones.index(_THIGHS[0])] += share * (1 - across)
        swayed[:, self._bones.index(_THIGHS[1])] += share * across
        some = (share > 0.3) & (np.arange(len(share)) % 7 == 0)
        return swayed, np.flatnonzero(some)

    def _upper_bone_first(self, layer: SheetLayer, bones: Sequence[Bone]) -> SheetLayer:
        """Order a limb's triangles so that the forearm, or shin and foot, is drawn over the upper bone."""
        if layer.name in ("torso", "head"):
            return layer
        below = [self._bones.index(bone) for bone in bones[1:]]
        lower = self._weights[layer.vertices][:, below].sum(1)
        order = np.argsort(lower[layer.triangles].mean(1), kind="stable")
        return SheetLayer(
            layer.name,
            layer.texture,
            layer.texture_xy,
            layer.vertices,
            np.ascontiguousarray(layer.triangles[order]),
        )


def _glue(
    layers: Sequence[Layer], cell_px: int
) -> tuple[list[SheetLayer], NDArray[np.float64], list[frozenset[str]], NDArray[np.int64]]:
    """Merge the layers' lattices: which sheet vertex each corner is, and which layers share it."""
    number: dict[tuple[str, float, float], int] = {}
    owners: list[set[str]] = []
    positions: list[tuple[float, float]] = []
    meshes: list[SheetLayer] = []
    edges: list[NDArray[np.int64]] = []
    for layer in layers:
        lattice = lattice_over(layer.texture[..., 3], cell_px)
        ids = np.zeros(len(lattice.vertices), np.int64)
        for i, (x, y) in enumerate(lattice.vertices):
            glued = layer.joint_xy is None or bool(
                np.hypot(x - layer.joint_xy[0], y - layer.joint_xy[1]) < layer.joint_radius
            )
            key = ("torso" if glued else layer.name, float(x), float(y))
            if key not in number:
                number[key] = len(positions)
                positions.append((float(x), float(y)))
                owners.append(set())
            ids[i] = number[key]
            owners[number[key]].add(layer.name)
        edges.append(cell_edges(ids[lattice.cells]))
        meshes.append(SheetLayer(layer.name, layer.texture, lattice.vertices, ids, lattice.triangles))
    return (
        meshes,
        np.array(positions),
        [frozenset(owner) for owner in owners],
        np.unique(np.concatenate(edges), axis=0),
    )
