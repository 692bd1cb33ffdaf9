"""Rule-based translation with Debian's Apertium: a teacher, and the yardstick."""

from __future__ import annotations

import re
import subprocess

BATCH = 400  # sentences per process; a bad batch is cut in two until the culprit stands alone


def translate(sentences: list[str], mode: str) -> list[str]:
    """One translation per sentence, '' where Apertium lost count of the sentences."""
    out: list[str] = []
    for start in range(0, len(sentences), BATCH):
        out += _batch(sentences[start : start + BATCH], mode)
    return out


def _batch(sentences: list[str], mode: str) -> list[str]:
    # Not `-f line`, which starts the pipeline anew for every line. A full stop
    # keeps the analyser from reading across sentences.
    text = "".join(_ended(s) + "\n\n" for s in sentences)
    done = subprocess.run(["apertium", "-u", mode], input=text, capture_output=True, text=True, check=False)
    parts = [part.strip() for part in re.split(r"\n\s*\n", done.stdout.strip("\n"))]
    if len(parts) == len(sentences):
        return [tidy(part, source) for part, source in zip(parts, sentences)]
    if len(sentences) == 1:
        return [""]
    middle = len(sentences) // 2
    return _batch(sentences[:middle], mode) + _batch(sentences[middle:], mode)


def _ended(sentence: str) -> str:
    return sentence if sentence[-1:] in ".!?\"'" else sentence + "."


def tidy(text: str, source: str) -> str:
    """Repairs spaces, the final mark, the first capital and Spanish's opening marks."""
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\s+([.,;:!?])", r"\1", text)
    if source[-1:] not in ".!?\"'" and text.endswith("."):
        text = text[:-1]
    if source[:1].isupper():
        text = re.sub(r"^(\W*)(\w)", lambda m: m[1] + m[2].upper(), text)
    for closing, opening in (("?", "¿"), ("!", "¡")):
        if text.endswith(closing) and opening not in text:
            at = max((m.end() for m in re.finditer(r"[.!?;:]\s+", text)), default=0)
            text = text[:at] + opening + text[at:]
    return text
