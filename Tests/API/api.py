"""The API as its description says it: `make api-test`. Real answers by their types, then schemathesis against a rehearsal."""
import argparse
import collections
import datetime
import json
import os
import pathlib
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Browser"))
import stage as browser_stage  # noqa: E402
from stage import ROOT, Socket, Stage, wait  # noqa: E402

DESCRIPTION = ROOT / "Sources/ControlAPI/openapi.yaml"
HOOKS = pathlib.Path(__file__).with_name("hooks.py")
SEED = 20261120
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
          "response_schema_conformance", "unsupported_method")
# Who may do everything: whoever may do nothing is refused before anybody looks at what they ask.
browser_stage.PEOPLE["robot"] = ["author", "reviewer", "operator"]


class SocketProxy:
    """The local socket as a port of this machine: schemathesis speaks no sockets, and half of the API is there alone."""

    def __init__(self, path):
        self.path = path
        self.door = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                near, _ = self.door.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            try:
                far.connect(self.path)
            except OSError:
                near.close()
                continue
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self.carry, args=(one, other), daemon=True).start()

    @staticmethod
    def carry(one, other):
        try:
            while piece := one.recv(65536):
                other.sendall(piece)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            for end in (one, other):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass


def ask(stage, path, person="robot"):
    door = Socket(str(stage.root / "s"))
    door.request("GET", path, headers={"Authorization": f"Bearer token-of-{person}"})
    answer = door.getresponse()
    return answer.status, json.loads(answer.read())


def send(stage, path, body, key=None, person="robot"):
    door = Socket(str(stage.root / "s"))
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer token-of-{person}"}
    if key:
        headers["Idempotency-Key"] = key
    door.request("POST", path, json.dumps(body), headers)
    answer = door.getresponse()
    return answer.status, json.loads(answer.read()), answer.headers


