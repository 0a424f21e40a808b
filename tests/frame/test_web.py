"""The web server beside Slack's requests: figures for the right eyes only, and bodies of a known length."""

import httpx
from pydantic import SecretStr

from tests.support.world import World

FROM_OUTSIDE = {"X-Forwarded-For": "203.0.113.9"}


def test_figures_need_the_token_or_this_machine(world: World) -> None:
    assert world.bot is not None
    app, url = world.bot.app, f"{world.bot.url}/metrics"
    assert httpx.get(url).status_code == 200
    assert httpx.get(url, headers=FROM_OUTSIDE).status_code == 403
    app.settings = app.settings.model_copy(update={"metrics_token": SecretStr("right")})
    for given, status in ((b"Bearer right", 200), (b"Bearer wrong", 403), (b"Bearer \xff", 403)):
        headers = {b"X-Forwarded-For": b"203.0.113.9", b"Authorization": given}
        assert httpx.get(url, headers=headers).status_code == status


def test_a_body_of_unknown_length_is_not_read(world: World) -> None:
    assert world.bot is not None
    answer = httpx.post(f"{world.bot.url}/slack/events", content=iter([b"x" * 1000, b"y" * 1000]))
    assert answer.status_code == 411
