"""Muon for the matrices inside the layers, Adam for everything else.

Muon (Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks")
orthogonalises the momentum of each matrix; where compute is the limit it needs fewer
tokens than Adam for the same loss. Several processes share the work: each updates its
own part of the parameters, which lie in shared memory.
"""

from __future__ import annotations

from collections import defaultdict

import torch
from torch import Tensor, nn

from .precision import compute_type

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)  # coefficients of the Muon write-up
STEPS = 5
MOMENTUM = 0.95
DECAY = 0.01


def orthogonal(stack: Tensor) -> Tensor:
    """Nearest orthogonal matrices, roughly, of a stack [n, rows, columns]."""
    a, b, c = NEWTON_SCHULZ
    x = stack.to(compute_type())
    tall = x.shape[1] > x.shape[2]
    if tall:
        x = x.transpose(1, 2)
    x = x / (x.float().flatten(1).norm(dim=1)[:, None, None].to(x.dtype) + 1e-7)
    for _ in range(STEPS):
        gram = x @ x.transpose(1, 2)
        x = a * x + (b * gram + c * (gram @ gram)) @ x
    return (x.transpose(1, 2) if tall else x).float()


class Optimiser:
    """`model` must be in shared memory when there is more than one part."""

    def __init__(self, model: nn.Module, matrix_rate: float = 0.02, other_rate: float = 2e-3) -> None:
        named = list(model.named_parameters())
        self.matrix_rate, self.other_rate = matrix_rate, other_rate
        self.matrices = [p for name, p in named if p.ndim == 2 and "embedding" not in name]
        self.others = [p for name, p in named if p.ndim != 2 or "embedding" in name]
        self.momenta = [torch.zeros_like(p).share_memory_() for p in self.matrices]
        self.adam = torch.optim.Adam(self.others, lr=other_rate, betas=(0.9, 0.98), eps=1e-9)

    @torch.no_grad()
    def step(self, scale: float, part: int = 0, parts: int = 1) -> None:
        """`scale` (0..1) is the schedule's share of the full rates."""
        by_shape: dict[torch.Size, list[int]] = defaultdict(list)
        for index in range(part, len(self.matrices), parts):
            by_shape[self.matrices[index].shape].append(index)
        for shape, indices in by_shape.items():
            self._step_matrices(indices, scale * self.matrix_rate * max(1.0, shape[0] / shape[1]) ** 0.5)
        if part == 0:
            torch.nn.utils.clip_grad_norm_(self.others, 1.0)
            for group in self.adam.param_groups:
                group["lr"] = self.other_rate * scale
            self.adam.step()

    def _step_matrices(self, indices: list[int], rate: float) -> None:
        for i in indices:
            self.momenta[i].mul_(MOMENTUM).add_(self.matrices[i].grad)
        looked_ahead = [self.matrices[i].grad + MOMENTUM * self.momenta[i] for i in indices]
        for i, update in zip(indices, orthogonal(torch.stack(looked_ahead))):
            self.matrices[i].mul_(1 - rate * DECAY).add_(update, alpha=-rate)

    def state(self) -> dict[str, object]:
        return {"momenta": self.momenta, "adam": self.adam.state_dict()}

    def restore(self, state: dict[str, object]) -> None:
        for mine, saved in zip(self.momenta, state["momenta"]):  # type: ignore[call-overload]
            mine.copy_(saved)
        self.adam.load_state_dict(state["adam"])  # type: ignore[arg-type]
