"""Label-smoothed cross-entropy over a sample of the vocabulary, made chunk by chunk.

A softmax over all 8,000 pieces took 40 % of a step on two cores. Each batch scores the
frequent pieces, the pieces it contains, and a random share of the rest, whose scores are
raised by the log of what was left out so that the normaliser stays right on average.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .precision import compute_type

CHUNK = 384  # rows; their logits then stay in the processor's cache
IGNORED = -100
FREQUENT = 1200  # ids 0..1199: SentencePiece numbers pieces by falling probability
SAMPLED = 900


def candidates(labels: Tensor, vocabulary: int) -> tuple[Tensor, Tensor]:
    """Piece ids to score, and what to add to each one's score."""
    wanted = torch.zeros(vocabulary, dtype=torch.bool)
    wanted[:FREQUENT] = True
    wanted[labels[labels != IGNORED]] = True
    rest = (~wanted).nonzero()[:, 0]
    drawn = rest[torch.randperm(len(rest))[:SAMPLED]]
    sure = wanted.nonzero()[:, 0]
    raised = torch.zeros(len(sure) + len(drawn))
    raised[len(sure):] = math.log(len(rest) / max(1, len(drawn)))
    return torch.cat([sure, drawn]), raised


class SmoothedCrossEntropy(torch.autograd.Function):
    """Mean over labelled positions of (1-s)*nll + s*(mean nll over the vocabulary)."""

    @staticmethod
    def forward(ctx, states: Tensor, weight: Tensor, bias: Tensor, labels: Tensor, smoothing: float):  # noqa: ANN001
        keep = labels != IGNORED
        kept, gold = states[keep].to(compute_type()), labels[keep]
        rows = weight.to(kept.dtype)
        d_kept = torch.empty_like(kept)
        d_weight, d_bias = torch.zeros_like(weight), torch.zeros_like(bias)
        plain = smooth = 0.0
        for start in range(0, len(gold), CHUNK):
            part, wanted = kept[start : start + CHUNK], gold[start : start + CHUNK]
            logits = (part @ rows.T).float().add_(bias)
            norm = logits.logsumexp(1, keepdim=True)
            plain += (norm - logits.gather(1, wanted[:, None])).sum().item()
            smooth += (norm[:, 0] - logits.mean(1)).sum().item()
            slope = logits.sub_(norm).exp_().sub_(smoothing / weight.shape[0])
            slope.scatter_add_(1, wanted[:, None], slope.new_full((len(wanted), 1), smoothing - 1.0))
            d_bias += slope.sum(0)
            slope = slope.to(kept.dtype)
            d_kept[start : start + CHUNK] = slope @ rows
            d_weight += (slope.T @ part).float()
        count = max(1, len(gold))
        d_states = torch.zeros(states.shape, dtype=torch.float32)
        d_states[keep] = d_kept.float() / count
        ctx.save_for_backward(d_states.to(states.dtype), d_weight / count, d_bias / count)
        total = ((1 - smoothing) * plain + smoothing * smooth) / count
        return torch.tensor(total), torch.tensor(plain / count), count

    @staticmethod
    def backward(ctx, upstream: Tensor, *_: object):  # noqa: ANN001
        d_states, d_weight, d_bias = ctx.saved_tensors
        return d_states * upstream, d_weight * upstream, d_bias * upstream, None, None
