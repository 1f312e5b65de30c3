"""Values and derivatives of known problems from CasADi, as json for a comparison with ours.

    python casadi_oracle.py [--opf FOLDER] [--points FILE] > values.json

FOLDER holds the tables of an AC optimal power flow case. FILE is json {problem: [x, ...]}, points other than the
default: the start plus sin(i) (1 + |start|)/50 for variable i from 1. The multiplier of row i from 1 is cos(i).

Output: {"casadi": version, "problems": [problem, ...]}, each problem

    name, variables, rows    texts; variables and rows in the order in which the .opt file declares them (families by
                             their index sets), named `x`, `x[1]`, `row`, `row[1]`
    x, y                     the point [variables] and the multipliers [rows]
    objective, constraints   f, and c [rows]: left side minus right side, or the middle of a chain (the language's
                             `row.value` leaves a constant right side to `row.lower` or `row.upper`: subtract it)
    gradient                 of f, dense [variables]
    jacobian                 of c, triplets [row, variable, value]
    hessian                  of f + y'c, triplets [variable, variable, value] with first >= second

Indices of triplets count from 0; no place occurs twice; a place that is left out is zero.
"""
import argparse, json, math, pathlib, sys
import casadi as ca
from casadi_opf import opf
from casadi_problems import PROBLEMS


def triplets(matrix):
    rows, columns = matrix.sparsity().get_triplet()
    return [[row, column, value] for row, column, value in zip(rows, columns, matrix.nonzeros())]


def evaluate(name, model, point):
    x = point or [s + math.sin(i + 1)*(1 + abs(s))/50 for i, s in enumerate(model.starts)]
    if len(x) != len(model.names):
        sys.exit(f"the point of {name} has {len(x)} values, expected {len(model.names)}")
    y = [math.cos(i + 1) for i in range(len(model.rows))]
    f = model.functions()
    return {"name": name, "variables": model.names, "rows": model.labels, "x": x, "y": y,
            "objective": float(f["objective"](x)), "constraints": ca.DM(f["constraints"](x)).full().ravel().tolist(),
            "gradient": f["gradient"](x).full().ravel().tolist(), "jacobian": triplets(f["jacobian"](x)),
            "hessian": triplets(f["hessian"](x, y))}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--opf")
    parser.add_argument("--points")
    options = parser.parse_args()
    points = json.loads(pathlib.Path(options.points).read_text()) if options.points else {}
    models = {name: build() for name, build in PROBLEMS.items()}
    if options.opf:
        models["opf"] = opf(options.opf)
    problems = [evaluate(name, model, points.get(name)) for name, model in models.items()]
    json.dump({"casadi": ca.__version__, "problems": problems}, sys.stdout, allow_nan=False)


main()
