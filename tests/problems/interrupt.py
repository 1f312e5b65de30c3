"""Ctrl-C during a solve: the status is `interrupted` and the exit status 130, soon."""
import os, pathlib, pty, re, signal, subprocess, sys, tempfile
MODEL = """
param n = 200000
problem chained {
  var x[i in 1..n] start if i mod 2 == 1 then -1.2 else 1
  minimize sum(i in 2..n) (100*(x[i - 1]^2 - x[i])^2 + (x[i - 1] - 1)^2)
}
solve chained
"""


def interrupted(costate, folder):
    """Output and exit status of a run that gets the signal once its first iteration is shown."""
    model = pathlib.Path(folder) / "chained.opt"
    model.write_text(MODEL)
    outer, inner = pty.openpty()  # a terminal: lines arrive as they are printed
    run = subprocess.Popen([costate, "run", str(model), "--verbose"], stdout=inner, stderr=inner)
    os.close(inner)
    text, sent = "", False
    try:
        while piece := os.read(outer, 4096):
            text += piece.decode()
            if not sent and re.search(r"^ +0 ", text, re.M):
                run.send_signal(signal.SIGINT)
                sent = True
    except OSError:  # the other end is closed
        pass
    return text, run.wait(60)


with tempfile.TemporaryDirectory() as folder:
    text, status = interrupted(sys.argv[1], folder)
found = re.search(r"chained: interrupted \(lm: .*\): cancelled after (\d+) iterations", text)
print(found[0] if found else text, "exit", status)
sys.exit(not (found and int(found[1]) < 20 and status == 130))
