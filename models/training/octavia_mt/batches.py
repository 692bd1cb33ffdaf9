"""An endless stream of training batches, re-reading the data files as they grow."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy
import sentencepiece
import torch
from torch import Tensor

from . import clean
from .collect import Row, read_rows
from .settings import EOS, KINDS

CHUNK = 24_000  # pairs encoded at a time
LONGEST = 80  # pieces
SPEECH_SHARE = 0.4  # sources given as a recogniser would: no case, no punctuation
CAPITALS_SHARE = 0.03  # sources all in capitals, as some subtitles are
PLAIN_SHARE = 0.3  # tagged pairs shown without their tag, so that all text helps speech


@dataclass
class Batch:
    source: Tensor
    mask: Tensor
    decoder: Tensor
    labels: Tensor


class Stream:
    def __init__(self, files: list[Path], pieces: sentencepiece.SentencePieceProcessor, pad: int,
                 batch_tokens: int, seed: int) -> None:
        self.files, self.pieces, self.pad, self.batch_tokens = files, pieces, pad, batch_tokens
        self.random = random.Random(seed)
        self.stamp: tuple[float, ...] = ()
        self.domains: dict[str, list[Row]] = {}
        self.cursor: dict[str, int] = {}

    def __iter__(self) -> Iterator[Batch]:
        while True:
            self._reload()
            rows = self._draw()
            yield from self._batches(self._encode(rows))

    def _reload(self) -> None:
        stamp = tuple(path.stat().st_mtime if path.exists() else 0.0 for path in self.files)
        if stamp == self.stamp:
            return
        self.stamp = stamp
        self.domains, self.cursor = {}, {}
        for path in self.files:
            for row in read_rows(path):
                self.domains.setdefault(row[0], []).append(row)
        for rows in self.domains.values():
            self.random.shuffle(rows)
        print({name: len(rows) for name, rows in self.domains.items()}, flush=True)

    def _draw(self) -> list[Row]:
        """Each domain in turn through its own shuffled list, by weight and size."""
        weight = {name: KINDS[name].weight * len(rows) for name, rows in self.domains.items()}
        total = sum(weight.values())
        drawn: list[Row] = []
        for name, rows in self.domains.items():
            for _ in range(round(CHUNK * weight[name] / total)):
                at = self.cursor[name] = (self.cursor.get(name, -1) + 1) % len(rows)
                if at == 0:
                    self.random.shuffle(rows)
                drawn.append(rows[at])
        return drawn

    def _source(self, row: Row) -> str:
        draw = self.random.random()
        if draw < SPEECH_SHARE:
            return clean.speech_form(row[2]) or row[2]
        return row[2].upper() if draw > 1 - CAPITALS_SHARE else row[2]

    def _tag(self, row: Row) -> list[int]:
        tag = KINDS[row[0]].tag
        return [self.pieces.piece_to_id(tag)] if tag and self.random.random() >= PLAIN_SHARE else []

    def _encode(self, rows: list[Row]) -> list[tuple[list[int], list[int]]]:
        encoded = self.pieces.encode([self._source(row) for row in rows])
        sources = [self._tag(row) + source for row, source in zip(rows, encoded)]
        targets = self.pieces.encode([row[3] for row in rows])
        pairs = [(s + [EOS], t + [EOS]) for s, t in zip(sources, targets)]
        return [pair for pair in pairs if max(map(len, pair)) <= LONGEST]

    def _batches(self, pairs: list[tuple[list[int], list[int]]]) -> Iterator[Batch]:
        pairs.sort(key=lambda pair: (max(map(len, pair)), len(pair[1]), self.random.random()))
        groups, group, longest = [], [], 0
        for pair in pairs:
            longest = max(longest, *map(len, pair))
            if group and longest * (len(group) + 1) > self.batch_tokens:
                groups.append(group)
                group, longest = [], max(map(len, pair))
            group.append(pair)
        groups.append(group)
        self.random.shuffle(groups)
        yield from map(self._batch, groups)

    def _batch(self, group: list[tuple[list[int], list[int]]]) -> Batch:
        source = padded([s for s, _ in group], self.pad)
        decoder = padded([[self.pad, *t[:-1]] for _, t in group], self.pad)
        labels = padded([t for _, t in group], -100)
        return Batch(source, (source != self.pad).long(), decoder, labels)


def padded(rows: list[list[int]], fill: int) -> Tensor:
    out = numpy.full((len(rows), max(map(len, rows))), fill, dtype=numpy.int64)
    for index, row in enumerate(rows):
        out[index, : len(row)] = row
    return torch.from_numpy(out)
