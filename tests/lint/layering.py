"""Fails when a file includes from a folder that its own folder may not know."""
import pathlib, re, sys
MAY_INCLUDE = {
    "runtime":         {"runtime", "costate/rt"},
    "ir":              {"ir"},
    "passes":          {"passes", "ir"},
    "codegen":         {"codegen", "passes", "ir", "costate/rt"},
    "frontend":        {"frontend", "grammar", "ir", "costate"},
    "frontend/driver": {"frontend", "passes", "codegen", "ir", "costate"},
}
OURS = {"runtime", "ir", "passes", "codegen", "frontend", "grammar", "costate", "tests"}


def owner(path):
    """The longest folder of the table that the path lies in."""
    return max((d for d in MAY_INCLUDE if path.startswith(d + "/")), key=len, default=None)


def violations(root):
    for file in sorted(root.rglob("*")):
        home = owner(str(file.relative_to(root)))
        if not home or file.suffix not in {".h", ".cpp", ".td"}:
            continue
        for number, line in enumerate(file.read_text().splitlines(), 1):
            match = re.match(r'\s*#?include [<"]([A-Za-z]+/[^">]+)[">]', line)
            if not match or match[1].split("/")[0] not in OURS:
                continue
            if not any(match[1].startswith(d + "/") for d in MAY_INCLUDE[home]):
                yield f"{file.relative_to(root)}:{number}: {home}/ may not include {match[1]}"


found = list(violations(pathlib.Path(sys.argv[1])))
print("\n".join(found) or "every include follows the arrows")
sys.exit(bool(found))
