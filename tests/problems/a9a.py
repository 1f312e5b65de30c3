"""Logistic regression on the data beside the project; the model checks its answers."""
import pathlib, subprocess, sys
costate, root = sys.argv[1], pathlib.Path(sys.argv[2])
data = root.parent / "shared" / "data" / "a9a"
if not data.exists():
    print("skipped: no shared data beside the project")
    sys.exit(77)
sys.exit(subprocess.run([costate, "run", root / "tests/problems/learning/a9a.opt", "--data", data]).returncode)
