#!/usr/bin/env python3
"""Runs the whole recipe; a step whose result is there is skipped, training continues.

    OCTAVIA_TRAINING=/big/disk nice -n 15 ./run.py --target spa --minutes 240
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # processes share the cores, not threads

from octavia_mt import card, collect, distil, evaluate, export, hand, lexicon, tokenizer, train, transfer  # noqa: E402
from octavia_mt.settings import PAIRS, work_dir  # noqa: E402

STARTER = Path(__file__).resolve().parents[1] / "starter"
RULE_SENTENCES = 150_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", choices=PAIRS, default="spa")
    parser.add_argument("--minutes", type=float, default=240, help="of training, wall time")
    parser.add_argument("--cool-down", type=float, default=40, help="last minutes, at a falling rate")
    parser.add_argument("--batch-tokens", type=int, default=3072, help="of each process")
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--flores", type=Path, help="folder with flores-dev.<language>, to score on")
    options = parser.parse_args()
    pair = PAIRS[options.target]
    work = work_dir() / pair.name

    if not (work / "pairs.tsv").exists():
        collect.collect(pair)
    if not (work / "hand.tsv").exists():
        hand.write(pair)
    if pair.apertium and not (work / "rule.tsv").exists():
        # Beside the training, which reads the file again whenever it has grown.
        subprocess.Popen([sys.executable, "-m", "octavia_mt.distil", "--target", pair.target,
                          "--most", str(RULE_SENTENCES)], cwd=Path(__file__).parent)
    if not (work / "lexicon.tsv").exists():
        lexicon.write(pair)
    if not (work / "pieces.model").exists():
        tokenizer.train(pair)
    if pair.parent and not (work / "checkpoint.pt").exists():
        transfer.transfer(pair)
    train.train(train.Options(pair, options.minutes, options.cool_down, options.batch_tokens, options.dropout,
                              options.processes))
    export.export(pair, STARTER / pair.name, with_float=False)
    evaluate.evaluate(pair, options.flores, 10_000, [1, 4], [""], rule=True)
    card.write(pair, STARTER / pair.name)


if __name__ == "__main__":
    main()
