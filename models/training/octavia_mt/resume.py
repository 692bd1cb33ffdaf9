"""Makes a training checkpoint of shipped weights, so that a new machine continues them."""

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

STARTER = Path(__file__).resolve().parents[2] / "starter"


def resume(pair: Pair) -> None:
    folder = STARTER / pair.name / "continue"
    trained = json.loads((folder / "trained.json").read_text())
    checkpoint(pair, shipped(pair), trained["step"], trained["tokens"])
    shutil.copy(folder / "pieces.model", work_dir() / pair.name / "pieces.model")


def shipped(pair: Pair) -> dict[str, Tensor]:
    halves = numpy.load(STARTER / pair.name / "continue/weights.f16.npz")
    return {name: torch.from_numpy(halves[name].astype(numpy.float32)) for name in halves.files}


def checkpoint(pair: Pair, weights: dict[str, Tensor], step: int, tokens: int) -> None:
    path = work_dir() / pair.name / "checkpoint.pt"
    path.parent.mkdir(exist_ok=True)
    if path.exists():
        raise FileExistsError(f"{path} is there already; move it away first")
    model = Translator(Shape())
    model.load_state_dict(weights)
    torch.save({"model": weights, "average": weights, "optimiser": Optimiser(model).state(), "step": step,
                "tokens": tokens, "shape": model.shape.as_dict()}, path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", choices=PAIRS, default="spa")
    resume(PAIRS[parser.parse_args().target])
