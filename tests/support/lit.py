"""Runs LLVM's lit over folders of .mlir files: arguments are the folder of our tools and the folders to test."""
import glob, os, subprocess, sys
tools, folders = sys.argv[1], sys.argv[2:]
runner = next(iter(glob.glob("/usr/lib/llvm-19/build/utils/lit/lit.py")), None)
if not runner:
    sys.exit("lit is missing: install llvm-19-tools")
path = os.pathsep.join([tools, "/usr/lib/llvm-19/bin", os.environ["PATH"]])
os.environ["LIT_TOOLS"] = path
sys.exit(subprocess.run([sys.executable, runner, "-j2", "-v", *folders]).returncode)
