"""Fails with the patch where a C++ file differs from what clang-format 14 (Debian's) makes of it; skips without it."""
import difflib, pathlib, shutil, subprocess, sys

root = pathlib.Path(sys.argv[1])
tool = shutil.which("clang-format-14") or shutil.which("clang-format")
if not tool or " 14." not in subprocess.run([tool, "--version"], capture_output=True, text=True).stdout:
    print("skipped: no clang-format 14")
    sys.exit(77)
listed = subprocess.run(["git", "ls-files", "*.cpp", "*.h"], cwd=root, capture_output=True, text=True, check=True)
bad = 0
for name in listed.stdout.split():
    if not (root / name).exists():
        continue
    before = (root / name).read_text()
    after = subprocess.run([tool, root / name], capture_output=True, text=True, check=True).stdout
    if before != after:
        bad += 1
        sys.stdout.writelines(difflib.unified_diff(before.splitlines(True), after.splitlines(True), name, name + " formatted"))
sys.exit(bad > 0)
