"""Painters, titles and years as people read them, out of file names as WikiArt spells them.

``vincent-van-gogh_st-paul-s-hospital-1889(1).jpg`` is "St paul's hospital", 1889, by Vincent van
Gogh. Some names of the release were UTF-8 read as Latin-1 and then lower-cased: ``joaquã\\xadn`` is
``joaquín``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

FIRST_YEAR, LAST_YEAR = 1200, 2030
LONGEST_RANGE = 25  # years between the two of a work's own date

# What the bytes 0x80-0x9F became when UTF-8 was read as Windows-1252 instead of Latin-1.
_CP1252 = {
    bytes([byte]).decode("cp1252"): byte
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_CONTINUATION = "[\x80-\xbf" + re.escape("".join(_CP1252)) + "]"
# A lead byte (C2-C5: Latin letters), lower-cased or not, and what follows; or "â€™" and its kin.
_MOJIBAKE = re.compile(f"[âÂ]€{_CONTINUATION}|[\xc2-\xc5\xe2-\xe5]{_CONTINUATION}")

_PARTICLES = frozenset(
    [
        *("af", "da", "de", "degli", "dei", "del", "della", "den", "der", "des", "di", "do"),
        *("dos", "du", "e", "el", "la", "las", "le", "los", "of", "ten", "ter", "the", "van"),
        *("vom", "von", "y", "zu", "zum", "zur"),
    ]
)
_NUMERAL = re.compile(r"(?:ii|iii|iv|vi|vii|viii|ix)", re.IGNORECASE)
# After these words a number at the end belongs to the title; elsewhere it tells namesakes apart.
_NUMBERED = frozenset(
    [
        *("act", "canto", "chapter", "no", "nr", "number", "op", "opus", "part", "plate"),
        *("psalm", "scene", "vol"),
    ]
)
_CAMERA = re.compile(r"(?:dsc[nf]?|image|img|p|photo|pict?|scan)", re.IGNORECASE)
_COPY = re.compile(r"(?:\s*\(\d{1,3}\))+$")
_YEAR = re.compile(
    r"(?:^|[-_ ,(]+)(?:(?:c|ca|circa)[-_. ]+)?(\d{4})(?:[-–/](\d{4}|\d{2}))?\)?(?:-\d{1,2})?$"
)
_COUNTER = re.compile(r"^(.*?([^-_ ]+))-\d{1,2}$")
_UNDETECTED = re.compile(r"not detected(?: \d+)?")


def repair(text: str) -> str:
    """Undo UTF-8 that was read as Latin-1 or Windows-1252 and perhaps lower-cased; NFC.

    What does not decode is left as it is, so that sound names pass unchanged.
    """

    def decode(match: re.Match[str]) -> str:
        found = match[0]
        lead = ord(found[0])
        if len(found) == 2 and lead >= 0xE2:
            lead -= 0x20  # the lower-casing turned Ã (C3) into ã (E3)
        elif len(found) == 3:
            lead = 0xE2
        tail = bytes(_CP1252.get(char, ord(char)) for char in found[1:])
        try:
            sound = (bytes([lead]) + tail).decode("utf-8")
        except UnicodeDecodeError:
            return found
        return found if unicodedata.category(sound) == "Cc" else sound

    if not text.isascii():
        text = _MOJIBAKE.sub(decode, text)
    return unicodedata.normalize("NFC", text)


def ascii_fold(text: str) -> str:
    """Repair `text`, drop its accents and lower-case it: the key under which spellings meet."""
    folded = unicodedata.normalize("NFKD", repair(text))
    return "".join(c for c in folded if not unicodedata.combining(c)).casefold().strip()


def slug(name: str) -> str:
    """Spell a painter's name as WikiArt's file names do: ``vincent-van-gogh``."""
    return re.sub(r"[\s_-]+", "-", ascii_fold(name))


def creator(name: str) -> str:
    """Return a painter's name for display, from a class name or a file-name slug.

    Capitals that are there are kept; slugs get theirs. Particles are lower-case except in front.
    """
    name = repair(name).replace("\xa0", " ").replace("_", " ").strip(" -")
    if name == name.lower() and " " not in name:
        name = name.replace("-", " ")
    words = []
    for position, word in enumerate(name.split()):
        initial = len(word) == 1 and word.isupper()
        if position and word.lower() in _PARTICLES and not initial:
            words.append(word.lower())
        elif position and _NUMERAL.fullmatch(word):
            words.append(word.upper())
        elif word == word.lower():
            # "m.c." has two initials; "jean-baptiste" two capitals.
            words.append(re.sub(r"(^|[.\-'])(\w)", lambda m: m[1] + m[2].upper(), word))
        else:
            words.append(word)
    return re.sub(r"\bO (?=[A-Z])", "O'", " ".join(words))


def same_spelling(slugs: Iterable[str], labels: Iterable[str | None]) -> dict[str, str]:
    """Map each slug to one display name per painter.

    A painter may stand under several spellings (``joaquin-sorolla``, ``joaquã\\xadn-sorolla``). The
    class name is shown where any work has one, else the spelling with its accents.

    Parameters
    ----------
    slugs, labels
        Pairs, one per work or one per distinct pair; a label may be missing.
    """
    chosen: dict[str, tuple[bool, bool, str]] = {}
    folds: dict[str, str] = {}
    for text, label in sorted(
        {(s, b if isinstance(b, str) else "") for s, b in zip(slugs, labels, strict=True)}
    ):
        fold = folds.setdefault(text, slug(text))
        shown = creator(label or text)
        chosen[fold] = max(
            chosen.get(fold, (False, False, "")), (bool(label), not shown.isascii(), shown)
        )
    return {text: chosen[fold][2] for text, fold in folds.items()}


def split_stem(stem: str) -> tuple[str, str]:
    """Split ``slug_title`` at its first underscore; ``("", stem)`` where there is none."""
    head, underscore, rest = stem.partition("_")
    return (head, rest) if underscore and rest else ("", stem)


def _last_number(text: str) -> tuple[int, int]:
    """What may be the year, and where it begins; 0 where there is none."""
    found = _YEAR.search(text)
    if not found:
        return 0, 0
    first, second = int(found[1]), found[2]
    if second and len(second) == 4 and not 0 <= int(second) - first <= LONGEST_RANGE:
        return int(second), found.start(2)  # "…-in-1204-1877": the first one is of the title
    return first, found.start()


def title_and_year(text: str) -> tuple[str, int | None]:
    """Read title and year out of the part of a file name that follows the painter.

    Parameters
    ----------
    text
        ``water-lilies-1906-2(1)``; no suffix.

    Returns
    -------
    title
        First letter capital, copies and counters left off. "Title unknown" where WikiArt has none.
    year
        1200 to 2030, the first one of a range of 25 years at most; None where there is none.
    """
    text = _COPY.sub("", repair(text)).strip()
    year = None
    number, start = _last_number(text)
    if FIRST_YEAR <= number <= LAST_YEAR:
        before = text[:start].strip("-–/_ ,(")
        if not _CAMERA.fullmatch(before):
            year, text = number, before
    elif counter := _COUNTER.match(text):
        text = text if counter[2].lower() in _NUMBERED else counter[1]
    text = re.sub(r"[-_\s]+", " ", text).strip()
    if not text or _UNDETECTED.fullmatch(text):
        return "Title unknown", year
    text = re.sub(r"(?<=\w\w) s(?= )", "'s", text)  # st-paul-s-: an apostrophe became a dash
    text = re.sub(r"\b([dl]) (?=[aeiouhéèêâîô])", r"\1'", text, flags=re.IGNORECASE)
    return text[:1].upper() + text[1:], year
