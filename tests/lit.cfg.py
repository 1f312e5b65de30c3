# Suites of .mlir files; run by tests/support/lit.py.
import os
import lit.formats

config.name = "costate"
config.test_format = lit.formats.ShTest(True)
config.suffixes = [".mlir", ".opt"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(os.environ.get("TMPDIR", "/tmp"), "costate-lit")
config.environment["PATH"] = os.environ.get("LIT_TOOLS", os.environ["PATH"])
