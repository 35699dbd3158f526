"""Wrong versions that are read off the source: one meaning changed at a time."""
import re
from dataclasses import dataclass, field

from swift_text import after, is_binary, tokens

COMPARISONS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
ARITHMETIC = {"+": "-", "-": "+", "*": "+", "/": "*", "%": "/", "&&": "||", "||": "&&", "??": "the default",
              "..<": "one more", "...": "one less", "+=": "-=", "-=": "+="}
UNITS = {"milliseconds": "seconds", "seconds": "minutes", "minutes": "seconds", "hours": "minutes", "days": "hours"}
QUERY = re.compile(r"\b(SELECT|UPDATE|INSERT|DELETE)\b")
QUERY_CHANGES = {">=": ">", "<=": "<", "<": "<=", ">": ">=", "<>": "=", "=": "<>", "+": "-", "-": "+", "max(": "min(",
                 "min(": "max(", "DESC": "ASC", "AND": "OR", "coalesce(sum(": "coalesce(max("}
ASSIGNS = re.compile(r"\bSET\b(?![\s\S]*\b(?:WHERE|ON|WHEN)\b)[\s\S]*$")
QUERY_SIGNS = re.compile(
    r" (?:>=|<=|<>|<|>|=|\+|-) |\b(?:max\(|min\(|DESC\b)|\bAND (?:\+?[a-z_.]+) (?:=|>=|<=|<|>|<>|IS) [?0-9A-Za-z_. ]+?(?=\n|\)|$| AND| OR| ORDER| GROUP| LIMIT)")
STATEMENT_ENDS = {"{", "}", ";"}
TYPE_WORDS = {"struct", "class", "enum", "extension", "protocol", "actor"}


@dataclass
class Wrong:
    """One wrong version: where, what becomes of it, and how it is written beside the right one."""
    room: str
    file: str
    line: int
    kind: str
    change: str
    start: int
    end: int
    becomes: str = ""
    form: str = "either"  # either, operator, prefix, before-after, statement
    before: str = ""
    behind: str = ""
    source: str = ""  # the whole line, by which an equivalent one is known again
    why: str = ""
    number: int = 0
    spans: list = field(default_factory=list)


