"""Gradients again and again leave memory as it was: resident memory of programs that differ in the number of
repeats alone.

    memory.py COSTATE
"""
import os
import pathlib
import subprocess
import sys
import tempfile

MODEL = """
function swing(a0: real[n], steps: int) -> real {{
  scan (a = a0, w = 0*a0) for t in 1..steps {{
    w = [w[i] - 0.01*sin(a[i]) for i in 1..n]
    a = a + 0.01*w
  }}
  return sum(i in 1..n) a[i]^2
}}
param a0[i in 1..200] = sin(i)
scan (x = a0) for k in 1..{repeats} {{ x = x - 1e-3*gradient(swing)(x, 300) }}
print sum(i in 1..200) x[i]^2 >= 0
"""


def resident(costate, repeats):
    """The most memory that a run had, in KiB."""
    with tempfile.TemporaryDirectory() as folder:
        model = pathlib.Path(folder, "repeated.opt")
        model.write_text(MODEL.format(repeats=repeats))
        process = subprocess.Popen([costate, "run", str(model)], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            sys.exit(f"the run with {repeats} repeats failed")
        return usage.ru_maxrss


costate = sys.argv[1]
resident(costate, 1)  # kernels are in the cache from here on
few, many = (min(resident(costate, repeats) for _ in range(3)) for repeats in (3, 1003))
print(f"{few} KiB with 3 gradients, {many} KiB with 1003")
if many > few + 8192:  # where blocks lie varies by some MiB; a thousand tapes that stay would be 1000
    sys.exit("memory grows with repeated gradients")
