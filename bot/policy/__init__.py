"""Policy packs: one policy document each, as typed values and texts that name their clauses."""

from bot.policy.clauses import Clause, clauses
from bot.policy.load import PACK_NAMES, load_pack, load_pack_file, pack_names
from bot.policy.located import Mistake, PackError
from bot.policy.model import Pack

__all__ = [
    "PACK_NAMES",
    "Clause",
    "Mistake",
    "Pack",
    "PackError",
    "clauses",
    "load_pack",
    "load_pack_file",
    "pack_names",
]
