"""Runs a program under the system call filters of a systemd unit: `confine.py UNIT [--without=CALL,…] PROGRAM …`.

What systemd would load from the unit's lines is loaded here by libseccomp, so that it can be tried where systemd is not
the first process. Read from the unit are SystemCallFilter=, RestrictAddressFamilies= and MemoryDenyWriteExecute=."""
import errno
import mmap
import os
import pathlib
import subprocess
import sys

import seccomp

# systemd lets these pass whatever a list of allowed calls says: a program must begin, end and read its clocks.
ALWAYS = {"@default", "execve", "exit", "exit_group", "getrlimit", "rt_sigreturn", "sigreturn"}
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}
FAMILIES_KNOWN = range(46)


def groups():
    found, name = {}, None
    for line in subprocess.run(["systemd-analyze", "syscall-filter"], capture_output=True, text=True, check=True).stdout.splitlines():
        if line.startswith("@"):
            name = line.split()[0]
            found[name] = []
        elif name and line.startswith("    ") and not line.strip().startswith("#"):
            found[name].append(line.strip())
    return found


def settings(unit):
    lines = [line.split("=", 1) for line in pathlib.Path(unit).read_text().splitlines() if line[:1].isupper() and "=" in line]
    return lambda key: [value for name, value in lines if name == key]


def allowed(filters):
    known = groups()

    def calls(names):
        return set().union(*(calls(known[name]) if name.startswith("@") else {name} for name in names)) if names else set()

    assert filters and not filters[0].startswith("~"), "a list of what is allowed comes first"
    result = calls(ALWAYS)
    for line in filters:
        result = result - calls(line[1:].split()) if line.startswith("~") else result | calls(line.split())
    return result


def load_calls(names):
    screen = seccomp.SyscallFilter(defaction=seccomp.ERRNO(errno.EPERM))
    for name in sorted(names):
        try:
            screen.add_rule(seccomp.ALLOW, name)
        except RuntimeError:  # A call of another architecture or a newer kernel.
            pass
    screen.load()


def load_arguments(families, denies_written_code):
    screen = seccomp.SyscallFilter(defaction=seccomp.ALLOW)
    for family in FAMILIES_KNOWN:
        if family not in families:
            screen.add_rule(seccomp.ERRNO(errno.EAFNOSUPPORT), "socket", seccomp.Arg(0, seccomp.EQ, family))
    if denies_written_code:
        both = mmap.PROT_WRITE | mmap.PROT_EXEC
        screen.add_rule(seccomp.ERRNO(errno.EPERM), "mmap", seccomp.Arg(2, seccomp.MASKED_EQ, both, both))
        screen.add_rule(
            seccomp.ERRNO(errno.EPERM), "mprotect", seccomp.Arg(2, seccomp.MASKED_EQ, mmap.PROT_EXEC, mmap.PROT_EXEC))
    screen.load()


def main(unit, *words):
    without = set()
    if words[0].startswith("--without="):
        without, words = set(words[0].split("=", 1)[1].split(",")), words[1:]
    of = settings(unit)
    families = {FAMILIES[name] for line in of("RestrictAddressFamilies") for name in line.split()}
    names = allowed(of("SystemCallFilter")) - without
    load_arguments(families, of("MemoryDenyWriteExecute") == ["yes"])
    load_calls(names | {"execve"})
    os.execv(words[0], words)


main(*sys.argv[1:])
