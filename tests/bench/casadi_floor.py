"""The hand-written branch flows against CasADi's at the points of FloorFamilies.h: rows, Jacobian and Hessian of case14.

    python3 casadi_floor.py DERIVATIVE_FLOOR BUILD FOLDER     FOLDER holds the tables of the case; exits 77 if it cannot run
"""
import collections, pathlib, subprocess, sys, tempfile


def in_venv(build):
    """Runs this script again with the Python that has CasADi."""
    made = subprocess.run([sys.executable, pathlib.Path(__file__).with_name("venv.py"), build], stdout=subprocess.PIPE, text=True)
    if made.returncode:
        sys.exit(made.returncode)
    sys.exit(subprocess.run([made.stdout.strip(), __file__, *sys.argv[1:], "--here"]).returncode)


def written(path):
    """{(kind, row, column): value} of a file of derivative_floor --write."""
    entries = collections.defaultdict(float)
    for line in path.read_text().splitlines():
        kind, *indices, value = line.split()
        entries[(kind, *map(int, indices))] += float(value)
    return entries


def expected(folder):
    """The same from CasADi, which has pg and qg between vm and the flows, and other rows around those of the flows."""
    import numpy as np
    from casadi_opf import opf
    model = opf(folder)
    model.objective = 0
    buses = sum(name.startswith("va[") for name in model.names)
    flows = [i for i, name in enumerate(model.names) if name[:3] in ("pf[", "qf[", "pt[", "qt[")]
    column = {j: j for j in range(2*buses)} | {j: 2*buses + k for k, j in enumerate(flows)}
    rows = [i for i, label in enumerate(model.labels) if label.startswith(("from_a", "from_r", "to_a", "to_r"))]
    bus, line = np.arange(1, buses + 1), np.arange(1, len(rows)//4 + 1)
    x, y = np.zeros(len(model.names)), np.zeros(len(model.rows))
    x[:buses], x[buses:2*buses] = 0.3*np.sin(bus), 1 + 0.05*np.cos(2*bus)
    x[flows] = np.concatenate([np.sin(line + r)/2 for r in range(4)])
    y[rows] = np.concatenate([np.cos(line + r) for r in range(4)])
    f = model.functions()
    c, jacobian, hessian = f["constraints"](x).full().ravel(), f["jacobian"](x).full()[rows], f["hessian"](x, y).full()
    entries = {("c", k): c[i] for k, i in enumerate(rows)}
    entries |= {("J", i, column[j]): jacobian[i, j] for i, j in zip(*map(np.ndarray.tolist, np.nonzero(jacobian)))}
    entries |= {("H", column[i], column[j]): hessian[i, j] for i, j in zip(*map(np.ndarray.tolist, np.nonzero(hessian)))}
    return entries


def main():
    floor, build, folder = sys.argv[1:4]
    if not pathlib.Path(folder).exists():
        print(f"skipped: {folder} does not exist")
        sys.exit(77)
    if sys.argv[-1] != "--here":
        in_venv(build)
    with tempfile.TemporaryDirectory() as out:
        subprocess.run([floor, "--write", out, "--case", folder], check=True)
        ours = written(pathlib.Path(out) / "0.txt")
    theirs = expected(folder)
    keys = sorted(ours.keys() | theirs.keys())
    differences = {key: float(abs(ours.get(key, 0) - theirs.get(key, 0))) for key in keys}
    worst = {kind: max(value for key, value in differences.items() if key[0] == kind) for kind in "cJH"}
    # Admittances reach 1e2, so rounding is about 1e-14.
    print(f"{len(keys)} values, largest differences from CasADi: {worst}, allowed 1e-12")
    sys.exit(not all(value <= 1e-12 for value in differences.values()))


main()
