"""`python -m tests.bench [NAME …]`: run every measurement, or those named; exit 1 where a promise is not kept."""

import sys
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from tests import bench
from tests.bench.figure import Figure


def measurements() -> dict[str, ModuleType]:
    """The modules of this package that measure something, by name."""
    names = [one.name for one in iter_modules(bench.__path__) if not one.name.startswith("_")]
    modules = {name: import_module(f"{bench.__name__}.{name}") for name in names}
    return {name: module for name, module in modules.items() if hasattr(module, "figures")}


def main(wanted: list[str]) -> int:
    """Run and print; the exit code."""
    known = measurements()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"There is no {', '.join(unknown)}; there are: {', '.join(known)}.", file=sys.stderr)
        return 2
    kept = True
    for name in wanted or known:
        figures: list[Figure] = list(known[name].figures())
        print(f"{name}: {(known[name].__doc__ or '').splitlines()[0]}")
        for figure in figures:
            print(f"  {figure.line()}")
        kept = kept and all(figure.kept for figure in figures)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
