"""Makes <build>/venv with the peers and oracles of the tests, from PyPI; prints its Python, or exits 77 with a reason.

    python3 venv.py BUILD
"""
import pathlib, subprocess, sys
PACKAGES = ("casadi", "numpy")
folder = pathlib.Path(sys.argv[1]).resolve() / "venv"
python = folder / "bin" / "python"
imports = ", ".join(PACKAGES)


def fails(command):
    """The last line of what a command prints, if it fails."""
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return (done.stdout.strip().splitlines() or [f"exit status {done.returncode}"])[-1] if done.returncode else None


def ready():
    return python.exists() and not fails([python, "-c", f"import {imports}"])


def main():
    if not ready():
        for step in ([sys.executable, "-m", "venv", folder],
                     [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--timeout", "20", "--retries", "1",
                      *PACKAGES]):
            if reason := fails(step):
                print(f"skipped: no virtual environment with {imports}: {reason}", file=sys.stderr)
                sys.exit(77)
    print(python)


main()
