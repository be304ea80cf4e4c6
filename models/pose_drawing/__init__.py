"""Drawing keypoints as OpenPose and DWPose users expect them: body, hands and face, each by itself."""

from models.pose_drawing.drawing import PARTS, Part, draw_pose

__all__ = ["PARTS", "Part", "draw_pose"]
