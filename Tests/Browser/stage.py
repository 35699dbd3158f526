"""The product beside its pretend platform, on a rehearsal clock, in a folder of its own."""
import datetime
import http.client
import json
import os
import pathlib
import shutil
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PEOPLE = {
    "marketing": ["author"], "review": ["reviewer"], "second": ["reviewer"], "ops": ["operator"], "look": ["viewer"],
}


def free_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


class Socket(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=20)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Stage:
    def __init__(self, binary, sandbox, root, people=90, start="2026-11-20T10:00:00+08:00", pace="1/s,burst=1"):
        self.binary, self.sandbox_command, self.root = binary, sandbox, pathlib.Path(root)
        shutil.rmtree(self.root, ignore_errors=True)
        for name in ("state", "inbox"):
            (self.root / name).mkdir(parents=True, mode=0o700)
        self.platform, self.port = free_port(), free_port()
        self.people = [f"_000person{number:03}" for number in range(people)]
        self.processes = []
        self.write("clock", f"{time.time():.9f} {start} 1\n")
        self.write("world.json", json.dumps({
            "apps": [{"client_key": "tt1", "client_secret": "a", "webhook_secret": "w"}],
            "accounts": [{"open_id": "brand", "client_key": "tt1", "users": self.people[: people - 5]}],
        }))
        for name in list(PEOPLE) + ["app", "webhook"]:
            self.write(f"{name}.secret", {"app": "a", "webhook": "w"}.get(name, f"token-of-{name}"), 0o600)
        lines = "\n".join(
            f"  - {{name: {name}, roles: {json.dumps(roles)}, token: \"file:{self.root}/{name}.secret\"}}"
            for name, roles in PEOPLE.items())
        self.write("curfew.yaml", f"""state: {self.root}/state
inbox: {self.root}/inbox
language: zh
platform: {{base_url: "http://127.0.0.1:{self.platform}", timeout: 2s, concurrency: 8}}
http: {{listen: "127.0.0.1:{self.port}", socket: {self.root}/s}}
people:
{lines}
test_people:
  - {{account: flagship, open_ids: ["{self.people[0]}"]}}
apps:
  - id: tt1
    client_key: tt1
    client_secret: "file:{self.root}/app.secret"
    webhook_secrets: ["file:{self.root}/webhook.secret"]
    accounts:
      - {{name: flagship, open_id: brand, kind: enterprise, role: brand, pace: "{pace}"}}
""")

    def write(self, name, content, mode=0o644):
        path = self.root / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(mode)

    def spawn(self, name, arguments):
        log = open(self.root / f"{name}.log", "ab")
        self.processes.append(subprocess.Popen(arguments, stdout=log, stderr=log, stdin=subprocess.DEVNULL))

    def __enter__(self):
        clock = ["--clock-file", str(self.root / "clock")]
        self.spawn("sandbox", self.sandbox_command + [
            "--listen", f"127.0.0.1:{self.platform}", "--world", str(self.root / "world.json")] + clock)
        self.start()
        return self

    def start(self):
        clock = ["--clock-file", str(self.root / "clock")]
        self.spawn("daemon", [self.binary, "serve", "--config", str(self.root / "curfew.yaml")] + clock)
        assert wait(lambda: self.api("/v1/status")["daemon"], 30), (self.root / "daemon.log").read_text()

    def kill(self):
        """The daemon, in the middle of its work."""
        daemon = self.processes.pop()
        daemon.kill()
        daemon.wait()

    def act(self, person, **words):
        # Whoever approves has seen what stands there.
        if words["act"] == "approve" and "digest" not in words:
            words["digest"] = self.api(f"/v1/runs/{words['run']}")["digest"]
        door = Socket(str(self.root / "s"))
        door.request("POST", "/v1/acts", json.dumps(words), {
            "Content-Type": "application/json", "Authorization": f"Bearer token-of-{person}"})
        answer = door.getresponse()
        assert answer.status == 200, answer.read()
        return json.loads(answer.read())

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def api(self, path):
        door = Socket(str(self.root / "s"))
        door.request("GET", path)
        return json.loads(door.getresponse().read())

    def runs(self):
        return self.api("/v1/runs?ended=true")

    def drop(self, name, content):
        hidden = self.root / "inbox" / ("." + name)
        hidden.write_bytes(content if isinstance(content, bytes) else content.encode())
        hidden.rename(self.root / "inbox" / name)

    def campaign(self, name, title, text="{{nickname}}，预热开始了，会员价已为你保留。", hours=0, image=True):
        start = self.now() + datetime.timedelta(hours=hours)
        picture = "      - image: poster.png\n" if image else ""
        if image:
            self.drop("poster.png", (ROOT / "Campaigns/examples/poster.png").read_bytes())
        rows = "\n".join(f"{person},{'小' + str(number) if number % 3 else ''}"
                         for number, person in enumerate(self.people))
        self.drop(f"{name}.csv", "open_id,nickname\n" + rows + "\n")
        self.drop(f"{name}.yaml", f"""campaign: {name}
author: marketing
account: flagship
title: {title}
audience: {{files: [{name}.csv]}}
schedule: {{start: "{start:%Y-%m-%d %H:%M}", valid_until: +3d}}
holdout: 5%
fields: {{nickname: {{default: 朋友}}}}
variants:
  - name: a
    weight: 50
    messages:
      - text: "{text}"
      - applet_card: {{template: card-001, path: pages/a}}
  - name: b
    weight: 50
    fallback: a
    messages:
{picture}      - applet_card: {{template: card-001, path: pages/b}}
""" if image else f"""campaign: {name}
author: marketing
account: flagship
title: {title}
audience: {{files: [{name}.csv]}}
schedule: {{start: "{start:%Y-%m-%d %H:%M}", valid_until: +3d}}
fields: {{nickname: {{default: 朋友}}}}
variants:
  - name: a
    messages:
      - text: "{text}"
      - applet_card: {{template: card-001, path: pages/a}}
""")
        found = wait(lambda: [run for run in self.runs() if run["campaign"] == name and run.get("review")], 30)
        assert found, "\n".join(path.read_text() for path in (self.root / "inbox").glob("*.report.txt"))
        return found[-1]["run"]

    def now(self):
        return datetime.datetime.fromisoformat(self.api("/v1/status")["now"])


def wait(question, seconds=20, every=0.1):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            answer = question()
            if answer:
                return answer
        except Exception:  # Not yet.
            pass
        time.sleep(every)
    return None
