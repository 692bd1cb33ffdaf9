"""Reads GNU gettext .mo files (format: GNU gettext manual, "MO Files")."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path

MAGIC_LITTLE_ENDIAN = 0x950412DE


def messages(path: Path) -> Iterator[tuple[str, str]]:
    """Yields (msgid, msgstr); of plural forms only the first of each."""
    data = path.read_bytes()
    if len(data) < 20:
        return
    order = "<" if struct.unpack("<I", data[:4])[0] == MAGIC_LITTLE_ENDIAN else ">"
    count, ids_at, strings_at = struct.unpack(order + "III", data[8:20])
    for index in range(count):
        try:
            msgid = _entry(data, order, ids_at + 8 * index)
            msgstr = _entry(data, order, strings_at + 8 * index)
        except UnicodeDecodeError:
            continue
        if msgid and msgstr:
            yield _without_context(msgid), msgstr


def _entry(data: bytes, order: str, at: int) -> str:
    length, offset = struct.unpack(order + "II", data[at : at + 8])
    return data[offset : offset + length].split(b"\0")[0].decode("utf-8")


def _without_context(msgid: str) -> str:
    # \4 is gettext's msgctxt separator; "female^Yes" is Wesnoth's own.
    msgid = msgid.rsplit("\4", 1)[-1]
    return re.sub(r"^[a-z_ ,:A-Z-]{1,40}\^", "", msgid)
