"""A small pre-norm Transformer with tied embeddings; its graph is rebuilt in export.py."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .precision import compute_type


@dataclass(frozen=True)
class Shape:
    vocabulary: int = 8000
    width: int = 256
    heads: int = 4
    feed_forward: int = 1024
    encoder_layers: int = 4
    decoder_layers: int = 2
    positions: int = 512

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


class PooledDropout(nn.Module):
    """Dropout whose masks are slices of one random pool: drawing fresh bits took 8 % of a step."""

    POOL = 1 << 23

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or not self.rate:
            return x
        start = int(torch.randint(self.POOL - x.numel(), (1,)))
        return x * _kept(self.rate)[start : start + x.numel()].view(x.shape).to(x.dtype)


@lru_cache
def _kept(rate: float) -> Tensor:
    return (torch.rand(PooledDropout.POOL) >= rate).to(compute_type()) / (1 - rate)


def sinusoids(positions: int, width: int) -> Tensor:
    """Sines in the first half, cosines in the second, as in Marian."""
    rates = torch.exp(torch.arange(0, width, 2) * (-math.log(10000.0) / width))
    angles = torch.arange(positions)[:, None] * rates[None]
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class Attention(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        for name in ("query", "key", "value", "out"):
            setattr(self, name, nn.Linear(shape.width, shape.width))

    def split(self, x: Tensor) -> Tensor:
        batch, length, width = x.shape
        return x.view(batch, length, self.heads, width // self.heads).transpose(1, 2)

    def keys_values(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.split(self.key(x)), self.split(self.value(x))

    def forward(self, x: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None) -> Tensor:
        query = self.split(self.query(x)) * (keys.shape[-1] ** -0.5)
        scores = query @ keys.transpose(-1, -2)
        if mask is not None:
            scores = scores + mask.to(scores.dtype)
        mixed = scores.softmax(-1).to(values.dtype) @ values
        return self.out(mixed.transpose(1, 2).reshape(x.shape))


class Norm(nn.LayerNorm):
    """Layer norm that hands bfloat16 on, once, where autocast would cast for every product."""

    def forward(self, x: Tensor) -> Tensor:
        normed = super().forward(x)
        return normed.bfloat16() if torch.is_autocast_cpu_enabled() else normed


class FeedForward(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.widen = nn.Linear(shape.width, shape.feed_forward)
        self.narrow = nn.Linear(shape.feed_forward, shape.width)

    def forward(self, x: Tensor) -> Tensor:
        return self.narrow(F.relu(self.widen(x)))


class EncoderLayer(nn.Module):
    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.attention_norm, self.attention = Norm(shape.width), Attention(shape)
        self.feed_norm, self.feed = Norm(shape.width), FeedForward(shape)
        self.dropout = PooledDropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        normed = self.attention_norm(x)
        x = x + self.dropout(self.attention(normed, *self.attention.keys_values(normed), mask))
        return x + self.dropout(self.feed(self.feed_norm(x)))


class DecoderLayer(nn.Module):
    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.self_norm, self.self_attention = Norm(shape.width), Attention(shape)
        self.cross_norm, self.cross_attention = Norm(shape.width), Attention(shape)
        self.feed_norm, self.feed = Norm(shape.width), FeedForward(shape)
        self.dropout = PooledDropout(dropout)

    def forward(self, x: Tensor, past: tuple[Tensor, Tensor] | None, causal: Tensor | None,
                memory: tuple[Tensor, Tensor], mask: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        normed = self.self_norm(x)
        keys, values = self.self_attention.keys_values(normed)
        if past is not None:
            keys, values = torch.cat([past[0], keys], 2), torch.cat([past[1], values], 2)
        x = x + self.dropout(self.self_attention(normed, keys, values, causal))
        x = x + self.dropout(self.cross_attention(self.cross_norm(x), *memory, mask))
        return x + self.dropout(self.feed(self.feed_norm(x))), (keys, values)


class Translator(nn.Module):
    def __init__(self, shape: Shape, dropout: float = 0.1) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        nn.init.normal_(self.embedding.weight, std=0.02)
        self.register_buffer("positions", sinusoids(shape.positions, shape.width), persistent=False)
        self.encoder = nn.ModuleList(EncoderLayer(shape, dropout) for _ in range(shape.encoder_layers))
        self.decoder = nn.ModuleList(DecoderLayer(shape, dropout) for _ in range(shape.decoder_layers))
        self.encoder_norm, self.decoder_norm = Norm(shape.width), Norm(shape.width)
        self.output_bias = nn.Parameter(torch.zeros(shape.vocabulary))
        self.dropout = PooledDropout(dropout)

    def embed(self, ids: Tensor, start: int = 0) -> Tensor:
        scaled = self.embedding(ids) * math.sqrt(self.shape.width)
        return self.dropout(scaled + self.positions[start : start + ids.shape[1]])

    def encode(self, ids: Tensor, mask: Tensor) -> Tensor:
        x = self.embed(ids)
        for layer in self.encoder:
            x = layer(x, mask)
        return self.encoder_norm(x)

    def memories(self, encoded: Tensor) -> list[tuple[Tensor, Tensor]]:
        return [layer.cross_attention.keys_values(encoded) for layer in self.decoder]

    def decode(self, ids: Tensor, memories: list[tuple[Tensor, Tensor]], mask: Tensor,
               past: list[tuple[Tensor, Tensor]] | None = None) -> tuple[Tensor, list[tuple[Tensor, Tensor]]]:
        """States before the output matrix, and the self-attention cache."""
        start = past[0][0].shape[2] if past else 0
        x = self.embed(ids, start)
        length = ids.shape[1]
        causal = torch.full((length, length), -1e4).triu(1) if length > 1 else None
        present = []
        for index, layer in enumerate(self.decoder):
            x, cache = layer(x, past[index] if past else None, causal, memories[index], mask)
            present.append(cache)
        return self.decoder_norm(x), present

    def logits(self, states: Tensor) -> Tensor:
        return states @ self.embedding.weight.T + self.output_bias


def additive(mask: Tensor) -> Tensor:
    """1 for a word, 0 for padding -> a term for attention scores."""
    return (1.0 - mask[:, None, None].float()) * -1e4
