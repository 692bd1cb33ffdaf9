"""Trains, saving often, so that any later run continues where this one stopped.

Each process takes its own batches on one thread and they meet once a step: on a machine
that does other work too, threads that meet at every product spend their time waiting.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.multiprocessing as mp
from torch import Tensor

from . import tokenizer
from .batches import Batch, Stream
from .loss import IGNORED, SmoothedCrossEntropy, candidates
from .model import Shape, Translator, additive
from .optimiser import Optimiser
from .precision import compute_type
from .settings import PAIRS, VOCABULARY, Pair, data_files, work_dir

SMOOTHING = 0.1
AVERAGE = 0.996  # decay of the running average of weights; about the last 250 steps
SAVE_EVERY = 50  # steps
LOG_EVERY = 20


@dataclass(frozen=True)
class Options:
    pair: Pair
    minutes: float
    cool_down: float
    batch_tokens: int
    dropout: float
    processes: int
    more: float  # minutes that later runs will add
    warm_up: int  # steps

    @property
    def checkpoint(self) -> Path:
        return work_dir() / self.pair.name / "checkpoint.pt"


@dataclass
class Shared:
    """What the processes have in common; every tensor lies in shared memory."""

    model: Translator
    gradients: list[list[Tensor]]  # of each process
    counts: Tensor  # target tokens of each process's last batch
    losses: Tensor
    progress: Tensor  # step, tokens, share of the rate, 1 when it is time to stop


def train(options: Options) -> None:
    """Runs for `minutes` of wall time. The rate falls over the last `cool_down` minutes of these and `more`, so
    that several runs, one after another, keep one plan.

    `cool_down` 0 keeps the full rate to the end, for a run that another will continue; one longer than
    all minutes begins below the full rate, for a short run that continues good weights."""
    torch.set_num_threads(1)
    torch.manual_seed(1)
    model = Translator(Shape(), options.dropout)
    progress = torch.zeros(4, dtype=torch.float64)
    if options.checkpoint.exists():
        saved = torch.load(options.checkpoint, weights_only=True)
        model.load_state_dict(saved["model"])
        progress[0], progress[1] = saved["step"], saved["tokens"]
    model.share_memory()
    count = options.processes
    gradients = [[torch.zeros_like(p).share_memory_() for p in model.parameters()] for _ in range(count)]
    shared = Shared(model, gradients, torch.zeros(count).share_memory_(), torch.zeros(count).share_memory_(),
                    progress.share_memory_())
    context = mp.get_context("spawn")
    barrier = context.Barrier(count)
    optimiser = Optimiser(model)
    helpers = [context.Process(target=work, args=(rank, options, shared, optimiser.momenta, barrier), daemon=True)
               for rank in range(1, count)]
    for helper in helpers:
        helper.start()
    lead(options, shared, optimiser, barrier)
    for helper in helpers:
        helper.join(10)


def work(rank: int, options: Options, shared: Shared, momenta: list[Tensor], barrier) -> None:  # noqa: ANN001
    """A helper: its own batches, its own part of the update."""
    torch.set_num_threads(1)
    optimiser = Optimiser(shared.model)
    optimiser.momenta = momenta
    stream = iter(_stream(options, shared, rank))
    while not shared.progress[3]:
        _step(rank, options, shared, optimiser, stream, barrier)


def lead(options: Options, shared: Shared, optimiser: Optimiser, barrier) -> None:  # noqa: ANN001
    average = {name: p.detach().clone() for name, p in shared.model.named_parameters()}
    if options.checkpoint.exists():
        saved = torch.load(options.checkpoint, weights_only=True)
        average = saved["average"]
        optimiser.restore(saved["optimiser"])
    stream = iter(_stream(options, shared, 0))
    begun, first_step, first, losses = time.monotonic(), float(shared.progress[0]), float(shared.progress[1]), []
    while not shared.progress[3]:
        left = options.minutes - (time.monotonic() - begun) / 60
        falling = (left + options.more) / options.cool_down if options.cool_down else 1.0
        risen = (float(shared.progress[0]) - first_step + 1) / options.warm_up
        shared.progress[2] = max(0.0, min(1.0, risen, falling))
        last = left <= 0
        _step(0, options, shared, optimiser, stream, barrier, last)
        step = int(shared.progress[0])
        blend(average, shared.model, min(AVERAGE, step / (step + 20)))
        losses.append(float(shared.losses.mean()))
        if step % LOG_EVERY == 0:
            speed = (float(shared.progress[1]) - first) / (time.monotonic() - begun)
            print(f"step {step} tokens {int(shared.progress[1])} loss {sum(losses) / len(losses):.3f} "
                  f"rate {shared.progress[2]:.2f} {speed:.0f} tok/s {time.strftime('%H:%M:%S')}", flush=True)
            losses = []
        if step % SAVE_EVERY == 0 or last:
            save(options.checkpoint, shared, average, optimiser)


def _stream(options: Options, shared: Shared, rank: int) -> Stream:
    seed = 1 + rank + 100 * int(shared.progress[0])
    return Stream(data_files(options.pair), tokenizer.load(options.pair), VOCABULARY - 1, options.batch_tokens, seed)


def _step(rank: int, options: Options, shared: Shared, optimiser: Optimiser, stream, barrier,  # noqa: ANN001
          last: bool = False) -> None:
    loss, plain, count = forward(shared.model, next(stream))
    loss.backward()
    for mine, p in zip(shared.gradients[rank], shared.model.parameters()):
        mine.copy_(p.grad)
    shared.counts[rank], shared.losses[rank] = float(count), float(plain.detach())
    barrier.wait()  # all gradients are there
    weights = shared.counts / shared.counts.sum()
    for index, p in enumerate(shared.model.parameters()):
        p.grad.copy_(shared.gradients[0][index]).mul_(weights[0])
        for other in range(1, options.processes):
            p.grad.add_(shared.gradients[other][index], alpha=float(weights[other]))
    optimiser.step(float(shared.progress[2]), rank, options.processes)
    shared.model.zero_grad(set_to_none=True)
    if rank == 0:
        shared.progress[0] += 1
        shared.progress[1] += float(shared.counts.sum())
        shared.progress[3] = float(last)
    barrier.wait()  # all parameters are new


def forward(model: Translator, batch: Batch) -> tuple[Tensor, Tensor, int]:
    with torch.autocast("cpu", torch.bfloat16, enabled=compute_type() is torch.bfloat16):
        mask = additive(batch.mask)
        encoded = model.encode(batch.source, mask)
        states, _ = model.decode(batch.decoder, model.memories(encoded), mask)
    scored, raised = candidates(batch.labels, model.shape.vocabulary)
    place = torch.zeros(model.shape.vocabulary, dtype=torch.long)
    place[scored] = torch.arange(len(scored))
    labels = torch.where(batch.labels == IGNORED, IGNORED, place[batch.labels.clamp_min(0)])
    return SmoothedCrossEntropy.apply(
        states, model.embedding.weight[scored], model.output_bias[scored] + raised, labels, SMOOTHING)


@torch.no_grad()
def blend(average: dict[str, Tensor], model: Translator, decay: float) -> None:
    for name, p in model.named_parameters():
        average[name].mul_(decay).add_(p, alpha=1 - decay)


def save(path: Path, shared: Shared, average: dict[str, Tensor], optimiser: Optimiser) -> None:
    state = {"model": shared.model.state_dict(), "average": average, "optimiser": optimiser.state(),
             "step": int(shared.progress[0]), "tokens": int(shared.progress[1]),
             "shape": shared.model.shape.as_dict()}
    part = path.with_suffix(".part")
    try:
        torch.save(state, part)
        part.replace(path)  # a run cut short, or a full disk, never leaves half a checkpoint
    finally:
        part.unlink(missing_ok=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", choices=PAIRS, default="spa")
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--cool-down", type=float, default=30)
    parser.add_argument("--batch-tokens", type=int, default=7168, help="of each process")
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--more", type=float, default=0, help="minutes that later runs will add")
    parser.add_argument("--warm-up", type=int, default=60, help="steps")
    chosen = parser.parse_args()
    train(Options(PAIRS[chosen.target], chosen.minutes, chosen.cool_down, chosen.batch_tokens, chosen.dropout,
                  chosen.processes, chosen.more, chosen.warm_up))
