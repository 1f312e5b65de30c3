"""AC optimal power flow in CasADi: the model of examples/optimal-power-flow, row by row, and its evaluation times.

    python casadi_opf.py FOLDER      FOLDER holds case.csv bus.csv gen.csv branch.csv

Prints `name: microseconds` for objective, constraints, gradient, Jacobian and lower triangle of the Hessian of the
Lagrangian: calls of CasADi's virtual machine on buffers, nothing else; least of 6 rounds of 15 ms.
"""
import csv, math, pathlib, sys, time
import casadi as ca
import numpy as np


class Model:
    """Variables with starts, an objective, and rows: left side minus right side, or the middle of a chain."""

    def __init__(self):
        self.names, self.symbols, self.starts, self.labels, self.rows = [], [], [], [], []
        self.objective = 0

    def var(self, name, start=0.0):
        symbol = ca.SX.sym(name)
        self.names.append(name), self.symbols.append(symbol), self.starts.append(float(start))
        return symbol

    def row(self, label, expression):
        self.labels.append(label), self.rows.append(ca.SX(expression))

    def functions(self):
        """CasADi functions: objective(x), constraints(x), gradient(x), jacobian(x), hessian(x, y) of f + y'c."""
        x, c = ca.vertcat(*self.symbols), ca.vertcat(*self.rows)
        y = ca.SX.sym("y", len(self.rows))
        f = ca.SX(self.objective)
        hessian = ca.tril(ca.hessian(f + ca.dot(y, c), x)[0])
        results = {"objective": f, "constraints": c, "gradient": ca.gradient(f, x), "jacobian": ca.jacobian(c, x)}
        functions = {name: ca.Function(name, [x], [value]) for name, value in results.items()}
        functions["hessian"] = ca.Function("hessian", [x, y], [hessian])
        return functions


def table(path):
    """The rows of a csv file; numbers, and 0 for what an empty cell means in these columns."""
    with open(path, newline="") as file:
        return [{name: float(cell or 0) for name, cell in row.items()} for row in csv.DictReader(file)]


def branch_constants(branch):
    z2 = branch["r"]**2 + branch["x"]**2
    return (branch["r"]/z2, -branch["x"]/z2, branch["b"]/2, branch["tap"] or 1.0, math.radians(branch["shift"]),
            branch["rate_a"])


def flows(branch, vi, vj, ai, aj):
    """The four flows of a branch, in the order of the model's rows."""
    g, b, bc, tap, shift, _ = branch_constants(branch)
    out, back, w = ai - aj - shift, aj - ai + shift, vi*vj/tap
    return (g*vi**2/tap**2 - w*(g*ca.cos(out) + b*ca.sin(out)),
            -(b + bc)*vi**2/tap**2 - w*(g*ca.sin(out) - b*ca.cos(out)),
            g*vj**2 - w*(g*ca.cos(back) + b*ca.sin(back)),
            -(b + bc)*vj**2 - w*(g*ca.sin(back) - b*ca.cos(back)))


def opf(folder):
    folder = pathlib.Path(folder)
    base = table(folder / "case.csv")[0]["base_mva"]
    bus, gen, branch = (table(folder / f"{name}.csv") for name in ("bus", "gen", "branch"))
    at = {b["id"]: k for k, b in enumerate(bus)}
    name = lambda variable, key: f"{variable}[{key}]"
    model = Model()
    va = [model.var(name("va", int(b["id"]))) for b in bus]
    vm = [model.var(name("vm", int(b["id"])), 1) for b in bus]
    power = [[model.var(name(v, k + 1), (g[low] + g[high])/2/base) for k, g in enumerate(gen)]
             for v, low, high in (("pg", "pmin", "pmax"), ("qg", "qmin", "qmax"))]
    flow = [[model.var(name(v, l + 1)) for l in range(len(branch))] for v in ("pf", "qf", "pt", "qt")]
    model.objective = sum(g["c2"]*(base*pg)**2 + g["c1"]*base*pg + g["c0"] for g, pg in zip(gen, power[0]))
    for k, b in enumerate(bus):
        if b["type"] == 3:
            model.row(name("reference", int(b["id"])), va[k])
    # Balances: generation minus what leaves by branches and shunts minus demand.
    for label, part, shunt, demand, sign in (("active", 0, "gs", "pd", -1), ("reactive", 1, "bs", "qd", 1)):
        sums = [sign*b[shunt]/base*vm[k]**2 - b[demand]/base for k, b in enumerate(bus)]
        for g, p in zip(gen, power[part]):
            sums[at[g["bus"]]] += p
        for l, line in enumerate(branch):
            sums[at[line["f_bus"]]] -= flow[part][l]
            sums[at[line["t_bus"]]] -= flow[part + 2][l]
        for b, balance in zip(bus, sums):
            model.row(name(label, int(b["id"])), balance)
    ends = [(at[line["f_bus"]], at[line["t_bus"]]) for line in branch]
    for r, label in enumerate(("from_active", "from_reactive", "to_active", "to_reactive")):
        for l, (line, (i, j)) in enumerate(zip(branch, ends)):
            model.row(name(label, l + 1), flow[r][l] - flows(line, vm[i], vm[j], va[i], va[j])[r])
    for label, p, q in (("from_limit", 0, 1), ("to_limit", 2, 3)):
        for l, line in enumerate(branch):
            if line["rate_a"]:
                model.row(name(label, l + 1), flow[p][l]**2 + flow[q][l]**2 - (line["rate_a"]/base)**2)
    for l, (i, j) in enumerate(ends):
        model.row(name("angle", l + 1), va[i] - va[j])
    return model


def least(call):
    best = math.inf
    for _ in range(6):
        begin = now = time.perf_counter()
        while now - begin < 0.015:
            call()
            then = time.perf_counter()
            best, now = min(best, then - now), then
    return 1e6*best


def main():
    folder = pathlib.Path(sys.argv[1])
    begin = time.perf_counter()
    model = opf(folder)
    functions = model.functions()
    print(f"casadi {folder.name}, model and derivatives built: {1e6*(time.perf_counter() - begin):.0f}")
    arguments = [np.array(model.starts), np.cos(np.arange(1.0, len(model.rows) + 1))]
    for name, function in functions.items():
        buffer, call = function.buffer()
        result = np.zeros(function.nnz_out(0))
        for k in range(function.n_in()):
            buffer.set_arg(k, memoryview(arguments[k]))
        buffer.set_res(0, memoryview(result))
        print(f"casadi {folder.name}, {name}: {least(call):.1f}")


if __name__ == "__main__":
    main()
