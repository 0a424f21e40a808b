"""Where a word of danger speaks of nobody: a title, the subject of a lesson, a game, an object, a figure of speech.

A danger is told of somebody. So nothing here holds where anybody, a part of a body or a home is named, and what holds
is bound to what stands right beside the word: *blood pressure workshop*, but not *bleeding in the workshop*.
"""

from collections.abc import Callable, Sequence

from bot.reading.danger_words import (
    ADRIFT,
    BODY,
    CALM,
    CHORES,
    DANGER,
    FEELING,
    FIRST_AID,
    FRAIL,
    HOME,
    KEPT_SAFE,
    MEETING,
    NEARBY,
    NOTHING,
    OCCASION,
    ONE,
    ORDINARY,
    PAPER,
    PERSON,
    PLAIN,
    PLAYABLE,
    PLAYFUL,
    SMALL,
    STAFF,
    STORY,
    SUBJECT_OF_LESSONS,
    TECHNICAL,
    VIOLENT,
    VIRTUAL,
    VISIT,
    WEAPON,
    WHEN,
    Token,
    Words,
    next_content,
)

_AUDIENCE = frozenset(["kids", "children", "people", "families", "parents", "teens", "teenagers", "pupils", "students"])
_LINKS = frozenset(["of", "and", "the", "a", "for", "on", "about", "by"])
_MIDDLE = 4
"""How many words may stand between a subject and the lesson on it."""
_WENT = frozenset(["went", "gone", "going", "goes", "still", "since"])
_STEPS = frozenset(["quit", "update", "restart", "reboot", "install", "upgrade"])
"""What programs are forced to."""
_NOT_ALONE = frozenset(["dangerous", "creepy", "cruel", "terrible"])
"""Said of the lesson itself, these are no subject of it."""
_SO_MUCH = frozenset(["a", "an", "two", "three", "ten", "twenty", "few", "some", "half", "5", "10", "15", "20", "30"])
_UNITS = frozenset(["hour", "hours", "minutes", "mins"])
_TOWARDS = frozenset("of about that the my our to i we ll will press click lose losing using use".split())  # noqa: SIM905
_JOINS = frozenset(["join", "make", "attend", "open", "find", "hear", "see", "log", "use", "come", "do"])
_VERY = frozenset("simple easy good useful handy helpful funny cute nice clear sure keen chuffed proud".split())  # noqa: SIM905
"""What is *dead* simple."""
_ILLS = frozenset(["cold", "flu", "hangover", "heat", "boredom", "laughter", "embarrassment", "cough", "hayfever"])
"""What nobody who speaks so dies of."""
_EMPLOYERS = frozenset(
    "funder funders trustees boss office board council finance auditors ofsted accounts commissioners".split()  # noqa: SIM905
)
"""Who *will kill me* if something is late."""
_WHICH = frozenset(["who", "whos", "whose", "which", "what"])
_WISHES = frozenset(
    ["want", "wants", "wanted", "wanna", "ready", "going", "gonna", "need", "needs", "like", "plan", "try"]
)


def is_figure(tokens: Sequence[Token], place: int) -> bool:
    """Whether the word at this place is a subject, a thing or a figure of speech, in a text that names nobody."""
    token = tokens[place]
    playful = token in PLAYABLE and is_game(tokens, place, PLAYFUL)
    return playful or _of_a_lesson(tokens, place) or _of_a_thing(tokens, place) or _figure(tokens, place)


def names_nobody(tokens: Sequence[Token]) -> bool:
    """Whether nobody is named, but those for whom something is held: `for the older kids`."""
    for place, token in enumerate(tokens):
        before = [one.typed for one in tokens[max(0, place - 3) : place]]
        if token.typed in _AUDIENCE and "for" in before:
            continue
        if any(token in group for group in (PERSON, STAFF, BODY, HOME)):
            return False
    return True


def _of_a_lesson(tokens: Sequence[Token], place: int) -> bool:
    """*blood pressure workshop*, *black death history lesson*, *a talk on slavery*: nouns up to what is held, and
    nothing told behind it."""
    token = tokens[place]
    if token in FIRST_AID and not any(one.typed == "aid" for one in tokens):
        return False
    if not (token in SUBJECT_OF_LESSONS or token in VIOLENT or token in WEAPON):
        return False
    if place > 1 and tokens[place - 1].typed in ("on", "about") and tokens[place - 2] in OCCASION:
        return _nothing_told(tokens[place + 1 :])
    for number, one in enumerate(tokens[place + 1 : place + 2 + _MIDDLE]):
        if one in OCCASION:
            return (number > 0 or token.typed not in _NOT_ALONE) and _nothing_told(tokens[place + 2 + number :])
        if not (one.typed in _LINKS or _is_noun(one)):
            return False
    return False


