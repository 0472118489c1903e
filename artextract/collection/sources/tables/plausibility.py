"""How much a decoded text looks like names that people write: its accented letters, in their words.

A code page is not in the file. ``9F`` is ``ü`` on an old Mac and ``Ÿ`` on Windows, and only one of
``Dürer`` and ``DŸrer`` is a word. A word is judged by four things that hold in every European
language: letters do not change case inside it, no sign stands in it, its accented letters belong to
one language, and vowels and consonants take turns.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

# Letters beside a-z, by language. A word's accented letters are all of one of them.
ALPHABETS = {
    "French": "àâæçéèêëîïôœùûüÿ",
    "German": "äöüßé",
    "Spanish": "áéíñóúü",
    "Portuguese": "áâãàçéêíóôõú",
    "Italian": "àèéìíòóù",
    "Catalan": "àçèéíïòóúü",
    "Dutch": "äáèéëïíóöü",
    "Scandinavian": "åäæöøéü",
    "Icelandic": "áæðéíóöúýþ",
    "Czech and Slovak": "áäčďéěíĺľňóôŕřšťúůýž",
    "Polish": "ąćęłńóśźż",
    "Hungarian": "áéíóöőúüű",
    "Croatian": "čćđšž",
    "Romanian": "ăâîșțşţ",
    "Turkish": "çğıöşüâ",
    "Estonian": "äöõüšž",
    "Lithuanian": "ąčęėįšųūž",
    "Latvian": "āčēģīķļņšūž",
}
_LANGUAGES = [frozenset(letters) for letters in ALPHABETS.values()]
# The letters that most accented names have; the others are no fault, but less to be expected.
_COMMON = frozenset("éèüöäóáíñçëôåøê")
_RARE = frozenset("œæÿğıļķģņėįųāēīțăşţõþðýĺŕťďľ")
_VOWELS = frozenset("aeiouyàâæéèêëîïôœùûüÿäöáíóúãõìòåøýůőűąęěăâîıėįųūāēī")
_CYRILLIC_AND_GREEK_VOWELS = frozenset("аеёиоуыэюяіїєαεηιουωάέήίόύώ")
_LAST = frozenset("àìòù")  # stand at the end of a word, or nearly nowhere
_NEVER_FIRST, _NEVER_LAST = frozenset("ëïûùÿ"), frozenset("þäïëåû")
# Ends at ASCII alone, so that a sign or a blank of another code page stays in its word.
_WORD = re.compile(r"[^\s!-&(-,/:-@\[-`{-~\x00-\x1f]+", re.ASCII)
_OPENING, _CLOSING = frozenset("“„‚«‹¿¡"), frozenset("”»›…")
_ALONE = frozenset("–—©®°×½¼¾€£•§№")

IMPOSSIBLE = float("-inf")
_WRONG = -6.0  # a sign, or a change of case, inside a word
_NO_LANGUAGE, _CLUSTER = -4.0, -2.0


def plausibility(text: str) -> tuple[float, int, float]:
    """Score the words of `text` that hold more than ASCII; higher = more like names.

    Returns
    -------
    score
        Near 0 for what people write, minus some units for each word that they do not; minus
        infinity where a control character is in the text.
    words
        How many were judged, each spelling once.
    worst
        The score of the worst of them.
    """
    if any(unicodedata.category(c) in ("Cc", "Co", "Cn") and c not in "\t\r\n\v\f" for c in text):
        return IMPOSSIBLE, 0, IMPOSSIBLE
    lines = {line for line in re.split(r"[\r\n]+", text) if not line.isascii()}
    words = {word for line in lines for word in _WORD.findall(line) if not word.isascii()}
    scores = [_of_word(word) for word in sorted(words)]
    return sum(scores), len(scores), min(scores, default=0.0)


def _of_word(word: str) -> float:
    letters = [c for c in word if c.isalpha()]
    scripts = {_script(c) for c in letters}
    score = 0.0
    for place, character in enumerate(word):
        if not character.isalpha() and not character.isascii():
            score += _of_sign(character, word[:place], word[place + 1 :])
    if scripts - {"LATIN"}:
        return score + _of_other_script([c for c in word if c.isalpha()], scripts)
    for place, character in enumerate(word):
        if character.isalpha() and not character.isascii():
            score += _of_letter(character, word[place - 1 : place], word[place + 1 : place + 2])
    accented = {c.lower() for c in letters if not c.isascii()}
    if accented and not any(accented <= language for language in _LANGUAGES):
        score += _NO_LANGUAGE
    return score


def _of_sign(sign: str, before: str, after: str) -> float:
    left, right = before[-1:].isalpha(), after[:1].isalpha()
    if unicodedata.combining(sign):
        return 0.0 if left else _WRONG
    if sign in "’‘":
        # d’Arc, O’Keeffe, Monet’s; in Joaqu’n it is no apostrophe
        elided = before[-1:] in "dlDLOosnNtT" or after in ("s", "S")
        return 0.0 if not (left and right) or elided else _WRONG / 2
    if sign == "\xa0":
        return 0.0 if left and after[:1].isupper() else -3.0 if before and after else -0.5
    if (sign in "・ー々〆" and left and right) or (before[-1:] + after[:1] == "ll" and sign == "·"):
        return -0.5
    if left and right:
        return _WRONG / 2 if sign in "–—" and after[:1].isupper() else _WRONG
    if sign in _OPENING | _CLOSING:
        wrong_side = left if sign in _OPENING else right
        # "La citt…" is more often the città of an old code page than a text that breaks off.
        return -5.0 if wrong_side else -1.5 if sign == "…" and left else -0.3
    return (-0.1 if not left and not right else -2.0) if sign in _ALONE else _WRONG / 2


def _of_letter(letter: str, before: str, after: str) -> float:
    low = letter.lower()
    score = 0.0 if low in _COMMON else -1.2 if low in _RARE else -0.5
    if before.isalpha() and letter.isupper() and (before.islower() or after.islower()):
        score += _WRONG
    if letter.islower() and letter != "ß" and before.isupper() and after.isupper():
        score += _WRONG
    if letter.isupper() and not before.isalpha():
        score -= 0.2 if after.islower() else 0.5
    first, last = before.lower(), after.lower()
    vowel = low in _VOWELS
    if last.isalpha() and (low in _LAST or (low in "ãõ" and last not in "eoi")):
        score -= 1.2
    if (low == "ç" and last in "eiéy") or (low == "ñ" and last.isalpha() and last not in _VOWELS):
        score -= 1.2
    if first.isalpha() and last.isalpha():
        same = ((first in _VOWELS) == vowel) + ((last in _VOWELS) == vowel)
        score += (0.0, -0.3, _CLUSTER)[same]
    elif last.isalpha() and (last in _VOWELS) == vowel:
        score += -0.8  # at the beginning: Èapek
    if last.isalpha() and not first.isalpha():
        score -= 2.0 * (low in _NEVER_FIRST) + 0.8 * letter.islower()
    if first.isalpha() and not last.isalpha():
        score -= 1.0 * (low in _NEVER_LAST) + 1.0 * (vowel and first in _VOWELS and low != "ë")
    return score


def _of_other_script(letters: list[str], scripts: set[str]) -> float:
    """A word of one script other than Latin is as good as any; a mixture of scripts is none."""
    if len(scripts) > 1 and not scripts <= {"HIRAGANA", "KATAKANA", "CJK"}:
        return 2 * _WRONG
    score = -0.6
    if scripts <= {"CYRILLIC", "GREEK"}:
        inner = pairwise(letters)
        score += sum(_WRONG for a, b in inner if a.islower() and b.isupper())
        score -= 0.5 * letters[0].islower() + 1.5 * (len(letters) == 1)
        score -= 2.0 * (letters[0] in "ЪЬЫъьы")
        vowels = sum(c.lower() in _CYRILLIC_AND_GREEK_VOWELS for c in letters)
        if len(letters) > 3 and not 0 < vowels <= 0.75 * len(letters):
            score += 2 * _CLUSTER
    return score


def _script(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split(" ")[0].split("-")[0]
