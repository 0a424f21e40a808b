"""YAML read by libyaml where PyYAML has it, which every wheel does: the policies are read in a tenth of the time."""

from typing import Any

import yaml

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Plain data only, whatever the text asks for."""


def load(text: str) -> Any:
    """The plain data that a text holds. Raises yaml.YAMLError."""
    return yaml.load(text, Loader=Loader)  # noqa: S506  (a safe loader)
