"""Names taken out of a copy: every name but that of the person whose copy it is, whatever its case and accents."""

import re
import unicodedata
from collections.abc import Iterable

_TITLES = frozenset(["mr", "mrs", "ms", "miss", "mx", "dr", "the", "and", "of", "sir", "rev", "prof"])
_EVERYDAY = frozenset(["lead", "deputy", "head", "chair", "manager", "worker", "will", "may", "rose", "grace", "mark"])
"""Parts of names that are words of a record too: they count only where they begin with a capital."""
_SHORTEST = 2
TAKEN_OUT = "[names taken out]"
_NO_NAMES = _TITLES | {
    *("a", "an", "all", "class", "dad", "everybody", "everyone", "father", "he", "her", "his", "i", "mother", "mum"),
    *("my", "no", "nobody", "none", "not", "nurse", "school", "she", "staff", "teacher", "their", "they", "we", "year"),
}
_NAME = re.compile(r"[^\W\d_a-z][\w'’\-]+(?:[ \t]+[^\W\d_a-z][\w'’\-]+)*")


class Redactor:
    """Replaces names by “[person 1]” and so on, the same person by the same number."""

    def __init__(self, names: Iterable[str], others: Iterable[str] = (), keep: Iterable[str] = ()) -> None:
        """`names`: the people of the record, taken out by whole name and by each part of it. `others`: people who
        may occur in it; parts of their names count only where they begin with a capital, for many are everyday
        words too. `keep`: whose names stay; a part of one stays where it stands alone, but never within somebody
        else's whole name."""
        self._kept = {folded(" ".join(one.split())) for one in keep} - {""}
        kept_parts = {part for one in self._kept for part in _parts(one)}
        known = self._people(names)
        more = [one for one in self._people(others) if one not in known]
        self._labels: dict[str, str] = {}
        for number, name in enumerate([*known, *more], 1):
            self._labels.setdefault(name, f"[person {number}]")
        self._capital: set[str] = set()
        for number, name in enumerate([*known, *more], 1):
            for part in _parts(name):
                if part not in kept_parts and part not in self._labels:
                    self._labels[part] = f"[person {number}]"
                    if number > len(known) or part in _EVERYDAY:
                        self._capital.add(part)
        wanted = sorted({*self._labels, *self._kept}, key=lambda one: (-len(one), one))
        spelled = [r"\s+".join(map(re.escape, one.split())) for one in wanted]
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(spelled)})(?!\w)") if spelled else None

    def _people(self, names: Iterable[str]) -> list[str]:
        found = dict.fromkeys(folded(" ".join(name.split())) for name in names)
        return [name for name in found if name and name not in self._kept]

    def __call__(self, text: str) -> str:
        """The text without the names."""
        if self._pattern is None:
            return text
        plain, places = _with_places(text)
        found, end = [], 0
        for hit in self._pattern.finditer(plain):
            name = " ".join(hit.group().split())
            first, last = places[hit.start()], places[hit.end()]
            if name in self._labels and (name not in self._capital or text[first].isupper()):
                found.append(text[end:first] + self._labels[name])
                end = last
        return "".join(found) + text[end:]


def without_names(text: str, keep: Iterable[str]) -> str:
    """What a field made for names says in a redacted copy: nothing, for a name that nobody knows cannot be found in
    it; the text where it names whose copy it is, for the redactor to go over."""
    plain = folded(" ".join(text.split()))
    return text if any(name.strip() and folded(" ".join(name.split())) in plain for name in keep) else TAKEN_OUT


def names_in(text: str, keep: Iterable[str]) -> list[str]:
    """The names in a field made for names, so that they go elsewhere too: each run of words with a capital."""
    kept = words(" ".join(keep))
    found = [" ".join(run.split()) for run in _NAME.findall(text) if not run[0].islower()]
    return [name for name in found if not words(name) <= kept | _NO_NAMES]


def folded(text: str) -> str:
    """The text without case and accents, as names are compared."""
    return _with_places(text)[0]


def words(text: str) -> set[str]:
    """The words of a text, folded."""
    return set(re.findall(r"\w+", folded(text)))


def _parts(name: str) -> list[str]:
    """The parts of a folded name that count by themselves: `o'brien-smith` by `brien` too."""
    found = [*name.split(), *re.findall(r"\w+", name)]
    return [one for one in dict.fromkeys(found) if len(one) >= _SHORTEST and one not in _TITLES and not one.isdigit()]


def _with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters, and for its end, the place in the original."""
    plain: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for part in unicodedata.normalize("NFKD", character).casefold():
            if not unicodedata.combining(part):
                plain.append("'" if part == "’" else part)
                places.append(place)
    places.append(len(text))
    return "".join(plain), places
