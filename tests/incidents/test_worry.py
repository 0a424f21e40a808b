"""What sounds like a concern, typed as an incident."""

import json

from db.models import Incident
from tests.support.world import World


def test_what_sounds_like_a_concern_is_not_filed_as_an_incident(world: World) -> None:
    """It is not saved, 999 stands above everything, and one button takes the words over into the form of a concern;
    whoever is sure that it is an incident saves it there, and is asked once more."""
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Cooking club tomorrow at 16:00")
    for text in (
        "M-1 zebedee told me his dad hits him; done: listened",
        "zebedee said she wants to die",
        "M-1 argument in the chat; done: zebedee told me his dad hits him; follow up: ring by Friday",
    ):
        farah.command("/incident", text)
        assert farah.view is not None
        assert "Call 999" in json.dumps(farah.view["blocks"][0])
        assert world.count(Incident) == 0
        farah.click("concern.from_draft")
        assert farah.view is not None
        facts = next(one for one in farah.view["blocks"] if one["block_id"] == "facts")
        assert "zebedee" in facts["element"]["initial_value"]
        assert "Is somebody in danger right now? Call 999" in json.dumps(farah.view["blocks"][0])
        farah.close()
        assert "Raise it as a concern" in json.dumps(farah.view), "what was typed stays below"
        farah.close(all_views=True)
    assert world.count(Incident) == 0
    answer = farah.command("/incident", "M-1 zebedee has bruises on both arms; done: asked how")
    assert "Saved as I-1" in answer.text
    assert "Call 999" in json.dumps(answer.blocks[0])
    answer = farah.command("/incident", "M-1 zebedee bumped his knee; done: ice, rang his mother")
    assert "Saved as I-2" in answer.text
    assert "Call 999" not in json.dumps(answer.blocks)
