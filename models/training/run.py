#!/usr/bin/env python3
"""Trains a starter translator; a step whose result is there is skipped, training goes on from its last save.

    OCTAVIA_TRAINING=/big/disk nice -n 15 ./run.py --text FOLDER --target deu --minutes 80
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one language a core, not threads that wait for each other

from octavia_mt import card, evaluate, export, hand, resume, text, tokenizer, transfer  # noqa: E402
from octavia_mt.settings import PAIRS, Pair, work_dir  # noqa: E402

STARTER = Path(__file__).resolve().parents[1] / "starter"
# Products of ever new shapes keep memory: some 130 MB a minute. A new process gives it back.
LONGEST_PROCESS = 20.0  # minutes
WARM_UP = 60  # steps of the first process
WARM_UP_AGAIN = 12


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", type=Path, required=True, help="folder with pairs*.tsv.xz and sources.tsv")
    parser.add_argument("--target", choices=PAIRS, default="spa")
    parser.add_argument("--state", type=Path, help="training state to go on from, the target's or its parent's")
    parser.add_argument("--minutes", type=float, default=80, help="of training, wall time")
    parser.add_argument("--cool-down", type=float, default=40, help="last minutes, at a falling rate")
    parser.add_argument("--flores", type=Path, help="folder with flores-dev.<language>, to score on")
    options = parser.parse_args()
    pair = PAIRS[options.target]
    try:
        prepare(pair, options.text, options.state)
        train(pair, options.minutes, options.cool_down)
        export.export(pair, STARTER / pair.name, with_float=False)
        evaluate.evaluate(pair, options.flores, 10_000, [1, 4], [""], rule=True)
        card.write(pair, options.text, STARTER / pair.name)
    except text.BadText as bad:
        sys.exit(f"The text cannot be used: {bad}")
    except OSError as failed:
        sys.exit(f"{failed}. What was saved is kept; run the same command again.")


def prepare(pair: Pair, folder: Path, state: Path | None) -> None:
    work = work_dir() / pair.name
    if not (work / "pairs.tsv").exists():
        text.lay_out(folder, pair)
    if not (work / "hand.tsv").exists():
        hand.write(pair)
    if state is not None and not (work / "checkpoint.pt").exists():
        begin(pair, state)
    if not (work / "pieces.model").exists():
        tokenizer.train(pair)


def begin(pair: Pair, state: Path) -> None:
    """From the target's own state where the folder has it, else from its parent's."""
    if resume.pieces(pair, state).exists():
        resume.resume(pair, state)
        return
    tokenizer.train(pair)
    transfer.transfer(pair, state)


def train(pair: Pair, minutes: float, cool_down: float) -> None:
    warm_up = WARM_UP
    while minutes > 0:
        now = min(minutes, LONGEST_PROCESS)
        minutes -= now
        subprocess.run([sys.executable, "-m", "octavia_mt.train", "--target", pair.target, "--minutes", str(now),
                        "--more", str(minutes), "--cool-down", str(cool_down), "--warm-up", str(warm_up)],
                       cwd=Path(__file__).parent, check=True)
        warm_up = WARM_UP_AGAIN


if __name__ == "__main__":
    main()
