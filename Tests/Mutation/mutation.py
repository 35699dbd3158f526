#!/usr/bin/env python3
"""Plants wrong versions of a room, one meaning at a time, and counts how many its own tests notice.

    make mutation ROOM=SendingRules [SEED=20261130] [N=120] [FILES=Gate,Retry] [TESTS='GateTests'] [LEAST=90] [FOR=240]

Works in `.build-mutation` beside the tree and changes nothing outside. `Tests/Mutation/README.md` says more.
"""
import argparse
import concurrent.futures
import datetime
import fcntl
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

from generated import Wrong, generated
from schemata import Blame, rendered, switch_file

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = ROOT / ".build-mutation"
TREE = WORK / "tree"
BUILT = WORK / "build"
ERROR = re.compile(r"^(/\S+\.swift):(\d+):(\d+): error: (.*)$", re.M)
PASSED = re.compile(r"Test \"(.*)\" (?:with \d+ test cases? )?passed after ([0-9.]+) seconds")
NAMED = re.compile(r'@Test\(\s*"((?:[^"\\]|\\.)*)".*?\bfunc (\w+)', re.S)
FAILED = re.compile(r"✘\S* Test (.*?) (?:recorded an issue|failed)|Fatal error|Segmentation fault")
# Of the lists of words there are thousands: no kind takes more than its share of a sample.
SHARES = {"word": 0.12, "row": 0.2, "argument": 0.1, "constant": 0.15, "boundary": 0.2}
ALONE_AT_MOST = 6
TRIED_AT_LEAST = 20
# The end of a run whose filter fits no test: nobody was asked, so nobody noticed.
NOBODY_ASKED = 69
# Without a room's name one of these is taken, another each day.
CORE = ["SendingRules", "CampaignFiles", "Channels", "Experiments"]


def say(text):
    print(text, file=sys.stderr, flush=True)


