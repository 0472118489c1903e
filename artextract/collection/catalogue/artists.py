"""Names of artists: those that name nobody, those that name several, those spelled in many ways."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from artextract.collection.filenames import repair

# What stands in a cell for nothing, in any column of labels.
NOTHING = frozenset(
    [
        *("nan", "none", "null", "na", "n/a", "n.a.", "n. a.", "nil", "<na>", "#n/a", "nat"),
        *("undefined", "undetermined", "unspecified", "not specified", "unassigned", "missing"),
        *("empty", "blank", "no data", "not available", "not applicable", "not recorded", "tbd"),
        *("tbc", "unk", "unk.", "unkn", "unkn.", "x", "unknown", "not known", "not identified"),
        *("uncertain", "unsigned", "unattributed", "no artist", "no maker", "various"),
        *("various artists", "various makers", "diverse", "divers", "artistes divers"),
        *("verschiedene", "verschiedene kunstler", "artisti vari", "autori vari", "aa.vv."),
        *("diverse kunstenaars", "s.n.", "s. n.", "n.n.", "n. n.", "nn", "k.a.", "k. a."),
        *("unbek.", "keine angabe", "ohne angabe", "nicht bekannt", "nicht identifiziert"),
        *("unbekannt", "inconnu", "non connu", "non identifie", "non attribue", "sans auteur"),
        *("sconosciuto", "non identificato", "non attribuito", "non noto", "onbekend"),
        *("niet bekend", "niet geidentificeerd", "desconocido", "no identificado"),
    ]
)
_UNKNOWN = (
    r"unknown|anonymous|anonymus|unidentified|unrecorded|uncredited|anonym(?:er?)?|unbekannte[rn]?|"
    r"unbekannt|inconnue?s?|anonymes?|anonim[oaei]|ignot[oaie]|sconosciut[oaie]|onbekende?|anoniem|"
    r"desconocid[oa]s?|anon\.?"
)
_NAMELESS = r"anonymous|anonym(?:er?)?|anonymes?|anonim[oaei]|ignot[oaie]|anoniem"
_MAKER = (
    r"artists?|painters?|makers?|masters?|authors?|creators?|hands?|photographers?|engravers?|"
    r"draughtsm[ae]n|printmakers?|kunstler(?:in)?|kuenstler(?:in)?|maler(?:in)?|meister|artistes?|"
    r"peintres?|auteurs?|maitres?|artist[aei]|pittor[ei]|autor[ei]?|maestro|kunstenaars?|"
    r"schilders?|meesters?|pintor(?:es)?|schools?|schule|ecoles?|scuola|genres?|styles?|class|label|category|subject|period"
)
_NOBODY = re.compile(
    rf"(?:(?:{_UNKNOWN})(?:[ -]+[\w-]+){{0,2}}[ -]+(?:{_MAKER})|(?:{_MAKER})[ ,-]+(?:{_UNKNOWN})|"
    rf"(?:{_UNKNOWN})|(?:{_NAMELESS})(?: [\w-]+){{1,3}}|[\w -]{{1,30}}(?: (?:{_NAMELESS})|"
    rf", ?(?:{_UNKNOWN}))|"
    r"(?:artist|maker|painter|author) (?:not known|not identified|unidentified))"
    r"(?:\s*[,;:(\[].*|\s+\d.*)?",
    re.DOTALL,
)
# "Rubens; Jan Brueghel" is two wherever it stands, "Gilbert & George" only if they are elsewhere.
_STRONG = re.compile(r"\s*(?:;|\||\n)\s*")
_WEAK = re.compile(r"\s+(?:and|und|et|e|en|y|with|mit|avec|con|met|&)\s+|\s*[/&]\s*")
LONGEST = 500  # characters of a cell that names artists
_MASTER = re.compile(r"(?:the |der |le |il |de )?(?:master|meister|maitre|maestro|meester)s? ")
_LIFE = re.compile(
    r"\s*[(\[][^()\[\]]*\d{2,4}[^()\[\]]*[)\]]|,\s*(?:b\. |born )?\d{4}\s*[-–]\s*(?:\d{4})?$"
)
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})


def names_nobody(text: str, *, more: Collection[str] = ()) -> bool:
    """Whether a label says that there is none.

    Parameters
    ----------
    more
        Further words that say so, in any case.

    Examples
    --------
    >>> [names_nobody(t) for t in ("Unknown Artist", "N/A", "Anonymous, Dutch", "Claude Monet")]
    [True, True, True, False]
    """
    if len(text) > LONGEST:
        return False
    key = _bare(text)
    if key in NOTHING or not any(c.isalnum() for c in key):
        return True
    return _NOBODY.fullmatch(key) is not None or key in {_bare(word) for word in more}


def several_makers(text: str, known: Collection[str]) -> list[str]:
    """The makers that a cell names, where it names more than one; else an empty list.

    Parameters
    ----------
    known
        :func:`spelling_key` of artists who stand alone elsewhere. "and" joins two makers only where
        one of them does, or where both have first name and surname: Gilbert & George are one. A
        comma does where all stand alone.

    Examples
    --------
    >>> several_makers("Peter Paul Rubens and Jan Brueghel", ())
    ['Peter Paul Rubens', 'Jan Brueghel']
    >>> several_makers("Peter Paul Rubens; Jan Brueghel", ())
    ['Peter Paul Rubens', 'Jan Brueghel']
    >>> several_makers("Gilbert & George", ())
    []
    """
    if len(text) > LONGEST:  # a description, not names
        return []
    parts = [part for part in _STRONG.split(text) if part]
    if len(parts) > 1:
        return parts
    parts = [part for part in _WEAK.split(text) if part]
    if len(parts) > 1 and any(spelling_key(part) in known for part in parts):
        return parts
    if len(parts) > 1 and all(map(_is_full_name, parts)) and not _MASTER.match(_folded(text)):
        return parts
    # "Monet, Claude" is one, whose parts are not artists.
    parts = re.split(r"\s*,\s*", text)
    if len(parts) > 1 and all(spelling_key(part) in known for part in parts):
        return parts
    return []


def _is_full_name(text: str) -> bool:
    """Whether a text has first name and surname, so that it names somebody by itself."""
    words = text.split()
    return len(words) > 1 and words[0][0].isupper() and words[-1][0].isupper()


def spelling_key(name: str) -> str:
    """The key under which spellings of one name meet.

    Case, blanks, hyphens, underscores, points, accents, the order of the words, bytes that were
    decoded twice and years of birth and death make no difference.

    Examples
    --------
    >>> spelling_key("Monet, Claude") == spelling_key("CLAUDE_MONET") == "claude monet"
    True
    """
    return _key(_folded(_without_life(name)))


def _without_life(name: str) -> str:
    return _LIFE.sub("", repair(name)) if len(name) <= LONGEST else name


def _key(folded: str) -> str:
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c)
    )
    return " ".join(sorted(re.findall(r"[^\W_]+", plain.translate(_LETTERS).replace("ß", "ss"))))


def same_name_groups(counts: Mapping[str, int]) -> list[list[str]]:
    """Names that differ only in case, blanks and underscores, the best spelling first.

    Parameters
    ----------
    counts
        As :func:`spelling_groups` takes them.
    """
    groups: dict[str, list[str]] = {}
    for name in counts:
        key = " ".join(unicodedata.normalize("NFC", name.replace("_", " ").casefold()).split())
        groups.setdefault(key, []).append(name)
    return sorted(_best_first(names, counts) for names in groups.values() if len(names) > 1)


def _best_first(names: Iterable[str], counts: Mapping[str, int]) -> list[str]:
    return sorted(names, key=lambda name: (-_quality(name, counts[name]), name))


def spelling_groups(counts: Mapping[str, int]) -> list[list[str]]:
    """Names that are probably those of one artist.

    Parameters
    ----------
    counts
        Name as it is spelled, and its number of works.

    Returns
    -------
    Groups of two spellings or more, the best spelling first: the most frequent, of equals one with
    capitals and accents and without commas, underscores and brackets; if its bytes were decoded
    twice, what they stand for, which may be no spelling of the collection. Two people of one name
    with other years of birth and death are two.
    """
    keys: dict[str, list[str]] = {}
    for name in counts:
        low = unicodedata.normalize("NFC", _without_life(name).casefold())
        for key in {spelling_key(name), _key(low.translate(_UMLAUTS))}:
            keys.setdefault(key, []).append(name)
    parent = {name: name for name in counts}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for key, names in keys.items():
        if key:
            for name in names[1:]:
                parent[root(name)] = root(names[0])
    groups: dict[str, list[str]] = {}
    for name in counts:
        groups.setdefault(root(name), []).append(name)
    found = []
    for names in groups.values():
        lives = {tuple(re.findall(r"\d{4}", name)) for name in names} - {()}
        if len(lives) > 1:
            continue
        names = _best_first(names, counts)
        if (mended := repair(names[0])) != unicodedata.normalize("NFC", names[0]):
            names = [mended, *(name for name in names if name != mended)]
        if len(names) > 1:
            found.append(names)
    return sorted(found)


def _quality(name: str, n: int) -> float:
    """Higher = better to show; the number of works decides, the rest between equals."""
    words = name.split()
    score = 0.3 * all(word[0].isupper() for word in words[:1] + words[-1:]) - 0.3 * name.isupper()
    score += 0.2 * (repair(name) == name) - 0.3 * bool(re.search(r"[_,(]", name))
    score -= 0.2 * (" " not in name and "-" in name)
    score += 0.1 * (not name.isascii() and repair(name) == name)
    return n + score if n else score


def merged_spellings(groups: Iterable[Sequence[str]]) -> dict[str, str]:
    """Spelling: the one that stands for all of its group."""
    return {name: names[0] for names in groups for name in names}


def count_values(values: Iterable[object]) -> dict[str, int]:
    """How often each text is there, the most frequent first, equals in alphabetical order."""
    counts = Counter(value for value in values if isinstance(value, str))
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _bare(text: str) -> str:
    """A label in small letters, without accents, underscores, article and what encloses it."""
    bare = " ".join(_folded(text).replace("_", " ").split())
    if re.fullmatch(r"\(.*\)|\[.*\]|<.*>|\".*\"|'.*'|«.*»", bare):
        bare = bare[1:-1].strip()
    return re.sub(r"^(?:an?|the|une?|uno|una|eine?[mrn]?|een) (?=\w)", "", bare)


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    decomposed = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())
