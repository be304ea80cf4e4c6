"""The conventions that every array, file and field of Bunraku follows. Said here once.

Images
    ``rgb`` is uint8 ``[H, W, 3]``, ``rgba`` is uint8 ``[H, W, 4]`` with straight (not premultiplied)
    alpha, sRGB. A matte ``alpha`` is float32 ``[H, W]`` in 0..1; a mask is bool ``[H, W]``.
    A clip adds a leading time axis ``[T, ...]``.

Pixel coordinates
    ``xy_px``: x to the right, y down, and the *centre* of the top-left pixel is (0.5, 0.5), as in
    COLMAP and gsplat. OpenCV functions put it at (0, 0): shift by half a pixel at that boundary.

Cameras
    OpenCV axes: x right, y down, z forward. ``world_from_camera`` is float64 ``[T, 4, 4]`` and maps
    camera coordinates to world coordinates. ``intrinsics_px`` is float64 ``[T, 4]``: fx, fy, cx, cy.
    Rotations as quaternions are named with their order: ``rotation_wxyz``.

Depth
    ``depth_m`` is float32 ``[H, W]`` along the camera's z axis (not along the ray), in metres or in
    the scene's own unit where no metre is known; 0 means 'no value'.

Poses
    COCO-WholeBody, 133 keypoints: ``keypoints_xy_px`` float32 ``[T, P, 133, 2]`` and ``confidence``
    float32 ``[T, P, 133]`` in 0..1, where 0 means 'missing'. Coordinates are always finite.

Time and randomness
    ``time_s``, ``fps``; frame t is shown at t / fps. Every random choice comes from a seed that is part
    of the item's key: the same item gives the same bytes on the same machine.
"""

NO_DEPTH = 0.0
"""Value of a depth map where nothing is known."""
