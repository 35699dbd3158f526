"""Prints every sentence of the catalogues in both languages, side by side, by whom it is for: to be read as a reader."""

import pathlib
import re
import sys

READERS = [
    ("marketers", ("Files", "Intake", "Inbox", "Samples", "Group", "Syntax")),
    ("marketers and reviewers", ("Review", "Reason", "Explain", "Forecast", "Control", "Figures", "Experiment", "Holdout")),
    ("operators", ()),
]
PART = re.compile(r'\b(zh|en):\s*("""\s*\n(.*?)\n\s*"""|"((?:[^"\\]|\\.)*)")', re.DOTALL)
HELD = re.compile(r"\\\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)")


def spoken(match: re.Match) -> str:
    text = match.group(3) if match.group(3) is not None else match.group(4)
    text = re.sub(r"\\\n\s*", "", text)
    return re.sub(r"\s*\n\s*", " / ", HELD.sub("…", text).replace('\\"', '"').replace("\\n", " / ")).strip()


def pairs(text: str):
    chinese = None
    # An argument inside of a sentence could hold quotes of its own.
    for match in PART.finditer(HELD.sub("…", text)):
        if match.group(1) == "zh":
            chinese = spoken(match)
        elif chinese is not None:
            yield chinese, spoken(match)
            chinese = None


def main() -> None:
    files = sorted(pathlib.Path("Sources").glob("*/*Catalogue*.swift"))
    left = set(files)
    for reader, beginnings in READERS:
        print(f"\n===== for {reader} =====")
        for file in files:
            if file not in left or (beginnings and not file.name.startswith(beginnings)):
                continue
            left.discard(file)
            found = list(pairs(file.read_text()))
            if found:
                print(f"\n--- {file.name}")
            for chinese, english in found:
                print(f"{chinese}\n    {english}")


if __name__ == "__main__":
    sys.exit(main())
