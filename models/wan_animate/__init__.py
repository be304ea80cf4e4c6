"""Wan Animate of the model hub, fed with the job's own background, masks, poses and faces."""
