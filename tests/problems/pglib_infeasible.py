"""PGLib networks with a load or a line limit that cannot be met: the message names the bus or the line.

Numbers are counted by hand from the cases' tables, in units of base = 100 MVA: what the generators at the bus and the
lines to it can bring, against what is asked for. Losses on the lines make the shortage a little larger where they are
not limited themselves.
"""
import csv, pathlib, re, shutil, subprocess, sys, tempfile

costate, root = sys.argv[1], pathlib.Path(sys.argv[2])
data = root.parent / "shared" / "data" / "pglib"
if not data.exists():
    print("skipped: no shared data beside the project")
    sys.exit(77)
model = root / "examples/optimal-power-flow/opf.opt"

# case, table, row from 0 (None: all), column, change; expected patterns, the first for the first line of the list
variants = [
    # Line 3-2 (50 MW) feeds bus 3 with line 1-3, now without a limit to speak of: 0.95 - 0.5 - 0.00001
    ("case3_lmbd", "branch", 0, "rate_a", lambda rate: 0.001,
     [r"`active\[3\]` >= 0.95 is 0.50001: 0.45 too little", r"`pt\[1\]` >= -1e-05", r"`pf\[2\]` >= -0.5"]),
    # 1600 MW at bus 4: 200 from its generator, 426 + 426 + 240 over its lines, 308 are missing
    ("case5_pjm", "bus", 3, "pd", lambda load: 4*load,
     [r"`active\[4\]` >= 16 is 12.92: 3.08 too little", r"`pg\[4\]` <= 2,", r"`pt\[2\]` >= -4.26,",
      r"`pt\[5\]` >= -4.26,", r"`pf\[6\]` >= -2.4,"]),
    # 380 MW at bus 3, which has no generator: line 3-2 brings 50, and the reactance of line 1-3 keeps it below
    # 1.1^2/0.62 = 1.95: more than 1.35 are missing
    ("case3_lmbd", "bus", 2, "pd", lambda load: 4*load, [r"`active\[3\]` >= 3.8 is 2\..*: 1\.[3-9].* too little"]),
    # 4.71 at bus 3 of 14 buses
    ("case14_ieee", "bus", 2, "pd", lambda load: 5*load, [r"`active\[3\]` >= 4.71 is .* too little"]),
    # A line with charging current cannot carry nothing: limits and flows of the line itself
    ("case5_pjm", "branch", 3, "rate_a", lambda rate: 0.001,
     [r"`(to|from)_reactive\[4\]` <= 0 is .* too much", r"`qf\[4\]` >= -1e-05", r"`qt\[4\]` >= -1e-05"]),
    # All loads twice: 600 MW at bus 2, which has no generator; line 1-2 brings 400, and bus 3, with 600 asked for and 520
    # generated, has nothing to give
    ("case5_pjm", "bus", None, "pd", lambda load: 2*load,
     [r"`active\[2\]` >= 6 is (4|3\.99\d*): 2.* too little", r"`active\[3\]` >= 6 is 5\.", r"`pg\[3\]` <= 5.2,", r"`pt\[1\]` >= -4,"]),
    ("case118_ieee", "bus", 58, "pd", lambda load: 10*load, [r"`active\[59\]` >= 27.7 is .* too little"]),
]


def vary(folder, table, row, column, change):
    path = folder / f"{table}.csv"
    rows = list(csv.reader(path.open()))
    place = rows[0].index(column)
    for changed in rows[1:] if row is None else [rows[1 + row]]:
        changed[place] = repr(change(float(changed[place])))
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)


failed = False
with tempfile.TemporaryDirectory() as temporary:
    for k, (case, table, row, column, change, wanted) in enumerate(variants):
        folder = pathlib.Path(temporary) / str(k)
        shutil.copytree(data / case, folder)
        vary(folder, table, row, column, change)
        run = subprocess.run([costate, "run", str(model), "--data", str(folder)], capture_output=True, text=True)
        lines = [line.strip() for line in run.stdout.splitlines()]
        good = run.returncode == 2 and len(lines) > 2 and lines[0].startswith("opf: infeasible:")
        good = good and re.match(wanted[0], lines[2])
        good = good and all(any(re.match(pattern, line) for line in lines[2:]) for pattern in wanted)
        print(case, table, row, column, "ok" if good else run.stdout + run.stderr + f"expected {wanted}")
        failed |= not good
sys.exit(failed)
