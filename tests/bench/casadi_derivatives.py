"""Compiled derivatives against CasADi's at one point each of 20 Hock-Schittkowski problems and two power flow cases.

    python3 casadi_derivatives.py EVALUATE_PROBLEM BUILD ROOT     exits 77 where CasADi is not to be had

Objective, gradient, Jacobian and Hessian of the Lagrangian agree to 1e-12 of the largest term of their row of numbers;
rows up to the constant that the language moves into their bounds, so their differences of two points are compared by
the Jacobian alone.
"""
import json, pathlib, subprocess, sys

TOLERANCE = 1e-12
SHARED = {"hs74": "hs74_75", "hs101": "hs101_103"}  # problems that several files state alike


def run(command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, **more)


def dense(entries):
    return {(row, column): value for row, column, value in entries if value != 0}


def worst(ours, theirs):
    """The largest difference, relative to the values where they are above 1."""
    return max((abs(ours.get(k, 0) - theirs.get(k, 0)) / max(1, abs(theirs.get(k, 0))) for k in {*ours, *theirs}), default=0)


def compare(name, ours, theirs):
    if ours["variables"] != theirs["variables"] or len(ours["rows"]) != len(theirs["rows"]):
        return f"{name}: variables or rows differ: {ours['variables'][:4]} {theirs['variables'][:4]}"
    scale = max([1, *map(abs, theirs["gradient"])])
    errors = {"objective": abs(ours["objective"] - theirs["objective"]) / max(1, abs(theirs["objective"])),
              "gradient": max(abs(a - b) for a, b in zip(ours["gradient"], theirs["gradient"])) / scale,
              "jacobian": worst(dense(ours["jacobian"]), dense(theirs["jacobian"])),
              "hessian": worst(dense(ours["hessian"]), dense(theirs["hessian"]))}
    print(f"{name:<8} {len(ours['jacobian']):>7} and {len(ours['hessian']):>6} entries, largest differences",
          ", ".join(f"{what} {error:.1e}" for what, error in errors.items()))
    bad = [what for what, error in errors.items() if not error <= TOLERANCE]
    return f"{name}: {', '.join(bad)} differ by more than {TOLERANCE}" if bad else ""


def main():
    tool, build, root = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    here = pathlib.Path(__file__).parent
    made = run([sys.executable, here / "venv.py", build])
    if made.returncode:
        sys.exit(made.returncode)
    python, failures = made.stdout.strip(), []
    cases = root.parent / "shared" / "data" / "pglib"
    for number, case in enumerate(["case14_ieee", "case1354_pegase"] if cases.exists() else [None]):
        done = run([python, here / "casadi_oracle.py", *(["--opf", cases / case] if case else [])])
        if done.returncode:
            sys.exit("the oracle failed")
        for theirs in json.loads(done.stdout)["problems"]:
            name, data = theirs["name"], root / "tests/problems"
            if number and name != "opf":
                continue
            model = data / f"{name}.opt"
            if name == "opf":
                model, data = root / "examples/optimal-power-flow/opf.opt", cases / case
            elif name == "hs71":
                model = root / "examples/hs71/hs71.opt"
            point = json.dumps({"x": theirs["x"], "y": theirs["y"]})
            ours = run([tool, model, SHARED.get(name, name), data], input=point)
            failures += [f"{name}: not evaluated" if ours.returncode else compare(name, json.loads(ours.stdout), theirs)]
    failures = [failure for failure in failures if failure]
    print("\n".join(failures))
    sys.exit(bool(failures))


main()
