"""Socket Mode's way in."""

from bot.sandbox.methods.registry import Call, method
from bot.sandbox.model import Json


@method("apps.connections.open", tier=1, caller="app")
def open_connection(call: Call) -> Json:
    """A WebSocket address for one connection."""
    return {"url": call.state.socket_url()}
