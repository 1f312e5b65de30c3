"""AC optimal power flow on the PGLib cases beside the project, through the JIT and as an executable."""
import pathlib, re, subprocess, sys, tempfile
costate, root = sys.argv[1], pathlib.Path(sys.argv[2])
data = root.parent / "shared" / "data" / "pglib"
if not data.exists():
    print("skipped: no shared data beside the project")
    sys.exit(77)
# PGLib-OPF v23.07, five digits
wanted = {"case3_lmbd": 5.8126e3, "case5_pjm": 1.7552e4, "case14_ieee": 2.1781e3, "case118_ieee": 9.7214e4,
          "case1354_pegase": 1.2588e6}
model = root / "examples/optimal-power-flow/opf.opt"
failed = False
with tempfile.TemporaryDirectory() as folder:
    program = pathlib.Path(folder) / "opf"
    subprocess.run([costate, "compile", "--emit=exe", str(model), "-o", str(program)], check=True)
    linked = subprocess.run(["ldd", str(program)], capture_output=True, text=True).stdout
    if "LLVM" in linked or "MLIR" in linked:
        print("the executable links LLVM:\n" + linked)
        failed = True
    for case, value in wanted.items():
        for command in ([costate, "run", str(model)], [str(program)]):
            out = subprocess.run([*command, "--data", str(data / case)], capture_output=True, text=True)
            found = re.search(r"opf: optimal, objective ([-\d.e+]+)", out.stdout)
            good = found and out.returncode == 0 and abs(float(found[1]) - value) <= 0.5e-4 * abs(value)
            print(case, "executable" if len(command) == 1 else "jit", found[1] if found else out.stdout + out.stderr,
                  "ok" if good else f"expected {value}")
            failed |= not good
sys.exit(failed)
