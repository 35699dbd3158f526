"""Swift source as a row of words, just far enough to plant a wrong version at a known place."""
import re
from dataclasses import dataclass

OPENING = {"(": ")", "[": "]", "{": "}"}
OPERATOR = set("/=-+!*%<>&|^~?")
WORD = re.compile(r"[A-Za-z_$`#@][A-Za-z0-9_$`]*|[^\x00-\x7f\s]+")
NUMBER = re.compile(r"0x[0-9A-Fa-f_]+|[0-9][0-9_]*(\.[0-9][0-9_]*)?([eE][+-]?[0-9]+)?")


@dataclass
class Token:
    kind: str  # word, number, string, operator, mark
    text: str
    start: int
    end: int
    line: int
    blank_before: bool = False
    blank_after: bool = False
    match: int = -1  # of a bracket: the index of the other one
    inside: int = -1  # the index of the bracket that holds it


def _string_end(text, start):
    """The end of the string that begins at `start`, whose interpolations may hold strings of their own."""
    at = start
    while text[at] == "#":
        at += 1
    hashes = "#" * (at - start)
    quote = '"""' if text.startswith('"""', at) else '"'
    at += len(quote)
    while at < len(text):
        if text.startswith(quote + hashes, at):
            return at + len(quote) + len(hashes)
        if text.startswith("\\" + hashes + "(", at):
            depth, at = 1, at + 2 + len(hashes)
            while depth:
                if text[at] == '"':
                    at = _string_end(text, at)
                    continue
                depth += {"(": 1, ")": -1}.get(text[at], 0)
                at += 1
        elif text[at] == "\\" and not hashes:
            at += 2
        else:
            at += 1
    return at


def _comment_end(text, at):
    if text.startswith("//", at):
        end = text.find("\n", at)
        return len(text) if end < 0 else end
    depth = 0
    while at < len(text):
        if text.startswith("/*", at):
            depth, at = depth + 1, at + 2
        elif text.startswith("*/", at):
            depth, at = depth - 1, at + 2
            if not depth:
                return at
        else:
            at += 1
    return at


def tokens(text):
    found, stack, at, line = [], [], 0, 1
    while at < len(text):
        letter = text[at]
        if letter == "\n":
            line, at = line + 1, at + 1
            continue
        if letter.isspace():
            at += 1
            continue
        if text.startswith("//", at) or text.startswith("/*", at):
            end = _comment_end(text, at)
            line, at = line + text.count("\n", at, end), end
            continue
        hashes = re.match(r'#+"', text[at:])
        if letter == '"' or hashes:
            kind, end = "string", _string_end(text, at)
        elif letter.isdigit():
            kind, end = "number", NUMBER.match(text, at).end()
        elif WORD.match(text, at):
            kind, end = "word", WORD.match(text, at).end()
        elif letter in OPERATOR or text.startswith("..", at):
            end = at + 1
            while end < len(text) and (text[end] in OPERATOR or (text[at] == "." and text[end] in ".<")):
                end += 1
            # A postfix `!` or `?` before a dot or a bracket is one of its own.
            kind = "operator"
        else:
            kind, end = "mark", at + 1
        token = Token(kind, text[at:end], at, end, line)
        token.blank_before = at == 0 or text[at - 1].isspace()
        token.blank_after = end >= len(text) or text[end].isspace()
        token.inside = stack[-1] if stack else -1
        if token.text in OPENING and kind == "mark":
            stack.append(len(found))
        elif token.text in ")]}" and kind == "mark" and stack:
            token.match = stack.pop()
            token.inside = stack[-1] if stack else -1
            found[token.match].match = len(found)
        found.append(token)
        line, at = line + text.count("\n", at, end), end
    return found


def after(row, index):
    """The index behind a token, or behind the whole of a bracket."""
    return row[index].match + 1 if row[index].kind == "mark" and row[index].text in OPENING else index + 1


def is_binary(token):
    return token.kind == "operator" and token.blank_before and token.blank_after
