"""Translates English-only text by rule; grows rule.tsv while training runs."""

from __future__ import annotations

import argparse
from itertools import islice

from . import clean, english
from .apertium import translate
from .collect import read_rows
from .overlap import Overlap
from .settings import PAIRS, Pair, work_dir

AT_A_TIME = 4000


def distil(pair: Pair, most: int) -> None:
    folder = work_dir() / pair.name
    path = folder / "rule.tsv"
    done = {clean.key(row[2]) for row in read_rows(path)}
    held_out = Overlap(row[2] for row in read_rows(folder / "held-out.tsv"))
    waiting = (item for item in english.sentences()
               if clean.key(item[1]) not in done and not held_out.repeats(item[1]))
    waiting = islice(waiting, max(0, most - len(done)))
    while some := list(islice(waiting, AT_A_TIME)):
        targets = translate([sentence for _, sentence in some], pair.apertium)
        with path.open("a", encoding="utf-8") as out:
            for (package, sentence), target in zip(some, targets):
                if target and clean.usable(sentence, target):
                    out.write(f"rule\t{package}\t{sentence}\t{target}\n")
        print(f"{len(some)} more", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", choices=PAIRS, default="spa")
    parser.add_argument("--most", type=int, default=150_000, help="sentences in all")
    options = parser.parse_args()
    distil(PAIRS[options.target], options.most)