class Reader:
    def __init__(self, room, file, text, members):
        self.room, self.file, self.text, self.members = room, file, text, members
        self.row = tokens(text)
        self.lines = text.split("\n")
        self.found = []

    def add(self, kind, change, first, last, **rest):
        """Of the tokens from `first` up to and with `last`."""
        start, end = self.row[first].start, self.row[last].end
        piece = self.text[start:end]
        if "//" in piece or '"""' in piece or self.in_trap(first):
            return
        line = self.row[first].line
        self.found.append(Wrong(
            self.room, self.file, line, kind, change, start, end, source=self.lines[line - 1].strip(), **rest))

    def in_trap(self, index):
        """A trap ends the program, and what it says is read by nobody who could act on it; what a log says is promised
        to nobody."""
        if self.begins_line(index) and any(
                token.text == "logger" for token in self.row[index:index + 4] if token.line == self.row[index].line):
            return True
        holder = self.row[index].inside
        while holder > 0:
            if self.row[holder - 1].text in ("precondition", "preconditionFailure", "fatalError", "assert",
                                             "reserveCapacity"):
                return True
            if self.row[holder - 1].kind == "word" and holder > 2 and self.row[holder - 3].text == "logger":
                return True
            holder = self.row[holder].inside
        return False

    def piece(self, first, last):
        return self.text[self.row[first].start:self.row[last].end]

    def all(self):
        for index, token in enumerate(self.row):
            if token.kind == "operator":
                self.operator(index, token)
            elif token.kind == "number" or token.text in ("true", "false"):
                self.constant(index, token)
            elif token.kind == "string":
                self.word(index, token)
            elif token.text in ("if", "guard", "while"):
                self.conditions(index, token.text)
            elif token.text == "where":
                self.where(index)
            elif token.text == "return":
                self.result(index)
            elif token.text == "case":
                self.case_row(index)
            elif token.text == "[" and token.blank_before:
                self.list_row(index)
            elif token.text == ".":
                self.member(index)
            elif token.text == "(" and not token.blank_before and index and self.row[index - 1].kind == "word":
                self.arguments(index)
            if token.kind == "word" and self.begins_line(index):
                self.statement(index)
        return self.found

    def begins_line(self, index):
        return index == 0 or self.row[index - 1].line < self.row[index].line

    def operator(self, index, token):
        if is_binary(token) and token.text in COMPARISONS:
            self.add("comparison", f"{token.text} → {COMPARISONS[token.text]}", index, index, form="operator",
                     becomes=COMPARISONS[token.text])
        elif (is_binary(token) or token.text in ("..<", "...")) and token.text in ARITHMETIC:
            # A type's `&` or an open range is none.
            before, behind = self.row[index - 1], self.row[index + 1]
            if token.text in ("..<", "...") and (before.text in "([,:" or behind.text in ")],"):
                return
            self.add("arithmetic" if token.text not in ("&&", "||") else "branch",
                     f"{token.text} → {ARITHMETIC[token.text]}", index, index, form="operator",
                     becomes=ARITHMETIC[token.text])
        elif token.text == "!" and not token.blank_after and (token.blank_before or self.row[index - 1].text in "(["):
            self.add("branch", "! → (nothing)", index, index, form="prefix")
        elif token.text == "?" and is_binary(token):
            self.choice(index)

    def choice(self, index):
        """`condition ? one : other`: the condition turned around."""
        first = index
        while first > 0:
            before = self.row[first - 1]
            if before.text in ")]}" and before.match >= 0:
                first = before.match
                continue
            if before.text in "([{,:" or before.text in ("return", "in", "=", "??", "+=", "?", "await", "try") or \
                    self.begins_line(first) and before.text not in ("&&", "||") and self.row[first].text not in (
                        "&&", "||", "?", "."):
                break
            first -= 1
        if first < index:
            self.add("branch", "? turned around", first, index - 1, form="before-after", before="((", behind=") != ON)")

    def constant(self, index, token):
        if token.text in ("true", "false"):
            other = "false" if token.text == "true" else "true"
            self.add("constant", f"{token.text} → {other}", index, index, becomes=other)
            return
        if self.row[index - 1].text == "." or self.row[index - 1].text.startswith("$"):
            return
        plain = token.text.replace("_", "")
        if "." in plain or "e" in plain.lower() and not plain.startswith("0x"):
            others = [f"({token.text} * 1.05 + 0.0001)"]
        else:
            value = int(plain, 0) if plain.startswith("0x") or plain == "0" else int(plain)
            others = [str(value + 1)] + ([str(value - 1)] if value > 0 else [])
        for other in others:
            self.add("boundary" if plain.isdigit() else "constant", f"{token.text} → {other}", index, index,
                     becomes=other)

    def query(self, index, token):
        """A statement of the database: one comparison, sign, order or condition of it."""
        text = token.text
        body = "\n".join(line.strip() for line in text[3:-3].strip("\n").split("\n"))
        if not QUERY.search(body) or "//" in body:
            return
        for found in QUERY_SIGNS.finditer(body):
            sign = found.group(0)
            if sign.startswith("AND "):
                # Its values stay in their places: a statement that lacks one would only fail.
                other = f"AND (TRUE OR {sign[4:]})"
            elif sign == " = " and ASSIGNS.search(body[:found.start()]):
                continue
            else:
                other = QUERY_CHANGES[sign.strip()]
                other = sign.replace(sign.strip(), other)
            changed = body[:found.start()] + other + body[found.end():]
            near = body[max(0, found.start() - 24):found.end() + 24].replace("\n", " ")
            start, end = token.start, token.end
            line = token.line + text.count("\n", 0, 4) + body.count("\n", 0, found.start())
            escaped = changed.replace('"', '\\"').replace("\n", "\\n") if "\\(" not in changed else None
            if escaped is None:
                continue
            self.found.append(Wrong(
                self.room, self.file, line, "query", f"{sign.strip()} → {other.strip()} in …{near}…",
                start, end, becomes=f'"{escaped}"', source=self.lines[line - 1].strip()))

    def word(self, index, token):
        if token.text.startswith('"""'):
            self.query(index, token)
            return
        if "\\" in token.text or token.text.startswith(('"""', "#")):
            return
        # Letters, not a sign: a search folds signs away.
        other = '"~"' if token.text == '""' else token.text[:-1] + 'qz"'
        self.add("word", f"{token.text} → {other}", index, index, becomes=other)

    def clauses(self, index, ends):
        """The parts of a condition between `index` and one of `ends`, split at its own commas."""
        first = at = index + 1
        while at < len(self.row):
            text = self.row[at].text
            if text in ends and not (text == "{" and self.is_closure(at, first)):
                if at > first:
                    yield first, at - 1
                return
            if text == ",":
                if at > first:
                    yield first, at - 1
                first = at + 1
            at = after(self.row, at)

    def is_closure(self, at, first):
        """`x.contains {` goes on behind its brace; the brace of a body does not."""
        close = self.row[at].match
        if close < 0 or close + 1 >= len(self.row) or self.row[at].line != self.row[close].line:
            return False
        return self.row[close + 1].text in (",", "{", "else", "&&", "||", "==", "??", ")") and \
            self.row[close + 1].line == self.row[close].line and self.row[close + 1].text != "else" or \
            self.row[close + 1].text == "else" and self.row[first - 1].text in ("guard", ",")

    def conditions(self, index, keyword):
        ends = ("else",) if keyword == "guard" else ("{",)
        for first, last in self.clauses(index, ends):
            if self.row[first].text in ("let", "var"):
                self.binding(keyword, first, last)
            elif self.row[first].text not in ("case", "#available", "_"):
                self.condition(keyword, first, last)

    def binding(self, keyword, first, last):
        equals = next((at for at in range(first, last) if self.row[at].text == "="), None)
        if equals is None:
            return
        value = equals + 1
        while self.row[value].text in ("try", "await"):
            value += 1
        self.add("guard" if keyword == "guard" else "branch", "found → nil", value, last, becomes="nil")

    def condition(self, keyword, first, last):
        if keyword == "guard":
            self.add("guard", "guard dropped", first, last, form="before-after", before="((", behind=") || ON)")
            return
        self.add("branch", "never taken", first, last, form="before-after", before="((", behind=") && !ON)")
        if keyword == "if":
            self.add("branch", "always taken", first, last, form="before-after", before="((", behind=") || ON)")

    def where(self, index):
        for first, last in self.clauses(index, ("{", ":")):
            self.add("branch", "where dropped", first, last, form="before-after", before="((", behind=") || ON)")
            return

    def result(self, index):
        last = self.line_end(index)
        if last > index and self.row[index + 1].line == self.row[index].line and \
                self.row[index + 1].text not in ("try", "await", "nil", "true", "false", "switch", "if"):
            self.add("result", "another result", index + 1, last, form="before-after", before="another(NUMBER, ",
                     behind=")")

    def line_end(self, index):
        """The last token of the statement that begins at `index`."""
        at = index
        while True:
            behind = after(self.row, at)
            if behind >= len(self.row) or self.row[behind].text in ("}", ";") or self.row[behind].text == ")":
                return behind - 1
            ended = self.row[behind - 1].line < self.row[behind].line
            if ended and not (self.row[behind].text in (".", "?", ":", ",") or is_binary(self.row[behind])
                              or is_binary(self.row[behind - 1])):
                return behind - 1
            at = behind

    def case_row(self, index):
        """Of two neighbouring rows of a table, one gets what belongs to the other."""
        own, behind = self.case_body(index)
        if not own or behind >= len(self.row) or self.row[behind].text != "case":
            return
        other, _ = self.case_body(behind)
        if not other or self.piece(*own) == self.piece(*other):
            return
        self.add("row", "the next row's", *own, becomes=self.piece(*other))

    def case_body(self, index):
        at = index + 1
        while at < len(self.row) and self.row[at].text != ":":
            if self.row[at].text in STATEMENT_ENDS or self.row[at].text == "=":
                return None, at
            at = after(self.row, at)
        first = at + 1
        if first < len(self.row) and self.row[first].text == "return":
            first += 1
        if first >= len(self.row) or self.row[first].text in ("case", "}", "break", "let", "if", "switch", "for", "try"):
            return None, first
        last = self.line_end(first)
        return ((first, last) if "\n" not in self.piece(first, last) else None), last + 1

    def list_row(self, index):
        close = self.row[index].match
        if close < 0 or self.row[index].inside >= 0 and self.row[close].end - self.row[index].start > 900:
            return
        commas, at = [], index + 1
        while at < close:
            if self.row[at].text == ",":
                commas.append(at)
            at = after(self.row, at)
        edges = [index] + commas + [close]
        rows = [(one + 1, other - 1) for one, other in zip(edges, edges[1:]) if other - one > 1]
        if len(rows) < 2:
            return
        for dropped in rows:
            rest = ", ".join(self.piece(*row) for row in rows if row != dropped)
            self.add("row", f"without {self.piece(*dropped)[:40]}", index, close, becomes=f"[{rest}]")

    def member(self, index):
        """`.minutes(5)`: another unit. `effect: .skip`: another value that stands elsewhere behind the same label."""
        row = self.row
        if index + 1 >= len(row) or row[index + 1].kind != "word":
            return
        name = row[index + 1].text
        implicit = row[index].blank_before or row[index - 1].text in "(["
        if name in UNITS and index + 2 < len(row) and row[index + 2].text == "(":
            first = index if implicit else index - 1
            close = row[index + 2].match
            if implicit or row[first].text in ("Duration", "PreciseDuration"):
                other = self.piece(first, close).replace(name, UNITS[name], 1)
                self.add("unit", f"{name} → {UNITS[name]}", first, close, becomes=other)
        elif implicit and row[index - 1].text == ":" and index >= 2 and row[index + 2].text in (",", ")"):
            label = row[index - 2].text
            for other in sorted(self.members.get(label, set()) - {name})[:4]:
                self.add("row", f"{label}: .{name} → .{other}", index, index + 1, becomes=f".{other}")

    def arguments(self, index):
        """A call without one of its labelled arguments; compiles where that one has a default."""
        row = self.row
        first = index - 1
        while first > 0 and not row[first].blank_before and row[first - 1].text == ".":
            first -= 1
            if not row[first].blank_before and row[first - 1].kind == "word":
                first -= 1
            else:
                break
        if row[first - 1].text in ("func", "init", "case", "@") or row[index - 1].text in ("init", "if", "switch"):
            return
        if first and not row[first].blank_before and row[first - 1].text not in ("(", "[", "!", "{"):
            return
        close = row[index].match
        edges, at = [index], index + 1
        while at < close:
            if row[at].text == ",":
                edges.append(at)
            at = after(row, at)
        edges.append(close)
        parts = [(one + 1, other - 1) for one, other in zip(edges, edges[1:]) if other - one > 1]
        for part in parts:
            if row[part[0] + 1].text != ":" or row[part[0]].text == "_":
                continue
            rest = ", ".join(self.piece(*other) for other in parts if other != part)
            self.add("argument", f"without {row[part[0]].text}:", first, close,
                     becomes=f"{self.piece(first, index - 1)}({rest})")

    def statement(self, index):
        text = self.row[index].text
        holder = self.row[index].inside
        if holder < 0 or self.row[holder].text != "{" or text[0] == "@" or text in (
                "let", "var", "case", "default", "return", "if", "guard", "for", "while", "switch", "func", "package",
                "private", "static", "fileprivate", "init", "import", "struct", "enum", "extension", "defer", "do",
                "throw", "break", "continue", "mutating", "repeat", "precondition", "assert", "public", "else", "final",
                "nonisolated", "subscript", "get", "set", "typealias", "class", "actor", "protocol", "lazy", "weak"):
            return
        head = holder
        while head > 0 and self.row[head - 1].line == self.row[holder].line:
            head -= 1
            if self.row[head].text in TYPE_WORDS:
                return
        last = self.line_end(index)
        if any(self.row[at].text == "=" or self.row[at].text == "(" for at in range(index, last + 1)):
            self.add("statement", "statement dropped", index, last, form="before-after", before="if !ON { ", behind=" }")


def members_of(texts):
    """Label → the values that stand behind it anywhere in the room."""
    found = {}
    for text in texts:
        row = tokens(text)
        for index in range(2, len(row) - 2):
            if row[index].text == "." and row[index - 1].text == ":" and row[index + 1].kind == "word" \
                    and row[index + 2].text in (",", ")") and row[index].blank_before:
                found.setdefault(row[index - 2].text, set()).add(row[index + 1].text)
    return found


def generated(room, files):
    """All of them. `files`: name → text."""
    members = members_of(files.values())
    return [wrong for name, text in sorted(files.items()) for wrong in Reader(room, name, text, members).all()]
