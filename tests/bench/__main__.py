"""`python -m tests.bench [NAME …]`: run every measurement, or those named; exit 1 where a promise is not kept."""

import sys
import time
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from tests import bench
from tests.bench.figure import HEAD


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
    over: list[str] = []
    for name in wanted or known:
        print(f"{name}: {(known[name].__doc__ or '').splitlines()[0]}", flush=True)
        print(f"  {HEAD}", flush=True)
        begun = time.monotonic()
        for figure in known[name].figures():
            print(f"  {figure.line()}", flush=True)
            if not figure.kept:
                over.append(f"  {figure.line()} ({name})")
        print(f"  took {time.monotonic() - begun:.0f} s", flush=True)
    print("\n".join(["Over what was promised:", f"  {HEAD}", *over]) if over else "Every promise is kept.")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
