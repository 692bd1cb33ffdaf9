"""Translates English-only text by rule (Apertium)."""

from __future__ import annotations

from itertools import islice

from . import clean, english
from .apertium import translate
from .collect import Row
from .overlap import Overlap
from .settings import Pair

AT_A_TIME = 4000


def rows(pair: Pair, held_out: list[Row], most: int) -> list[Row]:
    """At most `most` pairs that give nothing of `held_out` away."""
    kept_back = Overlap(row[2] for row in held_out)
    waiting = islice((item for item in english.sentences() if not kept_back.repeats(item[1])), most)
    found: list[Row] = []
    while some := list(islice(waiting, AT_A_TIME)):
        targets = translate([sentence for _, sentence in some], pair.apertium)
        found += [("rule", package, sentence, target) for (package, sentence), target in zip(some, targets)
                  if target and clean.usable(sentence, target)]
        print(f"{len(found)} by rule", flush=True)
    return found
