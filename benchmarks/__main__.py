"""`make bench`: every benchmark, one after the other, each a script of its own; one table a script.

python -m benchmarks [--quick]
"""

import argparse
import subprocess
import sys
import time

# Question → how to run it, in full and quickly.
SCRIPTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "labelling": ((), ("--items", "10000", "--seconds", "5")),
    "browser": ((), ("--answers", "20")),
    "agreement": ((), ()),
    "agreement_report": ((), ()),
    "imports": ((), ()),
    "exports": ((), ()),
    "migration": ((), ("20000",)),
    "scoring": ((), ("--small",)),
    "ranking": ((), ("--small",)),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes: shows that all of them run")
    quick = parser.parse_args().quick
    failed = []
    for name, (full, small) in SCRIPTS.items():
        began = time.monotonic()
        print(f"\n=== {name}", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{name}", *(small if quick else full)]
        if subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode:
            failed.append(name)
        print(f"--- {name}: {time.monotonic() - began:.0f} s", flush=True)
    if failed:
        print(f"\nFAILED: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
