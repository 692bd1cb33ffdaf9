"""Finds sentences that training and test would share, in either direction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from . import clean

RUN = 4  # words
REPEATED = 0.5  # of a training sentence's runs known from the held-out set
GIVEN_AWAY = 0.25  # of a held-out sentence's runs found in one training sentence


def runs(key: str) -> set[tuple[str, ...]]:
    words = key.split()
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


class Overlap:
    """`held_out` on one side of the translation, ready to be compared with much text."""

    def __init__(self, held_out: Iterable[str]) -> None:
        keys = [clean.key(text) for text in held_out]
        self.keys = {key: index for index, key in enumerate(keys)}
        self.sizes = [max(1, len(runs(key))) for key in keys]
        self.holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for index, key in enumerate(keys):
            for run in runs(key):
                self.holders[run].append(index)

    def given_away(self, text: str) -> set[int]:
        """Held-out sentences of which this one tells too much: the same, or parts of it,
        or a longer turn that contains them."""
        key = clean.key(text)
        mine = runs(key)
        counts = Counter(index for run in mine for index in self.holders.get(run, ()))
        found = {index for index, count in counts.items() if count >= GIVEN_AWAY * self.sizes[index]}
        if key in self.keys:
            found.add(self.keys[key])
        return found

    def repeats(self, text: str) -> bool:
        mine = runs(clean.key(text))
        known = sum(run in self.holders for run in mine)
        return bool(mine) and known >= REPEATED * len(mine) or bool(self.given_away(text))
