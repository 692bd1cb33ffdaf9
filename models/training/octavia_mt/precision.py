"""Which numbers the training computes in: what this processor is quicker with."""

from __future__ import annotations

import time
from functools import lru_cache

import torch

SIDE = 384


@lru_cache
def compute_type() -> torch.dtype:
    """bfloat16 where the processor has products for it; where it has not, they take ten times as long."""
    return min((torch.bfloat16, torch.float32), key=_seconds)


def _seconds(dtype: torch.dtype) -> float:
    square = torch.ones(SIDE, SIDE, dtype=dtype)
    square @ square  # the first one prepares
    begun = time.perf_counter()
    for _ in range(4):
        square @ square
    return time.perf_counter() - begun
