"""Runs .opt files and compares what they print with their own `//>` lines.

The `//> ` lines of a file, in order, are its whole output (stdout and stderr as a terminal shows them); a last line
`//> exit N` gives a status other than 0; `...` in a line stands for anything. `// run: ARGS` in the first line adds arguments. --update rewrites the
expected lines; --compiled also builds an executable of each file and compares its output.
"""
import argparse, os, pathlib, re, subprocess, sys, tempfile


def expected(text):
    return [line.strip()[3:].lstrip(" ") if line.strip() == "//>" else line.strip()[4:]
            for line in text.splitlines() if line.strip().startswith("//>")]


def arguments(text):
    first = text.splitlines()[0] if text else ""
    return first[len("// run:"):].split() if first.startswith("// run:") else []


def lines_of(command, folder):
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300,
                          errors="surrogateescape")
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    return lines + ([f"exit {done.returncode}"] if done.returncode else [])


def matches(wanted, got):
    """Line by line; `...` stands for anything."""
    pattern = lambda line: ".*".join(re.escape(part) for part in line.split("..."))
    return len(wanted) == len(got) and all(re.fullmatch(pattern(w), g) for w, g in zip(wanted, got))


def update(path, text, lines):
    kept = [line for line in text.splitlines() if not line.strip().startswith("//>")]
    while kept and not kept[-1].strip():
        kept.pop()
    path.write_text("\n".join(kept + [""] + [("//> " + line).rstrip() for line in lines]) + "\n", errors="surrogateescape")


def check(path, costate, options):
    text = path.read_text(errors="surrogateescape")
    wanted = [line.rstrip() for line in expected(text)]
    if not wanted and not options.update:
        return None  # a part of another file
    got = lines_of([costate, "run", path.name, *arguments(text)], path.parent)
    if options.update and not matches(wanted, got):
        update(path, text, got)
        return True
    good = matches(wanted, got)
    if not good:
        print(f"--- {path}: expected")
        print("\n".join(wanted))
        print("--- got")
        print("\n".join(got))
    if good and options.compiled and "error:" not in text:
        with tempfile.TemporaryDirectory() as folder:
            program = os.path.join(folder, "program")
            subprocess.run([costate, "compile", str(path), "-o", program], check=True)
            compiled = lines_of([program, *arguments(text)], path.parent)
            if not matches(wanted, compiled):
                print(f"--- {path}: the executable printed")
                print("\n".join(compiled))
                good = False
    return good


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--costate", required=True)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--compiled", action="store_true")
    parser.add_argument("paths", nargs="+")
    options = parser.parse_args()
    files = []
    for path in map(pathlib.Path, options.paths):
        files += sorted(path.rglob("*.opt")) if path.is_dir() else [path]
    results = {file: check(file.resolve(), os.path.abspath(options.costate), options) for file in files}
    checked = [file for file in files if results[file] is not None]
    failed = [file for file in checked if not results[file]]
    print(f"{len(checked) - len(failed)} of {len(checked)} files are as expected")
    if not checked:
        print("no file with expected output found")
    sys.exit(bool(failed) or not checked)


main()