def _is_noun(token: Token) -> bool:
    """Whether a word may be a noun that says nothing of danger, of a place or of how somebody is."""
    told = (PERSON, BODY, HOME, DANGER, WEAPON, VIOLENT, FEELING, ADRIFT, NEARBY)
    if token.typed in SMALL or token.typed.isdigit() or any(token in group for group in told):
        return token in SUBJECT_OF_LESSONS
    return not token.typed.endswith(("ly", "ed")) and (
        not token.typed.endswith("ing") or token in FIRST_AID or token in SUBJECT_OF_LESSONS or token.typed == "flying"
    )


def _nothing_told(behind: Sequence[Token]) -> bool:
    """Whether only a time, a place on line or other plain words follow."""
    plain = (ORDINARY, PLAIN, OCCASION, WHEN)
    return all(
        not (one in ADRIFT or one in NEARBY)
        and (one.typed in SMALL | _AUDIENCE or one.typed.isdigit() or any(one in group for group in plain))
        for one in behind
    )


def _of_a_thing(tokens: Sequence[Token], place: int) -> bool:
    """*the link is missing*, *prevent echo*, *data protection*: of something technical, right beside it."""
    stem, before = tokens[place].stem, tokens[max(0, place - 3) : place]
    (left, _), (right, through) = next_content(tokens[:place][::-1]), next_content(tokens[place + 1 :])
    near = right in TECHNICAL and not through
    if tokens[place].typed == "missing":
        went = any(one.typed in _WENT for one in before)
        return near or (any(one in TECHNICAL for one in before) and not went)
    if tokens[place].typed in ("prevent", "controlling"):
        return near
    if stem == "forc":
        behind = [one.typed for one in tokens[place + 1 : place + 4] if one.typed not in ("to", "a", "an")]
        return bool(_STEPS & set(behind[:1]))
    if stem == "chok":
        return left in TECHNICAL
    if stem == "breath":
        return left in CALM or (right in CALM and not through)
    if stem == "protection":
        return place > 0 and tokens[place - 1] in KEPT_SAFE
    return False


def _figure(tokens: Sequence[Token], place: int) -> bool:
    """*killing time*, *dying to see you*, *torture to set up*, *drowning in emails*: nobody comes to harm."""
    figure = _FIGURES_OF_SPEECH.get(tokens[place].stem)
    return figure is not None and figure(tokens[max(0, place - 3) : place], tokens[place], tokens[place + 1 :])


def _typed(tokens: Sequence[Token]) -> list[str]:
    return [*(one.typed for one in tokens[:3]), "", "", ""]


def _killing(before: Sequence[Token], token: Token, behind: Sequence[Token]) -> bool:
    """*killing time*, *killing half an hour*, *that quiz nearly killed me*."""
    words = _typed(behind)
    tires = words[0] == "me" and any(one in group for one in before for group in (OCCASION, TECHNICAL, CHORES))
    spent = words[0] == "time" or (words[0] in _SO_MUCH and bool(_UNITS & set(words[1:3])))
    return tires or (spent and token.typed in ("kill", "killing"))


def _dying(before: Sequence[Token], token: Token, behind: Sequence[Token]) -> bool:
    """*dying to see you*, *dying for a cuppa*, *dying with this cold*, *a cake to die for*."""
    words = _typed(behind)
    if token.typed == "dying":
        wish = words[0] == "to" and len(behind) > 1 and behind[1] in MEETING
        ill = words[0] in ("of", "with", "from") and any(one.typed in _ILLS for one in behind[1:4])
        return wish or ill or words[:2] in (["for", "a"], ["for", "some"])
    treat = [one.typed for one in before[-1:]] == ["to"] and words[0] == "for"
    return treat and not any(one.typed in _WISHES for one in before)


def _torture(before: Sequence[Token], _token: Token, behind: Sequence[Token]) -> bool:
    """*torture to set up*, *this form is torture*."""
    (left, _), words = next_content(before[::-1]), _typed(behind)
    tries = words[0] == "to" and len(behind) > 1 and (behind[1] in PLAIN or behind[1] in ORDINARY)
    return tries or left in TECHNICAL or left in CHORES


def _held(_before: Sequence[Token], _token: Token, behind: Sequence[Token]) -> bool:
    """*hostage in the waiting room*, *trapped in a breakout room*."""
    words = [one for one in behind[:4] if one.typed not in ("in", "by", "on", "to", "the", "a", "this", "my", "our")]
    there = bool(words) and words[0] in VIRTUAL and behind[0].typed in ("in", "by", "on", "to")
    return there and _nothing_told([one for one in behind if one not in VIRTUAL])


def _drowning(_before: Sequence[Token], _token: Token, behind: Sequence[Token]) -> bool:
    return _typed(behind)[0] in ("in", "under") and any(one in CHORES for one in behind[1:3])


