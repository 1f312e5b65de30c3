"""Every op, pass and error id has the test file that bears its name; ops and passes are described."""
import pathlib, re, sys
root = pathlib.Path(sys.argv[1])
missing = []


def need(path, what):
    if not (root / path).exists():
        missing.append(f"{what}: {path} is missing")


for td in sorted((root / "ir").glob("*Ops.td")):
    for op in re.finditer(r'Costate_Op<"(\w+)".*?\n}\n', td.read_text(), re.S):
        name, text = op[1], op[0]
        need(f"tests/ops/{name}.mlir", f"op {name}")
        for part in ("let summary", "Meaning:", "Derivative:", f"tests/ops/{name}.mlir"):
            if part not in text:
                missing.append(f"{td.name}: op {name} has no `{part}`")
for flag in re.findall(r'Pass<"costate-([\w-]+)"', (root / "passes/Passes.td").read_text()):
    need(f"tests/passes/{flag}.mlir", f"pass {flag}")
for source in ("ModelErrors.cpp", "SyntaxErrors.cpp"):
    for id in re.findall(r'error\("([\w-]+)"', (root / "frontend/diagnose" / source).read_text()):
        if id != "source-limit":  # needs 4 MB: tests/frontend/SyntaxTest.cpp
            need(f"tests/errors/{id}.opt", f"error {id}")
print("\n".join(sorted(set(missing))) or "every op, pass and error has its test")
sys.exit(bool(missing))
