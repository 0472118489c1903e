"""Which characters the bytes of a table are, without ever guessing."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from artextract.collection.sources.tables.plausibility import IMPOSSIBLE, plausibility
from artextract.store import StoreError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What a spreadsheet or a database may have written, with what speaks against it beforehand.
CODE_PAGES = {
    "cp1252": 0.0,
    "mac_roman": -0.4,
    "cp1250": -0.8,
    "cp850": -1.2,
    "cp437": -1.4,
    "iso8859_15": -1.0,
    "iso8859_2": -1.0,
    "cp852": -1.4,
    "mac_latin2": -1.6,
    "cp1254": -0.9,
    "cp1257": -1.6,
    "cp1251": 0.0,
    "koi8_r": -0.5,
    "cp866": -0.5,
    "mac_cyrillic": -1.0,
    "cp1253": -0.5,
    "cp932": -0.5,
    "euc_jp": -1.0,
    "gb18030": -0.5,
    "big5": -1.0,
    "euc_kr": -0.5,
}
_JAPANESE = ("cp932", "euc_jp")
_EAST_ASIAN = (*_JAPANESE, "gb18030", "big5", "euc_kr")
# The best reading must be this much more plausible than the next that reads otherwise.
MARGIN = 2.0
# And good by itself, on average of its words and in each: of bad readings the best is no answer.
FLOOR, WORST = -2.2, -4.5
_SAMPLE = 2000  # lines with more than ASCII: enough to tell, and a bound on the time
_BY_CHANCE = 4  # sequences of bytes
_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)


@dataclass(frozen=True)
class Decoded:
    """A text, the encoding that it was read in, and how many bytes could not be read."""

    text: str
    encoding: str
    lost: int = 0


def decode(data: bytes, *, where: str, encoding: str | None = None) -> Decoded:
    """Decode the bytes of a table.

    By its byte-order mark; by its zeros as UTF-16 or UTF-32; as UTF-8, where a few bad bytes become
    U+FFFD and are counted; else in the code page whose reading is plausible where those of all
    others are not.

    Parameters
    ----------
    where
        What to call the table in a message.
    encoding
        Name of an encoding, as a person says it; None to find it out.

    Raises
    ------
    StoreError
        If there is no such encoding, the bytes are none of its, or none is plainly the right one.
    """
    if encoding is not None:
        return _as_said(data, where=where, encoding=encoding)
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strict(data, name, where)
    if wide := _wide(data):
        return _strict(data, wide, where)
    if data.isascii():
        return Decoded(data.decode("ascii"), "utf-8")
    text = data.decode("utf-8", errors="replace")
    sound = len(_SEQUENCE.findall(data))
    lost = text.count("\ufffd") - data.count("\ufffd".encode())
    # A word or two of a code page may be UTF-8 by chance; a whole table is not, and not a sequence
    # of three bytes and more, as of a sign or of letters beyond Latin, Greek and Cyrillic.
    if not lost and min(filter(lambda c: c > "\x7f", text)) > "\u07ff":
        return Decoded(text.replace("\ufeff", ""), "utf-8")
    if sound > lost and (sound > _BY_CHANCE or _is_plausible(text)):
        return Decoded(text, "utf-8", lost)
    try:
        return _in_code_page(data, where)
    except StoreError:
        if sound and not lost and max(text) < "\u2200":  # decoded twice, perhaps; mended by cell
            return Decoded(text, "utf-8")
        raise


def _as_said(data: bytes, *, where: str, encoding: str) -> Decoded:
    try:
        name = codecs.lookup(encoding).name
        "".encode(name)  # hex, rot13 and their like are codecs of other things
    except LookupError as error:
        raise StoreError(
            f"there is no encoding {encoding[:40]!r}; expected a name such as utf-8, cp1252, "
            "mac_roman or utf-16"
        ) from error
    if name == "utf-8":
        name = "utf-8-sig"
    return _strict(data, name, where)


def _strict(data: bytes, name: str, where: str) -> Decoded:
    try:
        return Decoded(data.decode(name).removeprefix("\ufeff"), name.removesuffix("-sig"))
    except UnicodeError as error:
        at = getattr(error, "start", 0)
        raise StoreError(
            f"{where} is not {name.removesuffix('-sig')} from byte {at:,} on; "
            "name its encoding with --encoding"
        ) from error


def _wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: the zeros of its ASCII stand in fixed places."""
    head = data[:4000]
    if len(head) < 4 or 0 not in head:
        return None
    zeros = [head[place::4].count(0) / len(head[place::4]) for place in range(4)]
    for name, empty in (("utf-32-le", (1, 2, 3)), ("utf-32-be", (0, 1, 2))):
        if len(data) % 4 == 0 and all(zeros[place] > 0.9 for place in empty):
            return name
    for name, (empty_places, full) in (
        ("utf-16-le", ((1, 3), (0, 2))),
        ("utf-16-be", ((0, 2), (1, 3))),
    ):
        many = min(zeros[place] for place in empty_places)
        if len(data) % 2 == 0 and many > 0.5 and max(zeros[place] for place in full) < 0.05:
            return name
    return None


