"""Sizes of files, citations, examples with READMEs, no paths of one machine."""
import pathlib, re, subprocess, sys
root = pathlib.Path(sys.argv[1])
found = []
files = [root / f for f in subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True).stdout.split()]
known = set(re.findall(r"\[(\w+)\]", (root / "runtime/References.md").read_text()))
for file in files:
    if file.suffix not in {".cpp", ".h", ".td", ".py", ".g4", ".opt", ".md"} or not file.exists():
        continue
    text = file.read_text(errors="replace")
    name = file.relative_to(root)
    if len(text.splitlines()) > 1000:
        found.append(f"{name}: more than 1000 lines")
    if re.search(r"/(work|tmp|farm)/\w", text) and name.parts[:2] != ("tests", "lint"):
        found.append(f"{name}: names a path of one machine")
    if name.parts[0] == "runtime":
        for key in re.findall(r"\[([A-Z]\w*\d\d)\]", text):
            if key not in known:
                found.append(f"{name}: [{key}] is not in runtime/References.md")
for folder in sorted((root / "examples").iterdir()):
    if folder.is_dir() and not (folder / "README.md").exists():
        found.append(f"{folder.relative_to(root)}: no README.md")
print("\n".join(found) or "the tree is in order")
sys.exit(bool(found))
