"""The Web API methods that the sandbox answers."""
