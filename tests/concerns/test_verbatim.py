"""What was written comes back to the lead byte for byte, and nothing of it is anywhere else."""

import json
import sqlite3
import unicodedata
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.sandbox.model import Message
from db.models import Delivery
from tests.concerns.test_form import EVERYTHING, OF_ADULTS, open_form
from tests.support.world import World

FAMILY = "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}\N{ZERO WIDTH JOINER}\N{BOY}"
HARD = {
    "emoji": f"😢 {FAMILY} 🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f 👍🏽 :smile: ☎️",
    "welsh": "Mae'r ŵyn yn y tŷ; dŵr, ŷd, Ŵyl, ïe, môr, â ê î ô û ŵ ŷ",
    "decomposed": unicodedata.normalize("NFD", "tŷ, dŵr, café"),
    "right to left": "אני מפחד ללכת הביתה\u200f — هو قال: لا أريد أن أعود \u202bمعه\u202c",  # noqa: RUF001  (meant)
    "lines": "first\n\n  second, indented\r\nthird\n\ttab\n\n\n",
    "edges": "  \n leading and trailing  \n ",
    "markup": "<@U0LEAD> <!channel> *bold* _it_ ~no~ `code` > quote & &amp; &lt; <https://example.org|here> @here",
    "long": "".join(f"{number:04} " for number in range(600)),
    "long and wide": "ŷ😢" * 1500,
    "json": '{"a": "\\u0041", \'b\'} \\n \\ / "',
    "invisible": "a\u00adb\u200bc\u2060d\ufeffe\u00a0f\u2028g\u2029h",
}
FIELDS = ("facts", "words", "questions")
FREE = (*FIELDS, "who", "where", "opinion", "injury", "witnesses", "did", "wishes", "reason")
"""The fields that take any words."""


def sent_and_read(world: World, texts: dict[str, str]) -> dict[str, str]:
    """Raise a concern with these texts as Farah, and give what the modal of the lead holds of each."""
    open_form(world, "unsure")
    farah, lead = world.person("U0FAC"), world.person("U0LEAD")
    before = len(_roots(world))
    farah.submit(texts)
    farah.close()
    world.sandbox.wait_for(lambda: len(_roots(world)) > before or None, 10)
    lead.click("concern.read", message=_roots(world)[-1])
    assert lead.view is not None
    found: dict[str, str] = {}
    for block in lead.view["blocks"]:
        kind, _, rest = block["block_id"].partition(".")
        if kind == "text":
            assert block["text"]["type"] == "plain_text"
            assert block["text"]["emoji"] is False
            name = rest.rpartition(".")[0]
            found[name] = found.get(name, "") + block["text"]["text"]
    lead.close()
    return found


def _roots(world: World) -> list[Message]:
    """The lead's direct messages about a concern each."""
    return [one for one in world.sandbox.dm("U0LEAD") if "concern.read" in str(one.blocks) and one.thread_ts is None]


def test_the_hard_ones_come_back_as_they_were_written(world: World) -> None:
    for facts, words, questions in zip(HARD.values(), list(HARD.values())[1:], list(HARD.values())[2:], strict=False):
        written = dict(zip(FIELDS, (facts, words, questions), strict=True))
        assert sent_and_read(world, written) == written


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300).filter(str.strip))
def test_whatever_is_written_comes_back_as_it_was_written(world: World, text: str) -> None:
    assert sent_and_read(world, {"facts": text, "words": f" {text}\n"}) == {"facts": text, "words": f" {text}\n"}


def test_nothing_of_it_is_anywhere_else(
    world: World, tmp_path: Path, capfd: pytest.CaptureFixture[str], database_url: str
) -> None:
    """Markers in every field, through the form, an amendment and an addition, refusals on the way among them."""
    open_form(world, "adult")
    farah = world.person("U0FAC")
    marked = {**EVERYTHING, **OF_ADULTS, **{name: f"MARKER-{name}-4471" for name in FREE}}
    markers = [f"MARKER-{name}-4471" for name in FREE]
    farah.submit({**marked, "facts": " "})
    farah.submit(facts="MARKER-facts-4471")
    farah.click("concern.add_more")
    farah.submit(facts=" ", words="MARKER-added-4471")
    farah.submit(facts="MARKER-added-4471")
    farah.close(all_views=True)
    farah.command("/concern", "MARKER-typed-4471", channel="C0GENERAL")
    farah.close()
    farah.command("/concern", "list", channel="C0GENERAL")
    farah.close()
    world.settle()
    lead = world.person("U0LEAD")
    lead.click("concern.acknowledge", message=world.sandbox.messages("G0CONCERN")[-1])
    assert all(marker in lead.seen() for marker in markers)
    world.settle()

    def leaks(text: str) -> list[str]:
        return [line for line in text.splitlines() if "MARKER" in line]

    received = [call for call in world.sandbox.calls if not call.method.startswith("views.")]
    assert leaks("\n".join(str(call.args) for call in received)) == []
    assert leaks("\n".join(world.read(lambda s: [str(vars(one)) for one in s.scalars(select(Delivery))]))) == []
    assert world.bot is not None
    assert leaks(httpx.get(f"{world.bot.url}/metrics").text) == []
    views = [json.dumps(call.args["view"]) for call in world.sandbox.calls if "view" in call.args]
    assert [one for one in views if "MARKER" in json.loads(one)["private_metadata"]] == []
    world.stop_bot()
    output = capfd.readouterr()
    assert leaks(output.out + output.err) == []
    if database_url.startswith("sqlite"):
        _checkpoint(database_url)
        raw = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir() if path.is_file())
        assert b"MARKER" not in raw
        assert b"C-20" in raw
    world.start_bot()


def _checkpoint(database_url: str) -> None:
    with sqlite3.connect(database_url.removeprefix("sqlite:///")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
