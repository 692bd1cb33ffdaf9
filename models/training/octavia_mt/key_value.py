"""Readers for the small text formats games use; each yields (source, target)."""

from __future__ import annotations

import json
import re
import subprocess
import os
from collections.abc import Iterator
from pathlib import Path

Texts = Iterator[tuple[str, str]]

_STRING = r'"((?:[^"\\]|\\.)*)"'
_LUA_SOURCE = re.compile(r"dialogId\(\s*\"[^\"]*\"\s*,\s*\"[^\"]*\"\s*,\s*" + _STRING)
_LUA_TARGET = re.compile(r"dialogStr\(\s*" + _STRING)


def po(path: Path) -> Texts:
    """Reads a gettext .po file; fuzzy and obsolete entries are left out."""
    for block in re.split(r"\n\s*\n", path.read_text("utf-8", "replace")):
        if "#, fuzzy" in block or ", fuzzy" in block:
            continue
        fields = re.findall(r"^(msgid|msgstr(?:\[0\])?) ((?:\"(?:[^\"\\]|\\.)*\"\s*)+)", block, re.M)
        found = {name[:6]: _unquote(text) for name, text in reversed(fields)}
        if found.get("msgid") and found.get("msgstr"):
            yield found["msgid"], found["msgstr"]


def _unquote(text: str) -> str:
    joined = "".join(re.findall(_STRING, text))
    return joined.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\").replace("\\t", " ")


def fish_dialogue(path: Path) -> Texts:
    """Fish Fillets' Lua: dialogId(id, font, English) then dialogStr(translation)."""
    text = path.read_text("utf-8", "replace")
    for block in text.split("dialogId(")[1:]:
        source = _LUA_SOURCE.search("dialogId(" + block)
        target = _LUA_TARGET.search(block)
        if source and target:
            yield source[1].replace('\\"', '"'), target[1].replace('\\"', '"')


def properties(source: Path, target: Path) -> Texts:
    yield from _by_key(_properties(source), _properties(target))


def _properties(path: Path) -> dict[str, str]:
    text = re.sub(r"\\\n\s*", "", path.read_text("utf-8", "replace"))
    lines = (line.split("=", 1) for line in text.splitlines() if "=" in line and line[0] not in "#!")
    return {key.strip(): value.strip().replace("\\n", "\n") for key, value in lines}


def json_messages(source: Path, target: Path) -> Texts:
    yield from _by_key(_json(source), _json(target))


def _json(path: Path) -> dict[str, str]:
    try:
        data = json.loads(path.read_text("utf-8"))
    except ValueError:
        return {}
    return {key: value for key, value in data.items() if isinstance(value, str)}


def _by_key(source: dict[str, str], target: dict[str, str]) -> Texts:
    for key, text in source.items():
        if key in target:
            yield text, target[key]


def sword_verses(source_root: Path, target_root: Path) -> Texts:
    """Pairs two SWORD Bible modules verse by verse with libsword's mod2imp."""
    yield from _by_key(_verses(source_root), _verses(target_root))


def _verses(root: Path) -> dict[str, str]:
    module = next((root / "usr/share/sword/mods.d").glob("*.conf"))
    name = re.search(r"\[(.+?)\]", module.read_text("utf-8", "replace"))
    environment = {**os.environ, "SWORD_PATH": str(root / "usr/share/sword")}
    dump = subprocess.run(["mod2imp", name[1] if name else module.stem, "-s"], env=environment,
                          capture_output=True, check=False).stdout.decode("utf-8", "replace")
    verses = re.split(r"^\$\$\$", dump, flags=re.M)
    split = (verse.partition("\n") for verse in verses)
    return {key.strip(): re.sub(r"\s+", " ", body) for key, _, body in split if body.strip()}


def lua_table(path: Path) -> Texts:
    """Hedgewars' Lua: `["English"] = "translation",` a line."""
    line = re.compile(r"^\s*\[" + _STRING + r"\] = " + _STRING, re.M)
    for source, target in line.findall(path.read_text("utf-8", "replace")):
        yield _unquote(f'"{source}"'), _unquote(f'"{target}"')


def string_tables(source: Path, target: Path) -> Texts:
    """FreeOrion's tables: a name on a line, its text on the next, or several lines in triple quotes."""
    yield from _by_key(_string_table(source), _string_table(target))


def _string_table(path: Path) -> dict[str, str]:
    entries = re.findall(r"^([A-Z][A-Z0-9_]+)\n(?:'''(.*?)'''|([^\n]+))$", path.read_text("utf-8", "replace"), re.M | re.S)
    texts = {name: long or short for name, long, short in entries}
    return {name: text for name, text in texts.items() if "[[" not in text}  # references to other entries
