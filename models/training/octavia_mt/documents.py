"""Pairs translated documents (HTML, Mallard) block by block."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree, html

BLOCKS = {"p", "li", "td", "th", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "title", "caption",
          "desc", "para", "simpara", "term", "label", "figcaption"}
SKIPPED = {"pre", "script", "style", "code-block", "screen", "programlisting", "credit", "revision", "license"}

Block = tuple[str, str]


def pairs(source: Path, target: Path) -> Iterator[tuple[str, str]]:
    yield from _align(_blocks(source), _blocks(target))


def _blocks(path: Path) -> list[Block]:
    try:
        data = path.read_bytes()
        if path.suffix in (".page", ".xml", ".docbook"):
            root = etree.fromstring(data, etree.XMLParser(recover=True, resolve_entities=False))
        else:
            root = html.fromstring(data, parser=html.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError):
        return []
    found: list[Block] = []
    if root is not None:
        _walk(root, found)
    return found


def _walk(node: etree._Element, found: list[Block]) -> None:
    for child in node:
        if not isinstance(child.tag, str):
            continue
        tag = child.tag.rsplit("}", 1)[-1]
        if tag in SKIPPED:
            continue
        inner = [n for n in child.iter() if isinstance(n.tag, str) and n is not child]
        if tag in BLOCKS and not any(n.tag.rsplit("}", 1)[-1] in BLOCKS for n in inner):
            text = re.sub(r"\s+", " ", "".join(child.itertext())).strip()
            if text:
                found.append((tag, text))
        else:
            _walk(child, found)


def _align(source: list[Block], target: list[Block]) -> Iterator[tuple[str, str]]:
    """Longest chain of like-tagged, like-long blocks; one-to-one only."""
    if [tag for tag, _ in source] == [tag for tag, _ in target]:
        yield from ((s[1], t[1]) for s, t in zip(source, target))
        return
    rows, columns = len(source), len(target)
    if rows * columns > 4_000_000:
        return
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1],
                             best[i + 1][j + 1] + _likeness(source[i], target[j]))
    i = j = 0
    while i < rows and j < columns:
        like = _likeness(source[i], target[j])
        if like > 0.5 and best[i][j] == best[i + 1][j + 1] + like:
            yield source[i][1], target[j][1]
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1


def _likeness(source: Block, target: Block) -> float:
    if source[0] != target[0]:
        return 0.0
    a, b = len(source[1]) + 8, len(target[1]) + 8
    ratio = min(a * 1.1, b) / max(a * 1.1, b)
    shared = set(re.findall(r"\d+|[A-Z]\w{3,}", source[1])) & set(re.findall(r"\d+|[A-Z]\w{3,}", target[1]))
    return max(0.0, ratio - 0.55) * 2 + 0.2 * min(3, len(shared))
