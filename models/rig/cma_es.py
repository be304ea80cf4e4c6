"""CMA-ES: minimise a function of a few dozen numbers without its gradient."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
_START_STEP = 0.35
_EIGEN_EVERY = 8


def minimize(
    cost: Callable[[Vector], float],
    start: Vector,
    spread: Vector,
    iterations: int,
    seed: int,
    population: int = 16,
) -> tuple[float, Vector]:
    """Minimise by covariance matrix adaptation with rank-one and rank-mu updates.

    Hansen, "The CMA Evolution Strategy: A Tutorial" (arXiv 1604.00772), with its default constants.

    Args:
        cost: the function.
        start: first mean [N].
        spread: unit of each coordinate [N]; the search starts with 0.35 of it.
        iterations: number of generations.
        seed: of the random numbers; the same seed gives the same answer.
        population: samples a generation.

    Returns:
        The lowest cost seen and where it was seen.
    """
    rng = np.random.default_rng(seed)
    n, parents = len(start), population // 2
    weights = np.log(parents + 0.5) - np.log(np.arange(1, parents + 1))
    weights /= weights.sum()
    mu_eff = 1 / float((weights**2).sum())
    c_sigma = (mu_eff + 2) / (n + mu_eff + 5)
    damping = 1 + c_sigma
    c_c = (4 + mu_eff / n) / (n + 4 + 2 * mu_eff / n)
    c_1 = 2 / ((n + 1.3) ** 2 + mu_eff)
    c_mu = min(1 - c_1, 2 * (mu_eff - 2 + 1 / mu_eff) / ((n + 2) ** 2 + mu_eff))
    expected_norm = np.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n))

    mean, step = start.copy(), _START_STEP
    covariance, path_c, path_s = np.eye(n), np.zeros(n), np.zeros(n)
    scale, basis = np.ones(n), np.eye(n)
    best_cost, best = cost(mean), mean.copy()
    for generation in range(iterations):
        if generation % _EIGEN_EVERY == 0:
            values, basis = np.linalg.eigh(covariance)
            scale = np.sqrt(np.maximum(values, 1e-12))
        directions = rng.standard_normal((population, n)) * scale @ basis.T
        samples = mean + step * directions * spread
        costs = np.array([cost(sample) for sample in samples])
        order = np.argsort(costs, kind="stable")
        if costs[order[0]] < best_cost:
            best_cost, best = float(costs[order[0]]), samples[order[0]].copy()
        chosen = directions[order[:parents]]
        move = weights @ chosen
        mean = mean + step * move * spread
        path_s = (1 - c_sigma) * path_s + np.sqrt(c_sigma * (2 - c_sigma) * mu_eff) * (
            basis @ ((basis.T @ move) / scale)
        )
        norm = float(np.linalg.norm(path_s))
        settled = (
            norm / np.sqrt(1 - (1 - c_sigma) ** (2 * generation + 2)) < (1.4 + 2 / (n + 1)) * expected_norm
        )
        path_c = (1 - c_c) * path_c + settled * np.sqrt(c_c * (2 - c_c) * mu_eff) * move
        covariance = (
            (1 - c_1 - c_mu) * covariance
            + c_1 * np.outer(path_c, path_c)
            + c_mu * (chosen.T * weights) @ chosen
        )
        step *= float(np.exp(c_sigma / damping * (norm / expected_norm - 1)))
    return best_cost, best
