"""BLEU and chrF as sacrebleu defines them (13a tokens, exponential smoothing; chrF2, six characters)."""

from __future__ import annotations

import math
import re
from collections import Counter

# sacrebleu's tokenizer_13a, after mteval-v13a.pl
_RULES = [(re.compile(p), r) for p, r in (
    (r"([\{-\~\[-\` -\&\(-\+\:-\@\/])", r" \1 "),
    (r"([^0-9])([\.,])", r"\1 \2 "),
    (r"([\.,])([^0-9])", r" \1 \2"),
    (r"([0-9])(-)", r"\1 \2 "),
)]


def _tokens(text: str) -> list[str]:
    text = text.replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
    text = text.replace("&quot;", '"').replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    text = f" {text} "
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text.split()


def _grams(items: list[str] | str, n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(items[i : i + n]) for i in range(len(items) - n + 1))


def bleu(outputs: list[str], references: list[str]) -> float:
    matches, totals, out_length, reference_length = [0] * 4, [0] * 4, 0, 0
    for output, reference in zip(outputs, references):
        out, wanted = _tokens(output), _tokens(reference)
        out_length += len(out)
        reference_length += len(wanted)
        for n in range(1, 5):
            have = _grams(out, n)
            matches[n - 1] += (have & _grams(wanted, n)).total()
            totals[n - 1] += have.total()
    logs, smooth = 0.0, 1.0
    for match, total in zip(matches, totals):
        if total == 0:
            return 0.0
        if match == 0:
            smooth *= 2
            logs += math.log(1 / (smooth * total))
        else:
            logs += math.log(match / total)
    brevity = 1.0 if out_length >= reference_length else math.exp(1 - reference_length / max(1, out_length))
    return 100 * brevity * math.exp(logs / 4)


def chrf(outputs: list[str], references: list[str], order: int = 6, beta: float = 2.0) -> float:
    sums = [[0, 0, 0] for _ in range(order)]  # matches, in output, in reference
    for output, reference in zip(outputs, references):
        out, wanted = "".join(output.split()), "".join(reference.split())
        for n in range(1, order + 1):
            have, want = _grams(out, n), _grams(wanted, n)
            for at, value in enumerate(((have & want).total(), have.total(), want.total())):
                sums[n - 1][at] += value
    orders = [(m / h, m / w) for m, h, w in sums if h and w]
    if not orders:
        return 0.0
    precision = sum(p for p, _ in orders) / len(orders)
    recall = sum(r for _, r in orders) / len(orders)
    weight = beta * beta
    return 100 * (1 + weight) * precision * recall / (weight * precision + recall) if precision + recall else 0.0
