"""Reads a text folder: what a translator learns from.

    pairs*.tsv.xz          target, kind, English, translation
    sources.tsv            source, kind, licence, where it was read, then pairs for each target (the header names them)
    held-out.<target>.tsv  optional: pairs that nothing is trained on, in the four columns of `collect.py`

`collect.py` makes one from Debian packages.
"""

from __future__ import annotations

import csv
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .settings import KINDS, Pair, work_dir

COLUMNS = 4


class BadText(Exception):
    """The folder cannot be used; the message says which file and why."""


@dataclass(frozen=True)
class TextSource:
    name: str
    kind: str
    licence: str
    where: str  # the licence was read there
    pairs: int  # for the wanted target, before repeats were dropped


def pairs(folder: Path, target: str) -> Iterator[tuple[str, str, str]]:
    """Kind, English and translation of every pair for `target`."""
    files = sorted(folder.glob("pairs*.tsv.xz"))
    if not files:
        raise BadText(f"{folder} has no pairs*.tsv.xz")
    for path in files:
        yield from _pairs_of(path, target)


def _pairs_of(path: Path, target: str) -> Iterator[tuple[str, str, str]]:
    try:
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                fields = line.rstrip("\n").split("\t")
                if len(fields) != COLUMNS:
                    raise BadText(f"{path.name}, line {number}: {len(fields)} columns instead of {COLUMNS}")
                if fields[1] not in KINDS:
                    raise BadText(f'{path.name}, line {number}: unknown kind "{fields[1]}"')
                if fields[0] == target:
                    yield fields[1], fields[2], fields[3]
    except (lzma.LZMAError, EOFError, UnicodeDecodeError) as damage:
        raise BadText(f"{path.name} is damaged: {damage}") from damage


def sources(folder: Path, target: str) -> list[TextSource]:
    """Every source with pairs for `target`, largest first."""
    path = folder / "sources.tsv"
    if not path.exists():
        raise BadText(f"{folder} has no sources.tsv: nothing without its licences is trained on")
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    if not rows or target not in rows[0]:
        raise BadText(f"sources.tsv names no target {target}")
    column = rows[0].index(target)
    found = [TextSource(*row[:COLUMNS], int(row[column])) for row in rows[1:] if int(row[column])]
    return sorted(found, key=lambda source: -source.pairs)


def lay_out(folder: Path, pair: Pair) -> None:
    """Writes what training reads of the folder to the work folder: whole, or not at all."""
    named = {source.kind for source in sources(folder, pair.target)}
    to = work_dir() / pair.name
    to.mkdir(exist_ok=True)
    part = to / "pairs.part"
    count = 0
    try:
        with part.open("w", encoding="utf-8") as out:
            for kind, english, translation in pairs(folder, pair.target):
                if kind not in named:
                    raise BadText(f'sources.tsv names no source of kind "{kind}"')
                out.write(f"{kind}\ttext\t{english}\t{translation}\n")
                count += 1
        if count == 0:
            raise BadText(f"{folder} has no pairs for {pair.target}")
        part.replace(to / "pairs.tsv")
    finally:
        part.unlink(missing_ok=True)
    held_out = folder / f"held-out.{pair.target}.tsv"
    if held_out.exists():
        (to / "held-out.tsv").write_bytes(held_out.read_bytes())
    print(f"{count} pairs")
