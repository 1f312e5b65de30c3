"""Compiled programs do not depend on the size of the data: the same operations for 400 and for 10^6 variables.

    python3 never_expanded.py COSTATE ROOT
"""
import collections, pathlib, re, subprocess, sys, tempfile

costate, root = sys.argv[1], pathlib.Path(sys.argv[2])
source = (root / "tests/problems/luksan-vlcek.opt").read_text()


def operations(folder, n):
    """How often each operation stands in the program after all passes on functions, and the lines of machine code."""
    model = folder / f"lv{n}.opt"
    model.write_text(source.replace("param n = 1000", f"param n = {n}"))
    emitted = [subprocess.run([costate, "emit", f"--stage={stage}", model], stdout=subprocess.PIPE, text=True, check=True).stdout
               for stage in ("functions", "asm")]
    return collections.Counter(re.findall(r"\b(?:costate|arith|math)\.\w+", emitted[0])), len(emitted[1].splitlines())


with tempfile.TemporaryDirectory() as folder:
    small, large = (operations(pathlib.Path(folder), n) for n in (400, 1_000_000))
print(f"{sum(small[0].values())} operations and {small[1]} lines of machine code, {sum(large[0].values())} and {large[1]}")
sys.exit(small != large)
