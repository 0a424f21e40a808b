"""What the tests of planning share: one request, under a policy, and the form that it opens."""

from typing import Any

import pytest

from tests.support.world import World

ALONE = "new Cooking club on Thursday at 16:00"


def under(*names: str) -> pytest.MarkDecorator:
    """Run a test under these policies."""
    return pytest.mark.parametrize("pack", names, indirect=True)


def form(world: World) -> dict[str, Any]:
    """The form that is open, as its fields' values by block; it must be there."""
    view = world.person("U0FAC").view
    assert view is not None
    found = {}
    for block in view["blocks"]:
        element = block.get("element", {})
        for key in ("initial_value", "initial_date", "initial_time", "initial_user", "initial_users"):
            if key in element:
                found[block["block_id"]] = element[key]
        chosen = element.get("initial_options") or [element["initial_option"]] if "initial_option" in element else None
        if element.get("initial_options") or chosen:
            found[block["block_id"]] = [one["value"] for one in element.get("initial_options") or chosen or []]
    return found


def fields(world: World) -> str:
    """All the form's blocks, as text."""
    view = world.person("U0FAC").view
    assert view is not None
    return str(view["blocks"])
