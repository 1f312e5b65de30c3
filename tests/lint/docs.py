"""Every path that a Markdown page names in backticks, links or command lines exists; so does every page a source names.

A path may be relative to the page's folder or to the root, a file without folder lies anywhere below the page; `<id>`
and `*` stand for anything. A span is a path if its first part is a file or folder there, or if it ends like a source
file. `costate/...` are the public headers.
"""
import fnmatch, pathlib, re, subprocess, sys
root = pathlib.Path(sys.argv[1])
PATH = re.compile(r"[\w.*<>-]+(/[\w.*<>-]*)*")
SOURCE = re.compile(r"[\w*>]\.(cpp|h|td|py|g4|mlir|md)$")
HEADERS = [root / "frontend/api", root / "runtime/api"]
BUILT = {"build"}


def exists(path, folder):
    pattern = re.sub(r"<[^>]*>", "*", path).rstrip("/")
    below = [file.name for file in files if folder in file.parents]
    return "/" not in pattern and bool(fnmatch.filter(below, pattern)) or any(
        next(iter(base.glob(pattern)), None) for base in (folder, root, *HEADERS))


def is_path(span, folder):
    if not PATH.fullmatch(span) or span.strip(".*") == "" or span.startswith("-"):
        return False
    first = span.split("/")[0]
    beside = "/" in span and first and any((base / first).exists() for base in (folder, root))
    return first not in BUILT and bool(beside or SOURCE.search(span))


def spans(text):
    """Lines and what stands in backticks, in links and in indented command lines; not what stands in fences."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            fenced = not fenced
        elif fenced or line.startswith("    "):
            yield from ((number, word) for word in line.split() if "/" in word)
        else:
            for span in re.findall(r"`([^`]+)`", line):
                yield from ((number, word.strip(",;")) for word in span.split())
            links = [link for link in re.findall(r"\]\(([^)\s]+)\)", line) if "://" not in link]
            yield from ((number, link.split("#")[0]) for link in links)


def missing_in_page(page):
    folder = page.parent
    for number, span in spans(page.read_text()):
        span = span.removeprefix("./")
        if is_path(span, folder) and not exists(span, folder):
            yield f"{page.relative_to(root)}:{number}: `{span}` does not exist"


def missing_in_source(source):
    for number, line in enumerate(source.read_text(errors="replace").splitlines(), 1):
        for path in re.findall(r"\b(?:\w+/)+README\.md", line):
            if not (root / path).exists():
                yield f"{source.relative_to(root)}:{number}: {path} does not exist"


listed = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True).stdout.split()
files = [root / name for name in listed if (root / name).exists()]
found = [entry for page in files if page.suffix == ".md" for entry in missing_in_page(page)]
found += [entry for source in files if source.suffix in {".h", ".cpp", ".td"} for entry in missing_in_source(source)]
print("\n".join(found) or "every path in the pages exists")
sys.exit(bool(found))
