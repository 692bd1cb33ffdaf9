"""Starts a target's first run from the weights of another target.

Parent and child (Kocmi & Bojar 2018, "Trivial Transfer Learning for Low-Resource Neural Machine
Translation"): the child keeps all that is inside the layers and the embeddings of the pieces that both
vocabularies have, which are the English ones and what the two targets share. Its other pieces start
at random, spread as the parent's are.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import sentencepiece
import torch
from torch import Tensor

from . import resume, tokenizer
from .settings import PAIRS, Pair

PER_PIECE = ("embedding.weight", "output_bias")


def transfer(pair: Pair, state: Path) -> None:
    parent = PAIRS[pair.parent]
    weights = resume.weights(parent, state)
    known = sentencepiece.SentencePieceProcessor(model_file=str(resume.pieces(parent, state)))
    place = rows(known, tokenizer.load(pair))
    for name in PER_PIECE:
        weights[name] = moved(weights[name], place)
    resume.checkpoint(pair, weights, step=0, tokens=0)
    print(f"{int((place >= 0).sum())} of {len(place)} pieces known from {parent.name}")


def rows(parent: sentencepiece.SentencePieceProcessor, child: sentencepiece.SentencePieceProcessor) -> Tensor:
    """Of each of the child's pieces the parent's row, -1 where it has none; <pad> is last in both."""
    at = {parent.id_to_piece(index): index for index in range(len(parent))}
    return torch.tensor([at.get(child.id_to_piece(index), -1) for index in range(len(child))] + [len(parent)])


def moved(values: Tensor, place: Tensor) -> Tensor:
    torch.manual_seed(1)
    fresh = torch.randn(len(place), *values.shape[1:]) * values.std(0) + values.mean(0)
    fresh[place >= 0] = values[place[place >= 0]]
    return fresh


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", choices=[name for name, pair in PAIRS.items() if pair.parent], default="fra")
    parser.add_argument("--state", type=Path, required=True, help="folder with the parent's training state")
    options = parser.parse_args()
    transfer(PAIRS[options.target], options.state)
