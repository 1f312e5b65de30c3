"""Runs the examples that learn from data outside of the project; their models check their answers.

`census` reads shared/data/a9a beside the project. `digits` reads digits.csv.gz of Debian's package python3-sklearn, as
it is installed or as apt-get downloads it into the build folder.
"""
import csv, gzip, pathlib, subprocess, sys

costate, root, which = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), sys.argv[3]
inside = "usr/lib/python3/dist-packages/sklearn/datasets/data/digits.csv.gz"


def skip(sentence):
    print("skipped:", sentence)
    sys.exit(77)


def downloaded(folder):
    """The package's file, unpacked in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / inside).exists():
        quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        if subprocess.run(["apt-get", "download", "python3-sklearn"], **quiet).returncode:
            skip("no package python3-sklearn, and apt-get downloads none")
        package = next(folder.glob("python3-sklearn*.deb"))
        subprocess.run(["dpkg-deb", "-x", package.name, "."], check=True, **quiet)
    return folder / inside


def write_digits(folder):
    """64 pixels and the label of each image, as columns 1 to 65 of a table with a row per number."""
    installed = pathlib.Path("/") / inside
    source = installed if installed.exists() else downloaded(folder)
    with gzip.open(source, "rt") as text, open(folder / "digits.csv", "w") as table:
        table.write("image,column,value\n")
        for image, row in enumerate(csv.reader(text), 1):
            for column, value in enumerate(row, 1):
                table.write(f"{image},{column},{float(value):g}\n")


def run(model, data):
    return subprocess.run([costate, "run", root / "examples" / model, "--data", data]).returncode


if which == "census":
    data = root.parent / "shared" / "data" / "a9a"
    if not data.exists():
        skip("no shared data beside the project")
    sys.exit(run("census/census.opt", data))
data = costate.parent.parent / "digits"
data.mkdir(parents=True, exist_ok=True)
write_digits(data)
sys.exit(max(run("digits/perceptron.opt", data), run("digits/convolution.opt", data)))