def copied_tree():
    """The files that git knows or would take, written only where they differ, so that a build stays warm."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True,
                            check=True).stdout.decode().split("\0")
    names = {name for name in listed if name and (ROOT / name).is_file()}
    for name in names:
        write(TREE / name, (ROOT / name).read_bytes())
    for there in TREE.rglob("*"):
        if there.is_file() and str(there.relative_to(TREE)) not in names | {"Package.resolved"}:
            there.unlink()
    # A wrong version may well warn: a value never used, a branch never reached.
    package = TREE / "Package.swift"
    write(package, package.read_bytes().replace(b"    .treatAllWarnings(as: .error),\n", b""))
    if (ROOT / "Package.resolved").exists():
        write(TREE / "Package.resolved", (ROOT / "Package.resolved").read_bytes())
    # What was fetched for the tree's own build is not fetched again.
    if not BUILT.exists() and (ROOT / ".build/checkouts").exists():
        BUILT.mkdir(parents=True)
        for name in ("checkouts", "repositories", "artifacts"):
            if (ROOT / ".build" / name).exists():
                shutil.copytree(ROOT / ".build" / name, BUILT / name, symlinks=True)


def write(path, content):
    content = content.encode() if isinstance(content, str) else content
    if not path.exists() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o644)


def build(room, *what):
    done = subprocess.run(
        ["swift", "build", "--package-path", str(TREE), "--scratch-path", str(BUILT), *what], capture_output=True,
        text=True, env={**os.environ, "CURFEW_TESTS_OF": room})
    return done.returncode == 0, done.stdout + done.stderr


class Room:
    def __init__(self, name, only):
        self.name = name
        folder = ROOT / "Sources" / name
        self.texts = {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*.swift"))}
        self.only = [part for part in only.split(",") if part]
        data = ROOT / "Tests/Mutation/Rooms" / f"{name}.json"
        self.known = json.loads(data.read_text()) if data.exists() else {}

    def wanted(self, file):
        return not self.only or stem(file) in self.only or pathlib.Path(file).stem in self.only

    def planted(self):
        """Those written by hand. One that fits no more is a fault of the list, and said."""
        found = []
        for row in self.known.get("planted", []):
            # `«` and `»` stand around what is replaced; without them it is all of it.
            text, (head, piece, tail) = self.texts.get(row["file"], ""), re.fullmatch(
                "(?s)(.*?)«(.*)»(.*)", row["was"] if "«" in row["was"] else f"«{row['was']}»").groups()
            if text.count(head + piece + tail) != 1:
                raise SystemExit(
                    f"{self.name}.json: stands {text.count(head + piece + tail)} times in {row['file']}: {row['was']}")
            start = text.index(head + piece + tail) + len(head)
            line = text.count("\n", 0, start) + 1
            if self.wanted(row["file"]):
                found.append(Wrong(
                    self.name, row["file"], line, "planted", row["why"], start, start + len(piece),
                    becomes=row["becomes"], form=row.get("as", "either"), source=row["was"], why=row["why"]))
        return found

    def equivalent(self, wrong):
        return any(row["file"] == wrong.file and row["line"] == wrong.source and row["change"] in ("*", wrong.change)
                   for row in self.known.get("equivalent", []))

    def sample(self, seed, count):
        files = {name: text for name, text in self.texts.items() if self.wanted(name)}
        pool = generated(self.name, files)
        random.Random(f"{seed}/{self.name}").shuffle(pool)
        taken, shares = [], {}
        for wrong in pool:
            if len(taken) >= count > 0:
                break
            if count > 0 and shares.get(wrong.kind, 0) >= SHARES.get(wrong.kind, 1) * count:
                continue
            shares[wrong.kind] = shares.get(wrong.kind, 0) + 1
            taken.append(wrong)
        return taken


class Trial:
    def __init__(self, room, wrongs, tests=""):
        self.room, self.until = room, 0.0
        self.wrongs = wrongs
        for number, wrong in enumerate(wrongs, start=1):
            wrong.number = number
        self.verdict = {}
        self.alone = [wrong for wrong in wrongs if wrong.form == "alone"]
        # Fewer tests than the room has: what they let pass may well be noticed by another.
        self.which = ["--filter", tests] if tests else []

    def built(self):
        """Everything that can into one build; what does not compile goes out, until the rest does."""
        inside = [wrong for wrong in self.wrongs if wrong.form != "alone"]
        # What did not compile the last time is not built again: each round of it costs a build of the room.
        remembered = WORK / f"{self.room.name}.refused.json"
        known = set(json.loads(remembered.read_text())) if remembered.exists() else set()
        for wrong in [wrong for wrong in inside if wrong.kind != "planted" and key(wrong) in known]:
            self.verdict[wrong.number] = "did not compile"
            inside.remove(wrong)
        for turn in range(30):
            blames = self.written(inside)
            ok, output = build(self.room.name, "--target", self.room.name)
            if ok:
                break
            out = self.blamed(output, blames)
            if not out:
                raise SystemExit("The room does not build, and no wrong version is to blame:\n" + output[-3000:])
            say(f"  {len(out)} of {len(inside)} do not compile here")
            for wrong in out:
                self.refused(wrong)
            inside = [wrong for wrong in inside if wrong not in out or self.verdict.get(wrong.number) is None
                      and wrong not in self.alone]
        known |= {key(wrong) for wrong in self.wrongs if self.verdict.get(wrong.number) == "did not compile"}
        remembered.write_text(json.dumps(sorted(known), ensure_ascii=False))
        ok, output = build(self.room.name, "--build-tests")
        if not ok:
            raise SystemExit("The tests do not build:\n" + output[-3000:])
        return inside

    def refused(self, wrong):
        if wrong.kind != "planted":
            self.verdict[wrong.number] = "did not compile"
        elif wrong.form == "either":
            wrong.form = "statement"
        else:
            self.alone.append(wrong)

    def written(self, inside):
        blames = {}
        for name, text in self.room.texts.items():
            here = [wrong for wrong in inside if wrong.file == name]
            content, places = rendered(text, here)
            path = TREE / "Sources" / self.room.name / name
            write(path, content)
            blames[str(path)] = Blame(content, here, places)
        content, self.owners = switch_file(inside)
        write(TREE / "Sources" / self.room.name / "WrongVersion.swift", content)
        return blames

    def blamed(self, output, blames):
        out = []
        for path, line, column, _ in ERROR.findall(output):
            if path.endswith("WrongVersion.swift"):
                out += [wrong for at, wrong in self.owners.items() if at == int(line)]
            elif path in blames:
                out += blames[path].at(int(line), int(column))
        return list({wrong.number: wrong for wrong in out}.values())

    def tested(self, inside):
        program = next(BUILT.glob("debug/*PackageTests.xctest"))
        reached = WORK / "reached"
        reached.write_bytes(bytes(65_536))
        began = time.monotonic()
        failed, output = run(
            program, 0, 600, ["--no-parallel", *self.which], {"WRONG_VERSIONS_REACHED": str(reached)})
        if failed or not PASSED.search(output):
            raise SystemExit("The tests fail without a wrong version:\n" + output[-3000:])
        needed = time.monotonic() - began
        slow = self.slow(output, needed)
        say(f"  {len(inside)} in one build; the tests alone need {needed:.1f} s, {len(slow)} of them most of it")
        # Most are noticed by a quick test: the slow ones are asked about what is left.
        passes = [[*self.which, "--skip", "|".join(slow)], ["--filter", "|".join(slow)]] if slow else [self.which]
        seen = reached.read_bytes()
        waiting = []
        for wrong in inside:
            if not seen[wrong.number]:
                self.verdict[wrong.number] = "survived: never reached"
            else:
                waiting.append(wrong)
        patience = max(15, 4 * needed)

        def tried(wrong):
            if time.monotonic() > self.until:
                return wrong, None
            # Those that bear the file's name first: `LedgerSQLite+Start.swift` is `StartTests`' business.
            for which in [["--filter", f"{stem(wrong.file)}s?Tests"], *passes]:
                failed, _ = run(program, wrong.number, patience, which)
                if failed:
                    return wrong, f"killed: {failed}"
            return wrong, "survived"

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for wrong, verdict in pool.map(tried, waiting):
                if verdict:
                    self.verdict[wrong.number] = verdict

    def slow(self, output, needed):
        """The names of the tests that take a large part of the whole each."""
        texts = [path.read_text() for path in (TREE / "Tests" / f"{self.room.name}Tests").glob("*.swift")]
        names = {title.replace('\\"', '"'): name for text in texts for title, name in NAMED.findall(text)}
        return [f"/{names[title]}\\(" for title, seconds in PASSED.findall(output)
                if float(seconds) > max(0.3, needed / 30) and title in names]

    def tried_alone(self):
        """What cannot stand beside the right one has a build of its own; few may."""
        for wrong in random.Random(len(self.wrongs)).sample(self.alone, min(len(self.alone), ALONE_AT_MOST)):
            if time.monotonic() > self.until:
                return
            self.written([])
            text = self.room.texts[wrong.file]
            write(TREE / "Sources" / self.room.name / wrong.file, text[:wrong.start] + wrong.becomes + text[wrong.end:])
            ok, output = build(self.room.name, "--build-tests")
            if not ok:
                self.verdict[wrong.number] = "did not compile"
                continue
            failed, _ = run(next(BUILT.glob("debug/*PackageTests.xctest")), 0, 300, self.which)
            self.verdict[wrong.number] = f"killed: {failed}" if failed else "survived"


def stem(file):
    return pathlib.Path(file).stem.split("+")[-1]


def key(wrong):
    return f"{wrong.file}|{wrong.source}|{wrong.change}"


def run(program, number, patience, which=(), more={}):
    """One run of the room's tests, ended by its first failure. Returns what noticed, or nothing."""
    process = subprocess.Popen(
        [str(program), "--testing-library", "swift-testing", *which], cwd=TREE, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True,
        env={**os.environ, "WRONG_VERSION": str(number), "SWIFT_BACKTRACE": "enable=no", "NO_COLOR": "1",
             **more})
    late = threading.Event()

    def end():
        late.set()
        os.killpg(process.pid, signal.SIGKILL)

    timer = threading.Timer(patience, end)
    timer.start()
    noticed, output = "", []
    try:
        for line in process.stdout:
            output.append(line)
            match = FAILED.search(line)
            if match:
                noticed = match.group(1) or "a trap"
                if not more:
                    os.killpg(process.pid, signal.SIGKILL)
                    break
        code = process.wait()
    finally:
        timer.cancel()
    if late.is_set():
        noticed = "out of time"
    elif code not in (0, NOBODY_ASKED) and not noticed:
        noticed = f"ended with {code}"
    return noticed, "".join(output)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("room")
    parser.add_argument("--seed", default="")
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--files", default="")
    parser.add_argument("--tests", default="")
    parser.add_argument("--least", type=float, default=0)
    parser.add_argument("--seconds", type=float, default=3600)
    options = parser.parse_args()
    seed = options.seed or datetime.date.today().strftime("%Y%m%d")
    began = time.monotonic()
    name = options.room
    if name == "today":
        name = CORE[datetime.date.today().toordinal() % len(CORE)]
    room = Room(name, options.files)
    planted = room.planted()
    wrongs = planted + room.sample(seed, options.count)
    equal = [wrong for wrong in wrongs if room.equivalent(wrong)]
    wrongs = [wrong for wrong in wrongs if not room.equivalent(wrong)]
    # One run at a time works there.
    WORK.mkdir(exist_ok=True)
    lock = open(WORK / "lock", "w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    say(f"{room.name}: SEED={seed}, {len(planted)} by hand, {len(wrongs) - len(planted)} generated")
    copied_tree()
    trial = Trial(room, wrongs, options.tests)
    inside = trial.built()
    # The time that was given is for trying; what the build takes it takes.
    trial.until = time.monotonic() + options.seconds
    trial.tested(inside)
    trial.tried_alone()
    report(room, seed, trial, len(equal), time.monotonic() - began, options.least)


def report(room, seed, trial, equal, seconds, least):
    killed = [wrong for wrong in trial.wrongs if trial.verdict.get(wrong.number, "").startswith("killed")]
    survived = [wrong for wrong in trial.wrongs if trial.verdict.get(wrong.number, "").startswith("survived")]
    no = sum(verdict == "did not compile" for verdict in trial.verdict.values())
    for wrong in sorted(survived, key=lambda wrong: (wrong.file, wrong.line)):
        reach = " (no test comes here)" if "never" in trial.verdict[wrong.number] else ""
        print(f"survived: Sources/{room.name}/{wrong.file}:{wrong.line}: {wrong.kind}: {wrong.change}{reach}\n"
              f"    {wrong.source}")
    with open(WORK / f"{room.name}.log", "w") as log:
        for wrong in trial.wrongs:
            log.write(f"{trial.verdict.get(wrong.number, 'not tried')}\t{wrong.file}:{wrong.line}\t{wrong.kind}\t"
                      f"{wrong.change}\t{wrong.source}\n")
    valid = len(killed) + len(survived)
    score = round(100 * len(killed) / valid, 1) if valid else 0
    tally = {}
    for wrong in killed + survived:
        row = tally.setdefault(wrong.kind, [0, 0])
        row[0] += wrong in killed
        row[1] += 1
    print("by kind: " + ", ".join(f"{kind} {row[0]}/{row[1]}" for kind, row in sorted(tally.items())))
    print(json.dumps({"mutation": {
        "room": room.name, "seed": seed, "valid": valid, "killed": len(killed), "score": score,
        "survived": len(survived), "did_not_compile": no, "equivalent": equal,
        "not_tried": len(trial.wrongs) - valid - no, "seconds": round(seconds)}}))
    # Too few to say anything: a slow machine is no reason to fail.
    if valid >= TRIED_AT_LEAST and score < least:
        sys.exit(f"{room.name}: {score} % of {valid} wrong versions were noticed, {least} % is the least")


if __name__ == "__main__":
    main()
