"""Training state: the averaged weights in 16 bits, the vocabulary, steps and tokens so far.

It lies outside the repository, as `<target>.f16.npz`, `<target>.pieces.model` and `<target>.trained.json` of one
folder, so that another machine can go on.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import numpy
import torch
from torch import Tensor

from .model import Shape, Translator
from .optimiser import Optimiser
from .settings import PAIRS, Pair, work_dir

STATE = "state"  # folder in the work folder that every export leaves


def resume(pair: Pair, state: Path) -> None:
    """Goes on with a target's own weights and vocabulary."""
    trained = json.loads((state / f"{pair.target}.trained.json").read_text())
    folder = work_dir() / pair.name
    folder.mkdir(exist_ok=True)
    shutil.copy(pieces(pair, state), folder / "pieces.model")
    checkpoint(pair, weights(pair, state), trained["step"], trained["tokens"])


def weights(pair: Pair, state: Path) -> dict[str, Tensor]:
    with numpy.load(state / f"{pair.target}.f16.npz") as halves:
        return {name: torch.from_numpy(halves[name].astype(numpy.float32)) for name in halves.files}


def pieces(pair: Pair, state: Path) -> Path:
    return state / f"{pair.target}.pieces.model"


def save(pair: Pair, averaged: dict[str, numpy.ndarray], trained: dict[str, int]) -> None:
    state = work_dir() / STATE
    state.mkdir(exist_ok=True)
    halves = {name: value.astype(numpy.float16) for name, value in averaged.items()}
    numpy.savez_compressed(state / f"{pair.target}.f16.npz", **halves)
    shutil.copy(work_dir() / pair.name / "pieces.model", pieces(pair, state))
    (state / f"{pair.target}.trained.json").write_text(json.dumps(trained) + "\n")


def checkpoint(pair: Pair, averaged: dict[str, Tensor], step: int, tokens: int) -> None:
    path = work_dir() / pair.name / "checkpoint.pt"
    path.parent.mkdir(exist_ok=True)
    if path.exists():
        raise FileExistsError(f"{path} is there already; move it away first")
    model = Translator(Shape())
    model.load_state_dict(averaged)
    torch.save({"model": averaged, "average": averaged, "optimiser": Optimiser(model).state(), "step": step,
                "tokens": tokens, "shape": model.shape.as_dict()}, path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", choices=PAIRS, default="spa")
    parser.add_argument("--state", type=Path, required=True, help="folder with the training state")
    options = parser.parse_args()
    resume(PAIRS[options.target], options.state)
