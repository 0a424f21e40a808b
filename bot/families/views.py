"""The pages as HTML: pure functions of what they show. Whatever comes from somebody is escaped by being filled in."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.families.service import NO, RECORDING, YES, Free, Question, Shown
from bot.families.words import EN, LANGUAGES, Language

_STYLE = Markup(
    "*{box-sizing:border-box}"
    "body{font:1.125rem/1.5 system-ui,sans-serif;max-width:38rem;margin:0 auto;padding:1rem;color:#1a1a1a;"
    "background:#fff;overflow-wrap:anywhere}"
    "h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.2rem;margin-top:2rem}"
    "dt{font-weight:bold}dd{margin:0 0 .6rem}"
    "fieldset{border:1px solid #767676;border-radius:.4rem;margin:0 0 1.2rem;padding:.4rem .9rem .9rem;min-width:0}"
    "legend{font-weight:bold;padding:0 .3rem}"
    ".choice{display:flex;gap:.7rem;align-items:center;padding:.45rem 0;min-height:2.75rem}"
    "input[type=radio]{width:1.4rem;height:1.4rem;flex:none}"
    "label.words{font-weight:bold;display:block;margin-top:1.2rem}"
    "textarea,input[type=text]{font:inherit;width:100%;padding:.5rem;border:1px solid #767676;border-radius:.3rem}"
    "button{font:inherit;font-weight:bold;min-height:2.75rem;padding:.5rem 1.2rem;border:0;border-radius:.4rem;"
    "background:#14528a;color:#fff;max-width:100%}"
    "button{margin:.3rem .4rem .3rem 0}a{color:#14528a}"
    ":focus-visible{outline:3px solid #b35900;outline-offset:2px}"
    ".note{margin:.2rem 0;color:#4a4a4a;font-size:1rem}"
    ".box{border-left:.3rem solid #14528a;background:#eef4fa;padding:.6rem .9rem}"
    ".alarm{border-left:.3rem solid #a4161a;background:#fdf0f0;padding:.6rem .9rem}"
)
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
"""What a page may load and do: nothing but its own style and its own form."""
SURE = "sure"
OWN = "own_page"
LONGEST = 1_000
"""How many characters one field of one's own words holds."""


def page(shown: Shown, words: Language, *, saved: bool = False) -> str:
    """What is asked of a family, and what stands; `saved`: what they said just now."""
    return _page(shown, words, top=_status(words) if saved else Markup(), typed=shown.typed, chosen={})


def asked_back(shown: Shown, words: Language, given: Mapping[str, str], sure: str) -> str:
    """The form once more, with all that was given in it: its words sound like a worry, which nobody would read at once.
    `sure` is what sends these words as they are."""
    head = Markup('<div class="alarm" role="alert"><h2>{}</h2><p>{}</p><p>{}</p></div>').format(
        words.worry_head, words.worry, shown.own_contact
    )
    typed = {one: given.get(one.value, was) for one, was in shown.typed.items()}
    return _page(shown, words, top=head, typed=typed, chosen=given, sure=sure)


def meanwhile(shown: Shown, words: Language, given: Mapping[str, str], missed: frozenset[str]) -> str:
    """The form as things stand now: of the fields `missed` something else was said after theirs was drawn. Words of
    their own are given back."""
    head = Markup('<div class="alarm" role="alert"><h2>{}</h2><p>{}</p></div>').format(
        words.meanwhile_head, words.meanwhile
    )
    typed = {one: given.get(one.value, was) if one.value in missed else was for one, was in shown.typed.items()}
    return _page(shown, words, top=head, typed=typed, chosen={})


def nothing(words: Language = EN) -> str:
    """The one answer to a link that is used up, withdrawn, over or invented."""
    return _sheet(words, words.nothing_head, Markup("<p>{}</p>").format(words.nothing))


