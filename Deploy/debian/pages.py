"""Man pages from what the program says of itself: `curfew --experimental-dump-help | pages.py FOLDER`, one a command."""
import json
import pathlib
import sys


def quoted(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line.startswith((".", "'")) else line for line in text.splitlines())


def option(argument):
    names = [("--" if name["kind"] == "long" else "-") + name["name"] for name in argument.get("names", [])]
    value = "" if argument["kind"] == "flag" else f" <{argument.get('valueName', 'value')}>"
    if argument["kind"] == "positional":
        names, value = [f"<{argument.get('valueName', 'value')}>"], ""
    return ", ".join(name + value for name in names)


def usage(names, command):
    words = []
    for argument in command.get("arguments", []):
        if not argument.get("shouldDisplay", True):
            continue
        word = option(argument).split(", ")[0 if argument["kind"] == "positional" else -1]
        words.append(f"[{word}]" if argument.get("isOptional") else word)
    if command.get("subcommands"):
        words.append("<subcommand>")
    return " ".join(names + words)


def page(names, command, version):
    title = "-".join(names)
    lines = [f'.TH "{title.upper()}" 1 "" "curfew {version}" "Curfew"', ".SH NAME",
             f"{quoted(title)} \\- {quoted(command.get('abstract', '').rstrip('.'))}", ".SH SYNOPSIS", ".nf",
             quoted(usage(names, command)), ".fi"]
    if command.get("discussion"):
        lines += [".SH DESCRIPTION", ".nf", quoted(command["discussion"]), ".fi"]
    shown = [one for one in command.get("arguments", []) if one.get("shouldDisplay", True)]
    if shown:
        lines.append(".SH OPTIONS")
        for argument in shown:
            text = argument.get("abstract", "")
            if argument.get("defaultValue"):
                text += f" (default: {argument['defaultValue']})"
            lines += [".TP", f"\\fB{quoted(option(argument))}\\fR", quoted(text) or "\\&"]
    children = [one for one in command.get("subcommands", []) if one["commandName"] != "help"
                and one.get("shouldDisplay", True)]
    if children:
        lines.append(".SH COMMANDS")
        for child in children:
            lines += [".TP", f"\\fB{quoted('-'.join(names + [child['commandName']]))}\\fR(1)",
                      quoted(child.get("abstract", "")) or "\\&"]
    lines += [".SH SEE ALSO", "/usr/share/doc/curfew/README.md, /usr/share/doc/curfew/campaigns/README.md"]
    return "\n".join(lines) + "\n"


def write(folder, names, command, version):
    (folder / ("-".join(names) + ".1")).write_text(page(names, command, version))
    for child in command.get("subcommands", []):
        if child["commandName"] != "help" and child.get("shouldDisplay", True):
            write(folder, names + [child["commandName"]], child, version)


def main():
    folder = pathlib.Path(sys.argv[1])
    write(folder, ["curfew"], json.load(sys.stdin)["command"], sys.argv[2] if len(sys.argv) > 2 else "")


main()