def _frail(_before: Sequence[Token], _token: Token, behind: Sequence[Token]) -> bool:
    """*scared of technology*, *worried about losing the link*, *scared to press the button*."""
    what = next((one for one in behind[:5] if one.typed not in _TOWARDS), NOTHING)
    return what in FRAIL


def _afraid(before: Sequence[Token], token: Token, behind: Sequence[Token]) -> bool:
    """*I'm afraid I can't join the session*, *afraid the link expired*."""
    words = _typed(behind)
    sorry = words[0] in ("i", "we") and words[1] in ("cant", "cannot", "wont", "couldnt") and words[2] in _JOINS
    fails = words[0] in ("the", "my", "our") and len(behind) > 1 and behind[1] in TECHNICAL
    return (sorry and any(one in ORDINARY for one in behind)) or fails or _frail(before, token, behind)


def _is_key(token: Token) -> bool:
    return token.typed in ("button", "key", "icon", "link", "screen")


_Figure = Callable[[Sequence[Token], Token, Sequence[Token]], bool]
_FIGURES_OF_SPEECH: dict[str, _Figure] = {
    "kil": _killing,
    **dict.fromkeys(("die", "dying"), _dying),
    "tortur": _torture,
    **dict.fromkeys(("hostag", "trap"), _held),
    "drown": _drowning,
    **dict.fromkeys(("scar", "wory", "concern"), _frail),
    "afraid": _afraid,
    "bomb": lambda _before, token, behind: token.typed == "bombed" and _typed(behind)[:2] == ["out", "of"],
    "smash": lambda _before, _token, behind: _typed(behind)[0] == "it" and (len(behind) < 2 or behind[1] in ADRIFT),
    "stab": lambda _before, _token, behind: any(_is_key(one) for one in behind[:3]),
    "injury": lambda _before, _token, behind: _typed(behind)[0] == "time",
    "neglect": lambda _before, _token, behind: _typed(behind)[0] == "to",
    "drag": lambda _before, _token, behind: "drop" in (_typed(behind)[0], _typed(behind)[1]),
}
"""By the simplest form of a word: whether what stands before and behind it makes it one."""


def is_title(tokens: Sequence[Token], place: int) -> bool:
    """*murder mystery*, *safeguarding training*: a story or a paper, where nobody in particular is spoken of."""
    behind = next(iter(tokens[place + 1 : place + 2]), NOTHING)
    told = tokens[place] in SUBJECT_OF_LESSONS and tokens[place] not in FIRST_AID
    told = told and tokens[place].typed not in _NOT_ALONE
    named = (told and behind in STORY) or (tokens[place].stem == "safeguard" and behind in PAPER)
    named = named or (tokens[place].stem == "polic" and behind in VISIT)
    return named and not any(token in ONE for token in tokens)


def is_game(tokens: Sequence[Token], place: int, things: Words) -> bool:
    """*pillow fight*, *shooting stars*, *dead tired*, *bath bombs*: beside such a word, where nobody is spoken of."""
    (left, apart), (right, through) = next_content(tokens[:place][::-1]), next_content(tokens[place + 1 :])
    beside = (left in things and not apart) or (right in things and not through)
    return beside and not any(token in PERSON or token in BODY for token in tokens)


def is_phrase(tokens: Sequence[Token], place: int) -> bool:
    """*hang up*, *cut off*, *cut out*: of calls and sounds, unless somebody does it to himself or at home."""
    behind = [token.typed for token in tokens[place + 1 : place + 2]]
    if tokens[place].stem == "kil" and behind == ["me"]:
        # `my back is killing me`, `the funders will kill me`
        before = tokens[max(0, place - 3) : place]
        return any(one in BODY or one.typed in _EMPLOYERS for one in before)
    if [one.typed for one in tokens[max(0, place - 2) : place + 1]] == ["done", "to", "death"]:
        return True
    if tokens[place].typed == "dead" and behind and behind[0] in _VERY:
        return True
    if tokens[place].typed in ("fighting", "fight") and behind == ["over"]:
        # `fighting over who goes first`
        return tokens[place + 2].typed in _WHICH if len(tokens) > place + 2 else False
    if tokens[place].stem == "cut" and [one.typed for one in tokens[place + 2 : place + 3]] == ["off"]:
        # `cut someone off who keeps talking`; not *from* others.
        whom, behind_it = tokens[place + 1], tokens[place + 3 : place + 4]
        himself = whom.typed.endswith(("self", "selves"))
        return whom in PERSON and not himself and not any(one.typed == "from" for one in behind_it)
    if tokens[place].stem == "shot" and behind == ["up"]:
        return False
    if tokens[place].stem not in ("cut", "hang", "hung", "shot") or behind not in (["up"], ["off"], ["out"]):
        return False
    near = tokens[place + 2 : place + 4]
    return not any(token in BODY or token in HOME or token.stem.endswith("self") for token in near)
