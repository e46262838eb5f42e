"""Which characters a post may hold: a reviewer must see in the pull request what will go out.

Refused are control characters, everything that ends a line for YAML but not for a reader's editor, text-direction
controls and invisible characters. Joiners and variation selectors stay allowed where writing needs them: inside an
emoji, and in the scripts of Arabic and Indic languages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

NO_BREAK = "\u00a0"  # looks like a blank and is a letter for YAML
_SUSPECT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_ASCII_FINE = bytes([9, 10, 13, *range(32, 127)])
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f")
_ZWNJ, _ZWJ, _VS15, _VS16 = "\u200c\u200d\ufe0e\ufe0f"


def is_plain(data: bytes) -> bool:
    """Whether UTF-8 holds no character that could be refused. Nearly every text is done with once its ASCII is out."""
    rest = data.translate(None, _ASCII_FINE)
    if rest and _SUSPECT.search(rest.decode()):
        return False
    return b"\r" not in data or b"\r" not in data.replace(b"\r\n", b"")


def are_needed(text: str) -> bool:
    """Whether every suspect character in `text` stands where writing needs it, as in an emoji."""
    return next(refused(text), None) is None


def refused(text: str) -> Iterator[int]:
    """Where in `text` a character stands that no post may hold."""
    for found in _SUSPECT.finditer(text):
        if not _is_needed(text, found.start()):
            yield found.start()


def without_refused(text: str) -> str:
    """`text` less every character that no post may hold."""
    wrong = set(refused(text))
    return "".join(sign for index, sign in enumerate(text) if index not in wrong) if wrong else text


def _is_needed(text: str, index: int) -> bool:
    character = text[index]
    before = text[index - 1 : index]
    after = text[index + 1 : index + 2]
    if character == "\r":
        return after == "\n"
    if character in (_VS15, _VS16):
        # 1️⃣ ©️ ❤️ ℹ️: a sign of its own; never a letter, never twice.
        return bool(before) and before not in (_VS15, _VS16) and not before.isspace() and not _is_ascii_letter(before)
    if character in (_ZWJ, _ZWNJ) and "\u0600" <= before <= "\u109f":
        return True
    if character == _ZWJ:
        return _is_emoji_end(before) and unicodedata.category(after or " ") == "So"
    if "\U000e0020" <= character <= "\U000e007f":
        return any(flag.start() < index < flag.end() for flag in _FLAG.finditer(text, max(0, index - 8)))
    return False


def _is_ascii_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _is_emoji_end(character: str) -> bool:
    return (
        character == _VS16
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or (unicodedata.category(character or " ") == "So")
    )
