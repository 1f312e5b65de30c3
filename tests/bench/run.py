"""Times of whole commands, least of five: hs71 cold (no kernel cache), case1354, a five-way join, compile times, 100 MB of
csv; then
evaluations of derivatives against floors written by hand and against CasADi (ratios.py); factorizations of power
networks beside reference figures (factor_network); whole solves against Ipopt
(casadi_ipopt.py). The exit status is that of the last."""
import argparse, os, pathlib, subprocess, sys, tempfile, time
parser = argparse.ArgumentParser()
parser.add_argument("--costate", required=True)
options = parser.parse_args()
root = pathlib.Path(__file__).resolve().parents[2]
data = root.parent / "shared" / "data" / "pglib" / "case1354_pegase"


def least(command, environment=None, repeats=5):
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, **(environment or {})})
        best = min(best, time.perf_counter() - start)
    return best


def row(what, seconds, limit):
    print(f"{what:<58} {seconds:8.3f} s   limit {limit}", flush=True)


cold = {"COSTATE_CACHE": "off"}
row("hs71, process start to printed solution, no kernel cache", least([options.costate, "run", root / "examples/hs71/hs71.opt"], cold), "0.3 s")
row("hs71, kernels cached", least([options.costate, "run", root / "examples/hs71/hs71.opt"]), "-")
row("five indices over three joined relations, whole process", least([options.costate, "run", root / "tests/problems/joined-sums.opt"], cold), "-")
for n in (400, 1_000_000):
    with tempfile.NamedTemporaryFile("w", suffix=".opt") as model:
        model.write((root / "tests/problems/luksan-vlcek.opt").read_text().replace("param n = 1000", f"param n = {n}"))
        model.flush()
        row(f"Luksan-Vlcek to machine code, n = {n}, whole process", least([options.costate, "emit", "--stage=asm", model.name], cold), "0.5 s")
if data.exists():
    row("AC optimal power flow, 1354 buses, no kernel cache",
        least([options.costate, "run", root / "examples/optimal-power-flow/opf.opt", "--data", data], cold), "3 s")
else:
    print("case1354: skipped, no shared data beside the project")
programs = pathlib.Path(options.costate).parent
for name in ("csv_reader", "vector_math"):
    if (programs / name).exists():
        subprocess.run([programs / name], check=True)
floor = programs / "derivative_floor"
if floor.exists():
    subprocess.run([sys.executable, root / "tests/bench/ratios.py", options.costate, floor, programs.parent, root], check=True)
else:
    print("derivative floors: skipped, derivative_floor is not built")
factor = programs / "factor_network"
if factor.exists():
    subprocess.run([factor, root / "examples/optimal-power-flow/opf.opt", *([data, "2.1"] if data.exists() else [])], check=True)
beside = programs / "solve_beside_ipopt"
if not beside.exists():
    print("Ipopt: skipped, solve_beside_ipopt is not built")
    sys.exit(0)
done = subprocess.run([sys.executable, root / "tests/bench/casadi_ipopt.py", beside, programs.parent, root])
sys.exit(0 if done.returncode == 77 else done.returncode)
