"""Kernels and entry points of compiled problems against hand-written floors and CasADi, one run, microseconds and ratios.

    python3 ratios.py COSTATE FLOOR BUILD ROOT

Ours are the times that `costate explain` prints, floors those of derivative_floor with the functions in loops of their
own (libmvec) and, in the second column, inline in one loop. One thread.
"""
import pathlib, re, subprocess, sys, tempfile

costate, floor, build, root = sys.argv[1], sys.argv[2], sys.argv[3], pathlib.Path(sys.argv[4])
data = root.parent / "shared/data/pglib/case1354_pegase"
PARTS = ("values", "jacobian", "hessian")


def text(command):
    return subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True).stdout


def least(runs):
    """The least of each number over several runs of one command."""
    return [min(column) for column in zip(*runs)]


def explained(model, name, folder=None, repeats=5):
    """[values, first, second] of the pattern whose name starts so, then the three entry points."""
    runs = []
    for _ in range(repeats):
        lines = text([costate, "explain", model, "--threads", 1, *(["--data", folder] if folder else [])]).splitlines()
        kernels = [float(line.split()[-2]) for part in ("values", "first", "second") for line in lines
                   if re.match(rf"  {re.escape(name)}.*: {part} ", line)]
        entries = [float(x) for x in re.findall(r"\} ([0-9.]+) us", next(line for line in lines if "entry points" in line))]
        runs.append(kernels + entries)
    return least(runs)


def floors(folder):
    """{(what, kind): [values, jacobian, hessian]}, least of five runs."""
    found = {}
    for _ in range(5):
        for line in text([floor, *(["--case", data] if data.exists() else [])]).splitlines():
            what, _, time = line.rpartition(": ")
            what, _, part = what.rpartition(", ")
            found.setdefault((what, part), []).append(float(time))
    return {key: min(times) for key, times in found.items()}


def table(title, ours, what, known):
    split = [known[f"{what}, functions by libmvec", part] for part in PARTS]
    inline = [known[f"{what}, functions inline", part] for part in PARTS]
    print(f"{title:<34} {'ours':>8} {'own loops':>10} {'ratio':>6} {'inline':>8} {'ratio':>6}")
    rows = [("values", ours[0], split[0], inline[0]), ("Jacobian", ours[1], split[1], inline[1]),
            ("Jacobian and Hessian in one", ours[2], split[1] + split[2], inline[1] + inline[2]),
            ("the same, sum of three floors", ours[2], sum(split), sum(inline))]
    for name, own, one, two in rows:
        print(f"  {name:<32} {own:>8.1f} {one:>10.1f} {own/one:>6.2f} {two:>8.1f} {own/two:>6.2f}")


known = floors(data)
with tempfile.TemporaryDirectory() as folder:
    model = pathlib.Path(folder) / "lv.opt"
    source = (root / "tests/problems/luksan-vlcek.opt").read_text().replace("param n = 1000", "param n = 10_000")
    model.write_text("\n".join(line for line in source.splitlines() if not line.startswith(("check", "//>"))))
    lv = explained(model, "c")
    table("Luksan-Vlcek rows, n = 10^4", lv, "luksan-vlcek constraints, n = 10000", known)
    objective = sum(known["luksan-vlcek objective, n = 10000", part] for part in PARTS)
    total = objective + sum(known["luksan-vlcek constraints, n = 10000, functions by libmvec", part] for part in PARTS)
    print(f"  {'entry {g, J, H}, objective too':<32} {lv[5]:>8.1f} {total:>10.1f} {lv[5]/total:>6.2f}")
    opf = root / "examples/optimal-power-flow/opf.opt"
    if data.exists():
        case = explained(opf, "from_active, from_reactive", data)
        table("branches of case1354", case, "branch flows of case1354_pegase", known)
    text([floor, "--write", folder])
    table("16,049 branches, 9241 buses", explained(opf, "from_active, from_reactive", f"{folder}/network"),
          "branch flows of a synthetic network of 9241 buses", known)
made = subprocess.run([sys.executable, root / "tests/bench/venv.py", build], stdout=subprocess.PIPE, text=True)
if made.returncode or not data.exists():
    sys.exit(print("CasADi: skipped, see above") or 0)
lines = text([made.stdout.strip(), root / "tests/bench/casadi_opf.py", data])
casadi = {part: float(re.search(rf"{part}: ([0-9.]+)", lines)[1]) for part in ("constraints", "jacobian", "hessian")}
print("case1354, the whole problem             ours   CasADi  CasADi / ours")
for name, own, other in [("{f, c}", case[3], casadi["constraints"]), ("{g, J}", case[4], casadi["jacobian"]),
                         ("{g, J, H} : jacobian + hessian", case[5], casadi["jacobian"] + casadi["hessian"])]:
    print(f"  {name:<34} {own:>8.1f} {other:>8.1f} {other/own:>8.1f}")
