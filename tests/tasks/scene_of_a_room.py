"""A placed Scene record of the ray-traced room, as build_scene and expand_scene leave it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from data_contracts.camera_formats import format_json
from data_contracts.camera_path import CameraPath
from data_contracts.image import write_png
from data_contracts.record import FileRef
from data_contracts.scene import PosedViews, RgbdLayer, Scene, write_layers, write_views
from tests.models.splatting.room import RoomViews, room_views

SIZE = 64
NUM_FRAMES = 5
FPS = 12.0


def path_views() -> RoomViews:
    """What a perfect rendering along the scene's track shows."""
    return room_views(NUM_FRAMES, SIZE, offset=0.3)


def room_scene(folder: Path, *, valid: bool = True, with_track: bool = True) -> Scene:
    """Six views of the room, and a track of five other poses."""
    folder.mkdir(parents=True, exist_ok=True)
    room, path = room_views(6, SIZE), path_views()
    share = np.zeros(6)
    views = PosedViews(
        room.frames,
        room.depth_m,
        room.masks & valid,
        room.world_from_camera,
        room.intrinsics_px,
        share,
        share,
    )
    layer = RgbdLayer(
        "room",
        room.frames[0],
        room.depth_m[0],
        room.masks[0],
        room.world_from_camera[0],
        room.intrinsics_px[0],
        2.0,
    )
    camera = CameraPath.of(
        path.world_from_camera,
        time_s=np.arange(NUM_FRAMES) / FPS,
        intrinsics_px=path.intrinsics_px,
        width_px=SIZE,
        height_px=SIZE,
    )
    (folder / "track.json").write_text(format_json(camera), encoding="utf-8")
    return Scene(
        views=FileRef.of(write_views(folder / "views.npz", views), folder),
        layers=FileRef.of(write_layers(folder / "layers.npz", [layer]), folder),
        sheet=FileRef.of(write_png(folder / "sheet.png", room.frames[0]), folder),
        track=FileRef.of(folder / "track.json", folder) if with_track else None,
        num_views=6,
        num_layers=1,
        width_px=SIZE,
        height_px=SIZE,
        near_m=1.0,
        pivot_m=3.0,
        hole_share_before=0,
        hole_share_after=0,
        method="test",
    ).placed(folder)
