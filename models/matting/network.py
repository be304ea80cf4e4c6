"""A network so small that its factors stand in the source: one hidden layer, one answer."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Network(NamedTuple):
    """Logistic regression over a hidden layer of hyperbolic tangents."""

    hidden: Floats
    """[K, 1 + C]: of each hidden unit the constant, then a factor for each of C cues."""
    answer: Floats
    """[1 + K]: the constant, then a factor for each hidden unit."""

    def odds(self, cues: Floats) -> Floats:
        """Share ``[N]`` in 0..1 from cues ``[N, C]``."""
        units = np.tanh(self.hidden[:, 0] + cues @ self.hidden[:, 1:].T)
        return np.asarray(1 / (1 + np.exp(-(self.answer[0] + units @ self.answer[1:]))), np.float64)
