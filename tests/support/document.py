"""Runs the code blocks of Markdown pages and compares what they print with the blocks that follow them.

The fence of a block says what happens with it, in a temporary folder that all blocks of a page share:

    ```costate              written to model.opt, run by `costate run model.opt`
    ```sh                   run by bash, where `costate` is the program under test and `examples` the tree's folder
    ```output               what the block before prints: stdout and stderr as a terminal shows them, `exit N` last
                            where the status N is not 0; without it the block prints nothing
    ```csv food.csv         any language and a name: a file of this text, which a later block names
    ```cpp examples/x.cpp   a name with a folder: lines that stand, in this order and form, in a file of the tree

A block of any other form is an error. `...` inside a line of output stands for anything, a line `...` alone for any
lines. --update rewrites the output blocks that differ.
"""
import argparse, os, pathlib, re, subprocess, sys, tempfile

FENCE = re.compile(r"^```(\S*) ?(.*)$")


class Block:
    """Lines first..last of a page, fences included, numbered from 0."""

    def __init__(self, first, language, name):
        self.first, self.last, self.language, self.name = first, None, language, name.strip()
        self.lines, self.got = [], None

    def text(self):
        return "".join(line + "\n" for line in self.lines)

    def runs(self):
        return not self.name and self.language in ("costate", "sh")

    def expects(self):
        return not self.name and self.language == "output"


def blocks_of(lines):
    blocks = []
    for number, line in enumerate(lines):
        fence = FENCE.match(line)
        inside = blocks and blocks[-1].last is None
        if not inside and fence:
            blocks.append(Block(number, fence[1], fence[2]))
        elif inside and line == "```":
            blocks[-1].last = number
        elif inside:
            blocks[-1].lines.append(line)
    return blocks


def run(block, costate, folder):
    environment = dict(os.environ, PATH=os.path.dirname(costate) + os.pathsep + os.environ["PATH"])
    if block.language == "costate":
        (folder / "model.opt").write_text(block.text())
        command = [costate, "run", "model.opt"]
    else:
        command = ["bash", "-c", block.text()]
    done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=120)
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    return lines + ([f"exit {done.returncode}"] if done.returncode else [])


def matches(wanted, got):
    """A regular expression over the joined lines, since a line `...` may stand for none or for many."""
    def pattern(line):
        return r"(.*\n)*" if line == "..." else r"[^\n]*".join(re.escape(part) for part in line.split("...")) + r"\n"
    return re.fullmatch("".join(map(pattern, wanted)), "".join(line + "\n" for line in got)) is not None


def quotes(block, root):
    """Whether the lines of the block stand in the file it names, one after the other."""
    path = root / block.name
    if not path.exists():
        return f"{block.name} does not exist"
    return None if block.text() in path.read_text() else f"these lines do not stand in {block.name}"


class Page:
    def __init__(self, path, costate, root):
        self.path, self.costate, self.root = path, costate, root
        self.lines = path.read_text().splitlines()
        self.blocks = blocks_of(self.lines)
        self.failures, self.edits, self.compared = [], [], 0

    def fail(self, block, sentence):
        self.failures.append(f"{self.path}:{block.first + 1}: {sentence}")

    def check(self):
        with tempfile.TemporaryDirectory() as folder:
            os.symlink(self.root.resolve() / "examples", os.path.join(folder, "examples"))
            for number, block in enumerate(self.blocks):
                if block.last is None:
                    self.fail(block, "this block is never closed")
                elif block.runs():
                    after = self.blocks[number + 1] if number + 1 < len(self.blocks) else None
                    self.compare(block, after if after and after.expects() else None, pathlib.Path(folder))
                elif block.expects():
                    if number == 0 or not self.blocks[number - 1].runs():
                        self.fail(block, "no block that runs stands before this output")
                elif "/" in block.name:
                    self.compared += 1
                    if sentence := quotes(block, self.root):
                        self.fail(block, sentence)
                elif block.language and block.name:
                    (pathlib.Path(folder) / block.name).write_text(block.text())
                    if not any(block.name in later.text() for later in self.blocks[number + 1:]):
                        self.fail(block, f"no later block names {block.name}")
                else:
                    self.fail(block, f"a block `{block.language}` without a name is neither run nor compared")

    def compare(self, block, output, folder):
        self.compared += 1
        wanted, got = output.lines if output else [], run(block, self.costate, folder)
        if matches(wanted, got):
            return
        self.fail(block, "\n".join(["expected"] + wanted + ["--- got"] + got))
        fresh = ["```output"] + got + ["```"] if got else []
        self.edits.append((output.first, output.last + 1, fresh) if output else (block.last + 1, block.last + 1, fresh))

    def update(self):
        for first, end, fresh in reversed(self.edits):
            self.lines[first:end] = fresh
        self.path.write_text("\n".join(self.lines) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--costate", required=True)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("root", type=pathlib.Path, help="the tree that quoted files lie in")
    parser.add_argument("pages", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    failed = 0
    for path in options.pages:
        page = Page(path, os.path.abspath(options.costate), options.root)
        page.check()
        if options.update:
            page.update()
        print("\n".join(page.failures + [f"{path}: {page.compared} blocks compared, {len(page.failures)} wrong"]))
        failed += len(page.failures) + (page.compared == 0)
    sys.exit(bool(failed))


main()