def _in_code_page(data: bytes, where: str) -> Decoded:
    lines = [line for line in re.split(rb"[\r\n]+", data) if not line.isascii()][:_SAMPLE]
    scores = sorted(_readings(b"\n".join(lines)).items(), key=lambda item: -item[1][0])
    if not scores:
        raise StoreError(
            f"{where} is no text in any encoding that is known here; save it as UTF-8, or name its "
            "encoding with --encoding"
        )
    (text, (best, good, name)), *others = scores
    if good and (not others or best - others[0][1][0] >= MARGIN):
        return _strict(data, name, where)
    if not others:
        raise StoreError(f"the encoding of {where} is not plain; name it with --encoding")
    other, (_, _, second) = others[0]
    first, then = _difference(text, other)
    raise StoreError(
        f"the encoding of {where} is not plain: as {name} it has {first!r}, as {second} {then!r}; "
        f"name it with --encoding {name} or --encoding {second}, or save it as UTF-8"
    )


def _is_plausible(text: str) -> bool:
    lines = [line for line in text.splitlines() if not line.isascii()][:_SAMPLE]
    score, words, _ = plausibility("\n".join(lines).replace("\ufffd", ""))
    return score >= FLOOR * words


def _readings(sample: bytes) -> dict[str, tuple[float, bool, str]]:
    """Each way to read a sample: score, whether it is good by itself, the first such code page."""
    found: dict[str, tuple[float, bool, str]] = {}
    for name, prior in CODE_PAGES.items():
        try:
            text = sample.decode(name)
        except UnicodeDecodeError:
            continue
        if text in found or (name in _EAST_ASIAN and not _is_east_asian(text)):
            continue
        if name in _JAPANESE and sum("\u3040" <= c <= "\u30ff" for c in text) > 0.1 * len(text):
            prior += 5.0  # kana do not come by chance
        score, words, worst = plausibility(text)
        if score > IMPOSSIBLE:
            found[text] = (score + prior, score >= FLOOR * words and worst >= WORST, name)
    return found


def _is_east_asian(text: str) -> bool:
    """Whether kana, Hangul or Han is what a text has beside ASCII, and not only by its bytes."""
    wide = [c for c in text if not c.isascii()]
    common = sum("\u3000" <= c <= "\u30ff" or "\u4e00" <= c <= "\ud7a3" for c in wide)
    return common >= 0.9 * len(wide)


def _difference(first: str, second: str) -> tuple[str, str]:
    """The first cells in which two readings differ."""
    for one, other in zip(first.splitlines(), second.splitlines(), strict=False):
        pairs = zip(re.split(r"[,;|\t]", one), re.split(r"[,;|\t]", other), strict=False)
        for a, b in pairs:
            if a != b:
                return a.strip()[:40], b.strip()[:40]
    return first[:40], second[:40]
