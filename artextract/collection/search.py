"""Finding works by the words of their titles and artists, accents and spelling forgiven."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from artextract.collection.filenames import ascii_fold

# Letters that Unicode does not take apart into a letter and an accent.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"})
_WORD = re.compile(r"\w+")
# How well a word of a text answers a word that was asked for.
_EXACT, _PREFIX, _INFIX, _MISSPELT = 1.0, 0.8, 0.5, 0.4


def search_words(text: str) -> list[str]:
    """The words of a text without case, accents and punctuation: ``["l", "etoile"]``.

    >>> search_words("L'Étoile, 1878"), search_words("Søren_Łukasz")
    (['l', 'etoile', '1878'], ['soren', 'lukasz'])
    """
    folded = text.casefold() if text.isascii() else ascii_fold(text).translate(_LETTERS)
    return _WORD.findall(folded.replace("_", " "))


class TextIndex:
    """The words of many short texts, for searching while somebody types.

    A text is found if it has every word that is asked for: as it is, as the beginning of a word,
    or, with three letters or more, within one. Only where nothing has them all is another spelling
    of a word accepted: one wrong, missing, doubled or exchanged letter in words of four, two in
    words of eight (optimal string alignment). It holds about a hundred bytes per text.

    Parameters
    ----------
    texts
        One per row; what is missing is the empty text.

    Examples
    --------
    >>> index = TextIndex(["Paul Cézanne", "Claude Monet", "Édouard Manet"])
    >>> index.search("cez")[0], index.search("edouard mannet")[0], index.search("monet paul")[0]
    (array([0]), array([2]), array([], dtype=int64))
    """

    def __init__(self, texts: Sequence[str]) -> None:
        words = [search_words(text) for text in texts]
        self.lengths = np.array([len(own) for own in words], dtype=np.int32)
        flat = np.array([word for own in words for word in own], dtype=object)
        codes, vocabulary = pd.factorize(flat)
        order = np.argsort(codes, kind="stable")
        self._rows = np.repeat(np.arange(len(words), dtype=np.int32), self.lengths)[order]
        self._starts = np.searchsorted(codes[order], np.arange(len(vocabulary) + 1))
        self._vocabulary: list[str] = [str(word) for word in vocabulary]
        # One string to look for beginnings and parts in: far faster than word by word.
        self._joined = "\n" + "\n".join(self._vocabulary) + "\n"
        ends = np.cumsum([len(word) + 1 for word in self._vocabulary])
        self._ends = np.asarray(ends, dtype=np.int64)

    def __len__(self) -> int:
        return len(self.lengths)

    def search(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """The rows with every word of `text`, the best first.

        Returns
        -------
        rows : int64 (n,)
        scores : float32 (n,)
            In (0, 1], higher = closer; of equal ones the shorter text comes first.
        """
        asked = search_words(text)[:12]
        if not asked or not self._vocabulary:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        for matches in (self._literal, self._misspelt):
            scores = self._combined([matches(word) for word in asked])
            rows = np.flatnonzero(scores)
            if len(rows):
                order = np.lexsort((rows, self.lengths[rows], -scores[rows]))
                return rows[order], scores[rows][order]
        return np.empty(0, np.int64), np.empty(0, np.float32)

    def _combined(self, found: list[dict[int, float]]) -> np.ndarray:
        """The mean over the words that were asked for; 0 where one of them is missing."""
        total = np.ones(len(self), np.float32)
        for words in found:
            best = np.zeros(len(self), np.float32)
            for code, score in sorted(words.items(), key=lambda item: item[1]):
                best[self._rows[self._starts[code] : self._starts[code + 1]]] = score
            total = np.where((total > 0) & (best > 0), total + best, 0)
        return np.where(total > 0, (total - 1) / len(found), 0).astype(np.float32)

    def _literal(self, word: str) -> dict[int, float]:
        found: dict[int, float] = {}
        pattern = re.escape(word if len(word) >= 3 else f"\n{word}")
        for match in re.finditer(pattern, self._joined):
            # The place of the match's last character, less the line break in front of all.
            code = int(np.searchsorted(self._ends, match.end() - 2, side="right"))
            whole = self._vocabulary[code]
            starts = whole.startswith(word)
            score = _EXACT if whole == word else _PREFIX if starts else _INFIX
            found[code] = max(score, found.get(code, 0))
        return found

    def _misspelt(self, word: str) -> dict[int, float]:
        found = self._literal(word)
        wrong = 0 if len(word) < 4 or word.isdigit() else 1 if len(word) < 8 else 2
        if not wrong:
            return found
        # Against whole words, and their beginnings: the last word may not be finished.
        for words in (self._vocabulary, [other[: len(word)] for other in self._vocabulary]):
            distances = cdist([word], words, scorer=OSA.distance, score_cutoff=wrong)[0]
            for code in np.flatnonzero(distances <= wrong):
                score = _MISSPELT - 0.1 * float(distances[code])
                found[int(code)] = max(score, found.get(int(code), 0))
        return found
