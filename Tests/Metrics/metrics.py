"""What monitors read: `make metrics-test`. Debian's prometheus scrapes the daemon while it sends."""
import argparse
import json
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Browser"))
from stage import ROOT, Stage, free_port, wait  # noqa: E402

DEPLOY = ROOT / "Deploy"
SCRAPE_MAX = 0.5
FIRST_FAMILIES = [
    "up", "build_info", "config_hash", "start_time_seconds", "clock_trusted", "stopped", "requests_started_total",
    "contacts_total", "messages_total", "attempts_unknown", "attempts_unknown_oldest_seconds",
    "exchange_seconds", "start_transaction_seconds", "commit_seconds", "step_seconds", "lane_open",
    "lane_people_today", "lane_people_cap", "lane_messages_today", "run_people", "run_forecast_unserved_people",
    "review_waiting", "webhook_backlog", "token_expires_seconds", "consents", "ledger_bytes", "wal_bytes",
    "disk_free_bytes", "ledger_trouble", "log_lines_lost_total", "night_messages_total",
]


def run(*words, **options):
    done = subprocess.run(words, capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}{done.stderr}"
    return done.stdout


def expressions():
    board = json.loads((DEPLOY / "board.json").read_text())
    panels = [panel for panel in board["panels"] if panel["type"] != "row"]
    assert 0 < len(panels) <= 16, len(panels)
    assert [panel["title"] for panel in board["panels"] if panel["type"] == "row"] == [
        "Promises", "Flow", "Caps", "Callbacks", "Store"]
    return [target["expr"] for panel in panels for target in panel["targets"]]


def names(text):
    return set(re.findall(r"\b(?:curfew|process)_[a-z_]+", text))


def check_files(folder):
    run("promtool", "check", "rules", str(DEPLOY / "alerts.yaml"))
    run("promtool", "test", "rules", "alerts.test.yaml", cwd=DEPLOY)
    rules = [{"record": f"board:panel:{number}", "expr": expr} for number, expr in enumerate(expressions())]
    (folder / "board.rules").write_text(json.dumps({"groups": [{"name": "board", "rules": rules}]}))
    run("promtool", "check", "rules", str(folder / "board.rules"))
    alerts = re.findall(r"alert: (\w+)", (DEPLOY / "alerts.yaml").read_text())
    manual = (DEPLOY / "README.md").read_text()
    for alert in alerts:
        assert f"### {alert}\n" in manual, f"README.md has no runbook for {alert}"
    assert len(alerts) == 8, alerts
    return rules


class Prometheus:
    def __init__(self, folder, target, rules):
        self.port = free_port()
        (folder / "prometheus.yml").write_text(json.dumps({
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(folder / "board.rules"), str(DEPLOY / "alerts.yaml")],
            "scrape_configs": [{"job_name": "curfew", "static_configs": [{"targets": [target]}]}]}))
        run("promtool", "check", "config", str(folder / "prometheus.yml"))
        self.log = open(folder / "prometheus.log", "wb")
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/store",
             f"--web.listen-address=127.0.0.1:{self.port}"], stdout=self.log, stderr=self.log)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)

    def ask(self, expression):
        query = urllib.parse.urlencode({"query": expression})
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/query?{query}", timeout=5) as answer:
            return json.loads(answer.read())["data"]["result"]

    def value(self, expression):
        return sum(float(one["value"][1]) for one in self.ask(expression))


def samples(text):
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1])
            for line in text.splitlines() if line and not line.startswith("#")}


def scrape(stage):
    with urllib.request.urlopen(stage.address + "/metrics", timeout=5) as answer:
        return answer.read().decode()


