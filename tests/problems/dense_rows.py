"""Linear problems with full rows take memory as their entries do: resident memory of two sizes, per entry more.
Their optima are known: x and y are complementary and feasible by construction, so both are optimal.

    dense_rows.py COSTATE
"""
import os
import pathlib
import subprocess
import sys
import tempfile

MODEL = """
param rows = {rows}; param columns = {columns}
param seed[i in 1..rows, j in 1..columns] = 10000*sin(12.9898*i + 78.233*j + 0.37*i*j)
param A[i in 1..rows, j in 1..columns] = seed[i, j] - floor(seed[i, j])
param k = {shorter} div 2
param x[j in 1..columns] = if j <= k then 1 + j/columns else 0
param y[i in 1..rows] = if i <= k then 1 + i/rows else 0
param b[i in 1..rows] = sum(j in 1..columns) A[i, j]*x[j] + (if i <= k then 0 else 1)
param c[j in 1..columns] = sum(i in 1..rows) A[i, j]*y[i] - (if j <= k then 0 else 1)
problem full {{
  var z[1..columns] >= 0
  maximize gain: sum(j in 1..columns) c[j]*z[j]
  subject to
    row[i in 1..rows]: sum(j in 1..columns) A[i, j]*z[j] <= b[i]
}}
solve full using ipm
assert close(full.gain, sum(i in 1..rows) b[i]*y[i], 1e-7)
"""
MOST = 500  # bytes per entry; a square of the short side that waits for every column were 8 times that side


def resident(costate, rows, columns):
    """The most memory that a run had, in bytes."""
    with tempfile.TemporaryDirectory() as folder:
        model = pathlib.Path(folder, "full.opt")
        model.write_text(MODEL.format(rows=rows, columns=columns, shorter=min(rows, columns)))
        process = subprocess.Popen([costate, "run", str(model)], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            sys.exit(f"the problem with {rows} rows of {columns} entries is not solved")
        return 1024 * usage.ru_maxrss


costate = sys.argv[1]
small = resident(costate, 20, 20)
for rows, columns in ((600, 600), (900, 400), (400, 900)):
    share = (resident(costate, rows, columns) - small) / (rows * columns)
    print(f"{rows} rows of {columns} entries: {share:.0f} bytes per entry")
    if share > MOST:
        sys.exit(f"that is more than {MOST} bytes per entry")