def later(words: Language = EN) -> str:
    """That the records could not be reached."""
    return _sheet(words, words.later_head, Markup("<p>{}</p>").format(words.later))


def busy(words: Language = EN) -> str:
    """That there are too many at once."""
    return _sheet(words, words.later_head, Markup("<p>{}</p>").format(words.busy))


def _page(
    shown: Shown,
    words: Language,
    *,
    top: Markup,
    typed: Mapping[Free, str],
    chosen: Mapping[str, str],
    sure: str = "",
) -> str:
    invited = words.they_are_invited if shown.to_carer else words.you_are_invited
    whose = words.about_child if shown.to_carer else words.about_you
    parts = [
        top,
        Markup("<p>{}</p><p>{}</p>").format(
            invited.format(name=shown.name, organisation=shown.organisation), whose.format(name=shown.name)
        ),
        _facts(shown, words),
        _listed(words.rules.format(rules=shown.rules_name), shown.rules, words),
        _listed(words.before, shown.before, words),
        _listed(words.good_to_know, shown.good_to_know, words) if shown.to_carer or not shown.young else Markup(),
        _form(shown, words, typed, chosen, sure),
        _own_page(shown, words),
        Markup('<p class="box">{} {}</p><p class="note">{}</p>').format(
            words.danger if shown.to_carer or not shown.young else words.danger_child,
            _theirs(shown.contact, words),
            words.kept,
        ),
    ]
    return _sheet(words, f"{words.title} – {shown.organisation}", Markup().join(parts), switch=True)


def _status(words: Language) -> Markup:
    return Markup('<p class="box" role="status"><strong>{}</strong></p>').format(words.saved)


def _facts(shown: Shown, words: Language) -> Markup:
    lines = [(words.when, Markup("{}").format(_when(shown, words)))]
    lines += [(words.who_runs_it, Markup("{}").format(shown.people))] if shown.people else []
    lines += [(words.what_for, _theirs(shown.about, words))] if shown.about else []
    lines += [(words.recording, _theirs(shown.recording, words))] if shown.recording else []
    return Markup("<dl>{}</dl>").format(Markup().join(Markup("<dt>{}</dt><dd>{}</dd>").format(*one) for one in lines))


def _when(shown: Shown, words: Language) -> str:
    start, end = (one.astimezone(ZoneInfo(shown.zone)) for one in (shown.starts_at, shown.ends_at))
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{_day(end, words)} {end:%H:%M}"
    place = shown.zone.rpartition("/")[2].replace("_", " ")
    return f"{_day(start, words)}, {start:%H:%M} – {until} ({place})"


def _day(moment: datetime, words: Language) -> str:
    return f"{words.days[moment.weekday()]} {moment.day} {words.months[moment.month - 1]} {moment.year}"


def _theirs(text: str, words: Language) -> Markup:
    """The policy's or the organisation's own words, which stay English on a page in another language."""
    return Markup("{}").format(text) if words is EN else Markup('<span lang="en-GB">{}</span>').format(text)


def _listed(heading: str, lines: Iterable[str], words: Language) -> Markup:
    items = Markup().join(Markup("<li>{}</li>").format(_theirs(one, words)) for one in lines)
    return Markup("<h2>{}</h2><ul>{}</ul>").format(heading, items) if items else Markup()


def _form(shown: Shown, words: Language, typed: Mapping[Free, str], chosen: Mapping[str, str], sure: str) -> Markup:
    # What the form that comes back had shown stays what it had shown.
    fields = [_question(one, shown, words, chosen) for one in shown.questions]
    fields += [_free(one, chosen.get(f"was.{one}", shown.typed[one]), text, words) for one, text in typed.items()]
    if not fields:
        return Markup("<h2>{}</h2><p>{}</p>").format(words.questions, words.nothing_to_answer)
    button = Markup('<button name="save">{}</button>').format(words.save)
    if sure:
        button = Markup('<button name="save">{}</button> <button name="{}" value="{}">{}</button>').format(
            words.save, SURE, sure, words.worry_sure
        )
    return Markup('<h2>{}</h2><p>{}</p><form method="post" accept-charset="utf-8">{}<p>{}</p></form>').format(
        words.questions, words.change, Markup().join(fields), button
    )


