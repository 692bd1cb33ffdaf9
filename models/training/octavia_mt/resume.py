"""Makes a training checkpoint of shipped weights, so that a new machine continues them."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import numpy
import torch

from .model import Shape, Translator
from .optimiser import Optimiser
from .settings import PAIRS, Pair, work_dir


def resume(pair: Pair, folder: Path) -> None:
    work = work_dir() / pair.name
    work.mkdir(exist_ok=True)
    if (work / "checkpoint.pt").exists():
        raise FileExistsError(f"{work / 'checkpoint.pt'} is there already; move it away first")
    model = Translator(Shape())
    halves = numpy.load(folder / "continue/weights.f16.npz")
    weights = {name: torch.from_numpy(halves[name].astype(numpy.float32)) for name in halves.files}
    model.load_state_dict(weights)
    trained = json.loads((folder / "continue/trained.json").read_text())
    torch.save({"model": weights, "average": weights, "optimiser": Optimiser(model).state(), **trained,
                "shape": model.shape.as_dict()}, work / "checkpoint.pt")
    shutil.copy(folder / "continue/pieces.model", work / "pieces.model")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", choices=PAIRS, default="spa")
    chosen = PAIRS[parser.parse_args().target]
    resume(chosen, Path(__file__).resolve().parents[2] / "starter" / chosen.name)
