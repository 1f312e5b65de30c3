"""Hock-Schittkowski, COPS and power flow problems solved by Costate and by the Ipopt inside CasADi, one run, one table.

    python3 casadi_ipopt.py SOLVE_BESIDE_IPOPT BUILD ROOT [NAME ...]     exits 77 where CasADi is not to be had

Both solvers call the same compiled functions in one process, without Python; times in ms are the least of five solves
on one thread, in brackets without function evaluations. Fails where Ipopt solves a problem that we do not, or where our
total is above half of its total.
"""
import json, os, pathlib, re, subprocess, sys

COPS = ("chain", "elec", "rocket", "steering", "minimal-surface", "torsion", "luksan-vlcek", "long-chain")
CASES = ("case3_lmbd", "case5_pjm", "case14_ieee", "case118_ieee", "case1354_pegase")
SOLVED = ("optimal", "acceptable")
# Its solution has no multipliers: what a solver says there is no success.
NOT_COUNTED = {"hs13"}
ONE_THREAD = {name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")}


def library(build):
    """The path of CasADi's libipopt.so; exits as venv.py does where there is none."""
    made = subprocess.run([sys.executable, pathlib.Path(__file__).with_name("venv.py"), build], stdout=subprocess.PIPE, text=True)
    if made.returncode:
        sys.exit(made.returncode)
    where = "import casadi, os; print(os.path.dirname(casadi.__file__))"
    folder = subprocess.run([made.stdout.strip(), "-c", where], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    path = pathlib.Path(folder) / "libipopt.so"
    if not path.exists():
        print(f"skipped: {path} does not exist")
        sys.exit(77)
    return path


def groups(root):
    """{title: [(name, model, folder of data)]}"""
    problems, opf = root / "tests/problems", root / "examples/optimal-power-flow/opf.opt"
    hs = [(path.stem, path, problems) for path in problems.glob("hs*.opt")] + [("hs71", root / "examples/hs71/hs71.opt", problems)]
    pglib = root.parent / "shared/data/pglib"
    return {"Hock-Schittkowski": sorted(hs, key=lambda entry: int(re.search(r"\d+", entry[0])[0])),
            "COPS": [(name, problems / f"{name}.opt", problems) for name in COPS],
            "power flow": [(case, opf, pglib / case) for case in CASES if (pglib / case).exists()]}


def side(run):
    return f"{run['status']:<12} {run['iterations']:>5} {1e3*run['seconds']:>9.2f} ({1e3*(run['seconds'] - run['evaluate_seconds']):.2f})"


def note(name, ours, theirs):
    """What a reader should see: whose solution is better, or that one of the two has none."""
    mine, other = (run["status"] in SOLVED for run in (ours, theirs))
    if mine and other:
        gap = (ours["objective"] - theirs["objective"]) / max(1, abs(theirs["objective"]))
        return "" if abs(gap) < 1e-5 else f"  objective {ours['objective']:.6g} against {theirs['objective']:.6g}"
    if name in NOT_COUNTED:
        return "  not counted"
    return "" if mine == other else "  ONLY IPOPT" if other else "  only ours"


class Totals:
    def __init__(self):
        self.ours = self.ipopt = 0.0
        self.solved = [0, 0]
        self.count = 0

    def add(self, result):
        self.count += 1
        for k, key in enumerate(("ours", "ipopt")):
            self.solved[k] += result[key]["status"] in SOLVED
        self.ours += result["ours"]["seconds"]
        self.ipopt += result["ipopt"]["seconds"]

    def line(self, title):
        return (f"{title}: {self.count} problems, ours solves {self.solved[0]} in {1e3*self.ours:.1f} ms, "
                f"Ipopt {self.solved[1]} in {1e3*self.ipopt:.1f} ms, ratio {self.ours/max(self.ipopt, 1e-9):.2f}")


def main():
    tool, build, root, names = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]).resolve(), sys.argv[4:]
    path = library(build)
    total, missed = Totals(), []
    print(f"{'problem':<16} {'size':>13}   ours {'iter':>13} {'ms':>9}{'':>12} Ipopt {'iter':>13} {'ms':>9}")
    for title, entries in groups(root).items():
        group = Totals()
        for name, model, folder in entries:
            if names and name not in names:
                continue
            done = subprocess.run([tool, path, model, folder], stdout=subprocess.PIPE, text=True, env={**os.environ, **ONE_THREAD})
            if done.returncode:
                missed.append(name)
                print(f"{name:<16} not run")
                continue
            result = json.loads(done.stdout)
            ours, theirs = result["ours"], result["ipopt"]
            told = note(name, ours, theirs)
            print(f"{name:<16} {result['variables']:>6}x{result['rows']:<6}   {side(ours):<42} {side(theirs):<42}{told}", flush=True)
            group.add(result), total.add(result)
            missed += [name] if "ONLY IPOPT" in told else []
        if group.count:
            print(group.line(title))
    print(total.line("all"))
    if missed:
        print("not solved by ours:", *missed)
    sys.exit(bool(missed) or total.ours > total.ipopt/2)


main()
