"""Compiled programs do not depend on the size of the data: the same operations for 400 and for 10^6 variables. Nor do
they on how many terms of one shape a sum has that is written out: the same for 50 and for 500.

    python3 never_expanded.py COSTATE ROOT
"""
import collections, pathlib, re, subprocess, sys, tempfile

costate, root = sys.argv[1], pathlib.Path(sys.argv[2])
source = (root / "tests/problems/luksan-vlcek.opt").read_text()


def operations(folder, name, text):
    """How often each operation stands in the program after all passes on functions, and the lines of machine code."""
    model = folder / f"{name}.opt"
    model.write_text(text)
    emitted = [subprocess.run([costate, "emit", f"--stage={stage}", model], stdout=subprocess.PIPE, text=True, check=True).stdout
               for stage in ("functions", "asm")]
    return collections.Counter(re.findall(r"\b(?:costate|arith|math)\.\w+ ", emitted[0])), len(emitted[1].splitlines())


def luksan_vlcek(n):
    return source.replace("param n = 1000", f"param n = {n}")


def written(n):
    """Squares and a row, each a sum of n written terms; the rest of each is in no group."""
    squares = " + ".join(f"(x[{i}] - {i})^2" for i in range(1, n + 1))
    row = " + ".join(f"{i}/7*x[{i}]*sin(y[{n + 1 - i}])" for i in range(1, n + 1))
    return f"""problem p {{
  var x[1..{n}]
  var y[1..{n}] start 1
  minimize {squares} + exp(y[1])/3
  subject to
    row: {row} - y[2]^3 <= {n}
}}"""


same = True
with tempfile.TemporaryDirectory() as folder:
    for text, sizes in ((luksan_vlcek, (400, 1_000_000)), (written, (50, 500))):
        small, large = (operations(pathlib.Path(folder), f"{text.__name__}{n}", text(n)) for n in sizes)
        print(f"{text.__name__}: {sum(small[0].values())} operations and {small[1]} lines of machine code for {sizes[0]}, "
              f"{sum(large[0].values())} and {large[1]} for {sizes[1]}")
        same &= small == large
sys.exit(not same)
