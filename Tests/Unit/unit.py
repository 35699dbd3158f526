"""The daemon under the shipped unit's own system call filters: `make unit-test`. It sends, is stopped, and knows about its
clock what it would know without them."""
import argparse
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Browser"))
from stage import ROOT, Stage, wait  # noqa: E402

UNIT = ROOT / "Deploy/curfew.service"
# Debian's own Python has Debian's own libseccomp, whatever else is called python3 here.
CONFINED = ["/usr/bin/python3", "-B", str(pathlib.Path(__file__).with_name("confine.py")), str(UNIT)]
# No token, no credential and no capability is needed, as in the unit.
BARE = ["setpriv", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"] if os.geteuid() == 0 else ["setpriv", "--no-new-privs"]
# An address of the documentation: not this machine, and nobody answers.
ELSEWHERE = "https://192.0.2.1"


class Service(Stage):
    """The stage with its daemon as the unit starts it: filtered, without privileges, told how to reach systemd."""

    def spawn(self, name, arguments):
        if name != "daemon":
            return super().spawn(name, arguments)
        self.ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.ear.bind(str(self.root / "notify"))
        self.ear.settimeout(30)
        log = open(self.root / "daemon.log", "ab")
        words = {"NOTIFY_SOCKET": str(self.root / "notify"), "WATCHDOG_USEC": "2000000", "PATH": os.environ["PATH"]}
        self.processes.append(subprocess.Popen(
            BARE + CONFINED + arguments, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=words))

    def heard(self, word):
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if word in self.ear.recv(4096).decode().splitlines():
                return True
        return False


def sends(binary, sandbox, folder):
    """A whole campaign from drop to end, and a stop with code 0."""
    with Service(binary, sandbox, folder / "stage", people=60, pace="20/s,burst=20") as stage:
        filters = [line for line in pathlib.Path(f"/proc/{stage.processes[-1].pid}/status").read_text().splitlines()
                   if line.startswith("Seccomp")]
        assert "Seccomp:\t2" in filters, filters
        assert stage.heard("READY=1") and stage.heard("WATCHDOG=1")
        run = stage.campaign("spring", "春季上新")
        stage.act("review", act="approve", run=run)
        ended = wait(lambda: [one for one in stage.runs() if one["run"] == run and one["state"] == "finished"], 60)
        assert ended, (stage.runs(), (stage.root / "daemon.log").read_text()[-4000:])
        daemon = stage.processes.pop()
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(40) == 0 and stage.heard("STOPPING=1")
        log = (stage.root / "daemon.log").read_text()
        assert "not permitted" not in log.lower(), log
        figures = ended[0]["sum"]
        assert figures["holds"] and figures["accepted"] > 40, figures
        return figures


def told(binary, folder, confinement):
    """What the daemon says of the wall when its platform is not on this machine: a word of distrust, or that all is well."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("state", "inbox"):
        (folder / name).mkdir(parents=True, mode=0o700)
    for name in ("app", "webhook"):
        (folder / f"{name}.secret").write_text(name)
        (folder / f"{name}.secret").chmod(0o600)
    (folder / "curfew.yaml").write_text(f"""state: {folder}/state
inbox: {folder}/inbox
platform: {{base_url: "{ELSEWHERE}", timeout: 2s}}
http: {{listen: "127.0.0.1:0", socket: {folder}/s}}
apps:
  - {{id: tt1, client_key: tt1, client_secret: "file:{folder}/app.secret", webhook_secrets: ["file:{folder}/webhook.secret"], accounts: [{{name: flagship, open_id: brand, kind: enterprise, role: brand}}]}}
""")
    log = folder / "daemon.log"
    with open(log, "wb") as sink:
        daemon = subprocess.Popen(BARE + confinement + [binary, "serve", "--config", str(folder / "curfew.yaml")],
                                  stdout=sink, stderr=sink, stdin=subprocess.DEVNULL)
    try:
        assert wait(lambda: (folder / "s").exists(), 30), log.read_text()
        # The wall is looked at within a step; nothing is said when it is believed.
        found = wait(lambda: re.search(r"why[=:\"\s]+(cannot_tell|unsynchronised|jumped|suspended)", log.read_text()), 5)
        return found.group(1) if found else "believed"
    finally:
        daemon.terminate()
        assert daemon.wait(40) == 0, log.read_text()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--sandbox", required=True)
    parser.add_argument("--json", action="store_true")
    words = parser.parse_args()
    binary = str(pathlib.Path(words.binary).resolve())
    missing = [name for name in ("systemd-analyze", "setpriv") if not shutil.which(name)]
    if subprocess.run(["/usr/bin/python3", "-c", "import seccomp"], capture_output=True).returncode:
        missing.append("python3-seccomp")
    if missing:
        print(f"Skipped: {', '.join(missing)} is not there (Debian's packages systemd, util-linux, python3-seccomp).")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        figures = sends(binary, shlex.split(words.sandbox), folder)
        print(f"Sent under the unit's filters: {figures['accepted']} of {figures['audience']}, stopped with 0.")
        free = told(binary, folder / "free", [])
        filtered = told(binary, folder / "filtered", CONFINED)
        deaf = told(binary, folder / "deaf", CONFINED + ["--without=adjtimex,clock_adjtime"])
        print(f"The wall: {free} without filters, {filtered} under the unit's, {deaf} where the kernel may not be asked.")
        assert filtered == free, "the unit's filters change what is known of the clock"
        assert deaf != "believed" or os.path.exists("/run/systemd/timesync/synchronized"), "a clock of which nobody tells was believed"
        if words.json:
            print(json.dumps({"unit": {"clock": filtered, "clock_unasked": deaf, "violations": 0}}))


main()
