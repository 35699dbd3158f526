"""The container image: `make container-test`. Its daemon runs as a cluster would run it: the image's own user, entry and
command, process 1 of its own, nothing to be written but /data. It sends, is asked for its health, is killed and goes on."""
import argparse
import json
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Browser"))
from stage import Stage, wait  # noqa: E402

# A runtime's work in four calls; runtimes want control groups, which a builder's machine may not hand out.
BEGIN = r"""
set -e
root=$1 data=$2 settings=$3 work=$4; shift 4
mount --make-rprivate /
mount --bind "$root" "$root"
mount --bind "$data" "$root/data"
mount --bind "$settings" "$root/etc/curfew"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount -o remount,bind,ro "$root"
mount -o remount,bind,ro "$root/etc/curfew"
exec chroot "$root" /usr/bin/env -i "$@"
"""


def command(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


class Image:
    def __init__(self, name):
        self.container = command("buildah", "from", "--pull-never", name)
        self.root = command("buildah", "mount", self.container)
        self.words = json.loads(command("buildah", "inspect", "--type", "image", name))["Docker"]["config"]

    def remove(self):
        command("buildah", "rm", self.container)

    def inside(self, data, settings, arguments):
        """What runs the arguments as the image's user in the image's folder, with nothing of this machine's environment."""
        user, group = self.words["User"].split(":")
        # A thing of Docker's: the command of the health check has no shell.
        bare = ["/usr/bin/setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", "--no-new-privs",
                "--bounding-set=-all", "--inh-caps=-all", "/usr/bin/env", f"--chdir={self.words['WorkingDir']}"]
        return ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", BEGIN, "sh", self.root, str(data),
                str(settings), "", *self.words["Env"], *bare, *arguments]


class Contained(Stage):
    """The stage with its daemon in the image. Commands of this machine reach it by the socket in its folder."""

    def __init__(self, image, sandbox, root):
        self.image = image
        super().__init__("", sandbox, root, people=60, pace="20/s,burst=20")
        settings = self.root / "settings"
        settings.mkdir()
        (settings / "curfew.yaml").write_text((self.root / "curfew.yaml").read_text().replace(str(self.root), "/data"))
        user, group = map(int, self.image.words["User"].split(":"))
        for path in [self.root, *self.root.rglob("*")]:
            os.chown(path, user, group)

    def inside(self, arguments):
        return self.image.inside(self.root, self.root / "settings", arguments)

    def spawn(self, name, arguments):
        if name != "daemon":
            return super().spawn(name, arguments)
        shutil.chown(self.root / "clock", int(self.image.words["User"].split(":")[0]))
        entry = self.image.words["Entrypoint"] + self.image.words["Cmd"] + ["--clock-file", "/data/clock"]
        super().spawn(name, self.inside(entry))

    def drop(self, name, content):
        hidden = self.root / "inbox" / ("." + name)
        hidden.write_bytes(content if isinstance(content, bytes) else content.encode())
        os.chown(hidden, *map(int, self.image.words["User"].split(":")))
        hidden.rename(self.root / "inbox" / name)

    def first(self):
        """The daemon itself: the one child of what made its room."""
        children = pathlib.Path(f"/proc/{self.processes[-1].pid}/task/{self.processes[-1].pid}/children").read_text()
        return int(children.split()[0])

    def health(self):
        # Docker asks in the running container; what differs there is only who is process 1.
        return subprocess.run(self.inside(self.image.words["Healthcheck"]["Test"][1:]), capture_output=True, text=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", required=True)
    parser.add_argument("--sandbox", required=True)
    parser.add_argument("--json", action="store_true")
    words = parser.parse_args()
    image = Image(words.image)
    try:
        with tempfile.TemporaryDirectory() as name, Contained(image, shlex.split(words.sandbox), pathlib.Path(name) / "s") as stage:
            log = stage.root / "daemon.log"
            run = stage.campaign("spring", "春季上新")
            stage.act("review", act="approve", run=run)
            assert wait(lambda: [one for one in stage.runs() if one["run"] == run and one["sum"]["accepted"] > 5], 60), log.read_text()
            status = pathlib.Path(f"/proc/{stage.first()}/status").read_text()
            assert "Uid:\t10001\t10001" in status and "CapEff:\t0000000000000000" in status, status
            alive = stage.health()
            assert alive.returncode == 0, alive
            os.kill(stage.first(), signal.SIGKILL)
            stage.processes.pop().wait(40)
            dead = stage.health()
            assert dead.returncode == 3, dead
            stage.start()
            ended = wait(lambda: [one for one in stage.runs() if one["run"] == run and one["state"] == "finished"], 60)
            assert ended, log.read_text()
            os.kill(stage.first(), signal.SIGTERM)
            assert stage.processes.pop().wait(40) == 0, log.read_text()
            figures = ended[0]["sum"]
            assert figures["holds"] and figures["accepted"] > 40, figures
            size = sum(path.lstat().st_size for path in pathlib.Path(image.root).rglob("*") if path.is_file() and not path.is_symlink()
                       and "proc" not in path.parts[:len(pathlib.Path(image.root).parts) + 1])
            print(f"Sent from the container: {figures['accepted']} of {figures['audience']}, killed once, stopped with 0.")
            if words.json:
                print(json.dumps({"container": {"mib": size >> 20, "accepted": figures["accepted"], "unknown": figures["unknown"],
                                                "violations": 0}}))
    finally:
        image.remove()


main()