def status(stage, path):
    try:
        with urllib.request.urlopen(stage.address + path, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def watch(stage, folder, rules):
    """A run that sends, and what Prometheus sees of it."""
    spring = stage.campaign("spring", "春季上新", image=False)
    stage.act("review", act="approve", run=spring)
    with Prometheus(folder, f"127.0.0.1:{stage.port}", rules) as prometheus:
        assert wait(lambda: prometheus.value('curfew_contacts_total{outcome="accepted"}') > 20, 90), scrape(stage)[:9000]
        text = scrape(stage)
        run("promtool", "check", "metrics", input=text)
        present = names(text)
        missing = [one for one in FIRST_FAMILIES if not any(name.startswith("curfew_" + one) for name in present)]
        assert not missing, missing
        wanted = set().union(*(names(rule["expr"]) for rule in rules)) | names(
            "\n".join(re.findall(r"expr: (.*)", (DEPLOY / "alerts.yaml").read_text())))
        conditional = {"curfew_gate_refusals_total", "curfew_webhook_events_total", "curfew_webhook_turned_away_total", "curfew_webhook_last_seconds",
                       "curfew_backup_last_success_seconds", "curfew_lane_closed", "curfew_lane_messages_cap"}
        unknown = [name for name in wanted - conditional if name not in text]
        assert not unknown, f"rules or board ask for what the daemon never tells: {unknown}"
        for person in stage.people[:5]:
            assert person not in text
        assert prometheus.value("up") == 1
        assert prometheus.value("max_over_time(scrape_duration_seconds[1m])") < SCRAPE_MAX
        assert prometheus.value("sum(curfew_night_messages_total)") == 0
        failed = [rule["record"] for rule in rules if not wait(lambda: prometheus.ask(rule["record"]), 3)]
        silent = [rules[int(one.rsplit(":", 1)[1])]["expr"] for one in failed]
        silent = [one for one in silent if not conditional & names(one)]
        assert not silent, f"panels without anything on them: {silent}"
        alerts = [one["metric"]["alertname"] for one in prometheus.ask('ALERTS{alertstate="firing"}')]
        assert not alerts, alerts
        return len(text), max(float(one["value"][1]) for one in prometheus.ask("scrape_duration_seconds")) * 1000


def restart(stage):
    """No counter falls or jumps over a kill."""
    before = samples(scrape(stage))
    stage.kill()
    stage.start()
    after = samples(scrape(stage))
    for name, value in before.items():
        if re.match(r"curfew_(requests_started|contacts|messages|gate_refusals|night_messages)_total", name):
            assert after[name] >= value, (name, value, after[name])
    started = [sum(value for name, value in one.items() if name.startswith("curfew_requests_started_total"))
               for one in (before, after)]
    assert started[1] <= started[0] + 40, started


def unwritable(stage):
    """A ledger that takes no writes is no daemon in good health."""
    assert status(stage, "/health") == 200 and status(stage, "/ready") == 200
    import sqlite3
    ledger = sqlite3.connect(stage.root / "state/ledger.db", isolation_level=None)
    ledger.execute("BEGIN IMMEDIATE")
    try:
        assert wait(lambda: status(stage, "/health") == 503, 60)
        assert status(stage, "/ready") == 503
    finally:
        ledger.execute("ROLLBACK")
    assert wait(lambda: status(stage, "/health") == 200, 30)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--sandbox", required=True)
    parser.add_argument("--json", action="store_true")
    words = parser.parse_args()
    if not (shutil.which("promtool") and shutil.which("prometheus")):
        print("Skipped: promtool and prometheus are not there (Debian's package `prometheus`).")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        rules = check_files(folder)
        with Stage(words.binary, shlex.split(words.sandbox), folder / "stage", people=400, pace="10/s,burst=10") as stage:
            size, longest = watch(stage, folder, rules)
            restart(stage)
            unwritable(stage)
    print(f"8 alert rules and their tests, {len(rules)} expressions of the board, a scrape of {size} bytes: well.")
    if words.json:
        print(json.dumps({"metrics": {"rules": 8, "expressions": len(rules), "bytes": size,
                                      "scrape_milliseconds": round(longest, 1), "violations": 0}}))


main()