def _question(question: Question, shown: Shown, words: Language, given: Mapping[str, str]) -> Markup:
    chosen = given.get(question.key, question.chosen)
    choices = Markup().join(
        Markup(
            '<div class="choice"><input type="radio" id="{id}" name="{key}" value="{value}"{on}>'
            '<label for="{id}">{label}</label></div>'
        ).format(
            id=f"{question.key}-{value}",
            key=question.key,
            value=value,
            on=Markup(" checked") if chosen == value else "",
            label=label,
        )
        for value, label in ((YES, words.yes), (NO, words.no))
    )
    stands = Markup('<p class="note">{}</p>').format(_stands(question, shown, words)) if question.at else Markup()
    return Markup(
        '<fieldset><legend>{legend}</legend>{stands}<input type="hidden" name="was.{key}" value="{was}">'
        '<input type="hidden" name="stood.{key}" value="{stood}">{choices}</fieldset>'
    ).format(
        legend=_asked(question, shown, words),
        stands=stands,
        key=question.key,
        was=question.chosen,
        stood=given.get(f"stood.{question.key}", question.stood),
        choices=choices,
    )


def _asked(question: Question, shown: Shown, words: Language) -> Markup:
    if question.words:
        return _theirs(question.words, words)
    if question.key == RECORDING:
        return Markup("{}").format(words.agree_recording_child if shown.to_carer else words.agree_recording)
    return Markup("{}").format(words.agree_rules.format(rules=shown.rules_name))


def _stands(question: Question, shown: Shown, words: Language) -> str:
    said = (words.you_said_yes, words.you_said_no) if question.theirs else (words.staff_said_yes, words.staff_said_no)
    at = question.at
    day = _day(at.astimezone(ZoneInfo(shown.zone)), words) if at else ""
    return said[0 if question.answer else 1].format(day=day)


def _free(field: Free, was: str, text: str, words: Language) -> Markup:
    name = field.value
    head = Markup(
        '<label class="words" for="{name}">{label}</label><p class="note" id="{name}-hint">{hint}</p>'
        '<input type="hidden" name="was.{name}" value="{was}">'
    ).format(name=name, label=words.free[name], hint=words.hints[name], was=was)
    if field is Free.ACCESS:
        box = Markup(
            '<textarea id="{0}" name="{0}" rows="3" maxlength="{1}" aria-describedby="{0}-hint">{2}</textarea>'
        )
    else:
        box = Markup(
            '<input type="text" id="{0}" name="{0}" maxlength="{1}" autocomplete="off" aria-describedby="{0}-hint" '
            'value="{2}">'
        )
    return head + box.format(name, LONGEST, text)


def _own_page(shown: Shown, words: Language) -> Markup:
    if not shown.own_page:
        return Markup()
    return Markup('<form method="post"><p>{}</p><p><button name="{}" value="1">{}</button></p></form>').format(
        words.own_page_why.format(name=shown.name), OWN, words.own_page.format(name=shown.name)
    )


def _sheet(words: Language, title: str, body: Markup, *, switch: bool = False) -> str:
    other = LANGUAGES.get(words.other) if switch else None
    link = Markup()
    if other is not None:
        code = words.other
        link = Markup('<nav><a href="?lang={}" lang="{}" hreflang="{}">{}</a></nav>').format(
            code, code, code, other.name
        )
    return str(
        Markup(
            '<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<meta name="robots" content="noindex, nofollow"><style>{style}</style></head>'
            "<body>{link}<main><h1>{title}</h1>{body}</main></body></html>"
        ).format(lang=words.code, title=title, style=_STYLE, link=link, body=body)
    )