def moment(text):
    """RFC 3339: a day, a time and an offset."""
    try:
        return datetime.datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def answers(stage):
    """What the daemon says about a run that was sent, by the types that the description gives."""
    import jsonschema_rs
    import yaml

    description = yaml.safe_load(DESCRIPTION.read_text())
    run = stage.campaign("spring", "春季上新", image=False)
    stage.act("review", act="approve", run=run)
    assert wait(lambda: stage.api(f"/v1/runs/{run}")["sum"]["accepted"] > 3, 60)
    waiting = stage.campaign("autumn", "秋季", image=False, hours=30)
    known = {"account": "flagship", "user": stage.people[0], "place": "skipped", "file": "spring.yaml"}
    kinds = collections.Counter()
    for path, methods in description["paths"].items():
        operation = methods.get("get")
        if not operation:
            continue
        response = operation["responses"]["200"]
        if "$ref" in response:
            response = description["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
        schema = response["content"].get("application/json", {}).get("schema")
        if not schema:
            continue
        wanted = [one for one in operation.get("parameters", []) if one.get("in") == "query"
                  and (one.get("required") or one["name"] == "run")]
        # What is over has no other course.
        runs = (waiting,) if path.endswith("/what-if") else (run, waiting) if "{run}" in path else (run,)
        for name in runs:
            words = {**known, "run": name}
            address = re.sub(r"{(\w+)}", lambda place: words[place[1]], path)
            question = [f"{one['name']}={words[one['name']]}" for one in wanted]
            pages = [question] + ([question + ["limit=1"]] if "limit" in json.dumps(operation["parameters"]) else []) \
                if "parameters" in operation else [question]
            for page in pages:
                status, answer = ask(stage, address + ("?" + "&".join(page) if page else ""))
                # Nobody handed a file in by a page.
                if path.endswith("/report") and "{file}" in path:
                    assert status == 404, answer
                    continue
                assert status == 200, (address, answer)
                jsonschema_rs.Draft202012Validator(
                    {**schema, "components": description["components"]}, formats={"date-time": moment},
                    validate_formats=True).validate(answer)
                kinds[path] += 1
    validate = lambda name, answer: jsonschema_rs.Draft202012Validator(  # noqa: E731
        {"$ref": f"#/components/schemas/{name}", "components": description["components"]}).validate(answer)
    drop(stage, validate)
    return run, waiting, len(kinds)


def drop(stage, validate):
    """A program brings a campaign from its bench to a run."""
    start = stage.now() + datetime.timedelta(hours=26)
    text = f"""campaign: winter
author: robot
account: flagship
title: 冬季
audience: {{files: [winter.csv]}}
schedule: {{start: "{start:%Y-%m-%d %H:%M}", valid_until: +3d}}
variants:
  - name: a
    messages:
      - text: "冬季的会员价已为你保留。"
      - applet_card: {{template: card-001, path: pages/a}}
"""
    rows = "open_id,nickname\n" + "".join(f"{person},x\n" for person in stage.people[:4])
    for name, content in (("winter.yaml", text), ("winter.csv", rows)):
        for _ in range(2):
            status, answer, headers = send(stage, "/v1/files", {"name": name, "text": content}, key=name)
            assert status == 200 and answer == {"name": name, "bytes": len(content.encode())}, answer
        assert headers["Idempotent-Replayed"] == "true", headers
    assert send(stage, "/v1/files", {"name": "winter.csv", "text": rows + "x"}, key="winter.csv")[0] == 422
    status, verdict, _ = send(stage, "/v1/files/check", {"name": "winter.yaml"})
    validate("Verdict", verdict)
    assert status == 200 and verdict["ok"], verdict
    status, answer, _ = send(stage, "/v1/files/hand-in", {"name": "winter.yaml"})
    assert status == 200 and sorted(answer["files"]) == ["winter.csv", "winter.yaml"], answer
    assert wait(lambda: ask(stage, "/v1/runs/winter")[0] == 200, 30)
    assert wait(lambda: "report" in ask(stage, "/v1/files/winter.yaml/report")[1], 30)
    assert send(stage, "/v1/files", {"name": "winter.yaml", "text": text}, key="again")[0] == 200


def schemathesis(stage, words, folder, runs):
    proxy = SocketProxy(str(stage.root / "s"))
    report = folder / "report.ndjson"
    world = {
        "runs": list(runs) + ["spring", "autumn", "winter"], "people": stage.people[:5], "accounts": ["flagship"],
        "digests": [stage.api(f"/v1/runs/{run}")["digest"] for run in runs], "files": ["winter.yaml", "winter.csv", "x.png"],
        "places": ["skipped", "waiting", "holdout", "unknown"],
    }
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", str(DESCRIPTION), "--url", proxy.address, "--seed", str(SEED),
        "--max-examples", str(words.examples), "--phases", "examples,coverage,fuzzing", "--checks", ",".join(CHECKS),
        "--header", "Authorization: Bearer token-of-robot", "--workers", "1", "--generation-database", "none", "--request-timeout", "20", "--no-color",
        "--continue-on-failure", "--max-failures", "20", "--report", "ndjson", "--report-ndjson-path", str(report),
    ]
    if words.seconds:
        command += ["--max-time", str(words.seconds)]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=folder, timeout=1500,
        env={**os.environ, "SCHEMATHESIS_HOOKS": str(HOOKS), "CURFEW_API_WORLD": json.dumps(world)})
    return done.returncode, done.stdout + done.stderr, report


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--sandbox", required=True)
    parser.add_argument("--examples", type=int, default=120)
    parser.add_argument("--seconds", type=int, default=0)
    parser.add_argument("--least", type=int, default=5000)
    parser.add_argument("--keep")
    parser.add_argument("--json", action="store_true")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(words.keep or name)
        with Stage(words.binary, shlex.split(words.sandbox), folder / "stage", people=30, pace="10/s,burst=10") as stage:
            run, waiting, kinds = answers(stage)
            print(f"{kinds} kinds of answers are what the description says")
            code, output, report = schemathesis(stage, words, folder, (run, waiting))
            log = (folder / "stage/daemon.log").read_text()
            stage.api("/v1/status")
    failed = [line for line in log.splitlines() if "control request failed" in line]
    found = re.search(r"([\d,]+) generated", output)
    cases = int(found[1].replace(",", "")) if found else 0
    if code or failed or cases < words.least:
        print(output[-12000:])
        print("\n".join(failed[:20]))
        sys.exit(f"the API does not do what it says: {cases} cases, {len(failed)} failures in the log")
    print(f"{cases} cases: no server error, no answer against its type")
    if words.json:
        print(json.dumps({"api": {
            "cases": cases, "answers": kinds, "server_errors": 0, "schema_violations": 0, "seed": SEED}}))


main()
