"""Greedy and beam decoding with the torch model, for evaluation."""

from __future__ import annotations

import sentencepiece
import torch
from torch import Tensor

from .batches import padded
from .model import Translator, additive
from .settings import EOS, UNK

BATCH = 48  # sentences
NEVER = -1e9


@torch.no_grad()
def translate(model: Translator, pieces: sentencepiece.SentencePieceProcessor, texts: list[str],
              beams: int = 1, tag: str = "", length_power: float = 1.0) -> list[str]:
    prefix = [pieces.piece_to_id(tag)] if tag else []
    rows = [prefix + ids[:200] + [EOS] for ids in pieces.encode(texts)]
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    out = [""] * len(texts)
    for start in range(0, len(order), BATCH):
        some = order[start : start + BATCH]
        found = search(model, padded([rows[i] for i in some], model.shape.vocabulary - 1), beams, length_power)
        for i, ids in zip(some, found):
            out[i] = pieces.decode(ids)
    return out


def search(model: Translator, source: Tensor, beams: int, length_power: float) -> list[list[int]]:
    """Beam search with a cache; score is the sum of log-probabilities / length ** power."""
    pad = model.shape.vocabulary - 1
    keep = (source != pad).long()
    mask = additive(keep)
    memories = [tuple(t.repeat_interleave(beams, 0) for t in m) for m in model.memories(model.encode(source, mask))]
    mask = mask.repeat_interleave(beams, 0)
    count, limit = len(source), int(source.shape[1] * 1.6) + 10
    last = torch.full((count * beams, 1), pad)
    scores = torch.full((count, beams), NEVER)
    scores[:, 0] = 0.0
    words = torch.empty((count, beams, 0), dtype=torch.long)
    best: list[tuple[float, list[int]]] = [(NEVER, []) for _ in range(count)]
    past = None
    for step in range(1, limit + 1):
        states, past = model.decode(last, memories, mask, past)
        logs = model.logits(states[:, -1]).log_softmax(-1)
        logs[:, pad] = logs[:, UNK] = NEVER
        total = scores[:, :, None] + logs.view(count, beams, -1)
        top, where = total.view(count, -1).topk(2 * beams)
        beam, token = where // logs.shape[-1], where % logs.shape[-1]
        ended = token == EOS
        for i, j in ended.nonzero().tolist():
            score = top[i, j].item() / step ** length_power
            if j < beams and score > best[i][0]:
                best[i] = (score, words[i, beam[i, j]].tolist())
        top = top.masked_fill(ended, NEVER)
        scores, chosen = top.topk(beams)
        beam, token = beam.gather(1, chosen), token.gather(1, chosen)
        words = torch.cat([words.gather(1, beam[:, :, None].expand(-1, -1, step - 1)), token[:, :, None]], 2)
        if all(best[i][0] >= scores[i, 0].item() / step ** length_power for i in range(count)):
            break
        rows = (beam + torch.arange(count)[:, None] * beams).view(-1)
        past = [(k[rows], v[rows]) for k, v in past]
        last = token.view(-1, 1)
    return [ids or words[i, 0].tolist() for i, (_, ids) in enumerate(best)]
