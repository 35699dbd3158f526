"""Many wrong versions in one build: each stands beside the right one behind a switch that a run sets."""
from bisect import bisect_right

# What an operator becomes: (parameters and result, wrong, right). `$` is the name that it gets.
COMPARABLE = [("<T: Comparable>(a: T, b: T) -> Bool", "a {wrong} b", "a {right} b")]
EQUATABLE = [
    ("<T: Equatable>(a: T, b: T) -> Bool", "a {wrong} b", "a {right} b"),
    ("<T>(a: T?, b: _OptionalNilComparisonType) -> Bool", "a {wrong} b", "a {right} b"),
]
LAZY = [("(a: Bool, b: @autoclosure () throws -> Bool) rethrows -> Bool", "try a {wrong} b()", "try a {right} b()")]
OPERATORS = {
    **{sign: ("ComparisonPrecedence", COMPARABLE) for sign in ("<", "<=", ">", ">=")},
    **{sign: ("ComparisonPrecedence", EQUATABLE) for sign in ("==", "!=")},
    "&&": ("LogicalConjunctionPrecedence", LAZY),
    "||": ("LogicalDisjunctionPrecedence", LAZY),
    "+": ("AdditionPrecedence", [
        ("<T: AdditiveArithmetic>(a: T, b: T) -> T", "a - b", "a + b"),
        ("(a: Moment, b: Duration) -> Moment", "a - b", "a + b"),
        ("(a: String, b: String) -> String", "a", "a + b"),
        ("<T>(a: [T], b: [T]) -> [T]", "a", "a + b"),
    ]),
    "-": ("AdditionPrecedence", [
        ("<T: AdditiveArithmetic>(a: T, b: T) -> T", "a + b", "a - b"),
        ("(a: Moment, b: Duration) -> Moment", "a + b", "a - b"),
        ("(a: Moment, b: Moment) -> Duration", "b - a", "a - b"),
    ]),
    "*": ("MultiplicationPrecedence", [
        ("<T: Numeric>(a: T, b: T) -> T", "a + b", "a * b"),
        ("(a: Duration, b: Int) -> Duration", "a", "a * b"),
    ]),
    "/": ("MultiplicationPrecedence", [
        ("<T: BinaryInteger>(a: T, b: T) -> T", "a * b", "a / b"),
        ("<T: FloatingPoint>(a: T, b: T) -> T", "a * b", "a / b"),
    ]),
    "%": ("MultiplicationPrecedence", [("<T: BinaryInteger>(a: T, b: T) -> T", "a / b", "a % b")]),
    "??": ("NilCoalescingPrecedence", [
        ("<T>(a: T?, b: @autoclosure () throws -> T) rethrows -> T", "try b()", "try a ?? b()"),
        ("<T>(a: T?, b: @autoclosure () throws -> T?) rethrows -> T?", "try b()", "try a ?? b()"),
    ]),
    "..<": ("RangeFormationPrecedence", [
        ("<T: Strideable>(a: T, b: T) -> Range<T>", "a..<b.advanced(by: 1)", "a..<b")]),
    "...": ("RangeFormationPrecedence", [
        ("<T: Strideable>(a: T, b: T) -> ClosedRange<T>", "a...b.advanced(by: -1)", "a...b")]),
    "+=": ("AssignmentPrecedence", [("<T: AdditiveArithmetic>(a: inout T, b: T)", "a -= b", "a += b")]),
    "-=": ("AssignmentPrecedence", [("<T: AdditiveArithmetic>(a: inout T, b: T)", "a += b", "a -= b")]),
}
DIGITS = "←↑→↓↖↗↘↙"

SWITCH = """import CampaignModel
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

let wrongVersion = getenv("WRONG_VERSION").flatMap { Int(String(cString: $0)) } ?? 0
nonisolated(unsafe) let wrongVersionsReached: UnsafeMutablePointer<UInt8>? = {
    guard let path = getenv("WRONG_VERSIONS_REACHED") else { return nil }
    let file = open(path, O_RDWR)
    guard file >= 0, let memory = mmap(nil, 65_536, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) else { return nil }
    return memory.assumingMemoryBound(to: UInt8.self)
}()
func isWrong(_ number: Int) -> Bool {
    if let reached = wrongVersionsReached { reached[number] = 1 }
    return wrongVersion == number
}
func another(_ number: Int, _ value: Bool) -> Bool { isWrong(number) ? !value : value }
func another(_ number: Int, _ value: String) -> String { isWrong(number) ? value + "~" : value }
func another<T>(_ number: Int, _ value: [T]) -> [T] { isWrong(number) ? [] : value }
func another<K, V>(_ number: Int, _ value: [K: V]) -> [K: V] { isWrong(number) ? [:] : value }
func another<T>(_ number: Int, _ value: T?) -> T? { isWrong(number) ? nil : value }
func another<T: Numeric>(_ number: Int, _ value: T) -> T { isWrong(number) ? value + 1 : value }
func another(_ number: Int, _ value: Moment) -> Moment { isWrong(number) ? value + .milliseconds(1) : value }
func another(_ number: Int, _ value: Duration) -> Duration { isWrong(number) ? value + .milliseconds(1) : value }
"""


def name_of(number):
    digits = ""
    while number:
        digits, number = DIGITS[number % 8] + digits, number // 8
    return "⊕" + digits


def switch_file(wrongs):
    """The switch and one operator a wrong one. Returns the text and, line by line, whose the line is."""
    lines, owners = SWITCH.split("\n"), {}
    for wrong in wrongs:
        name, on = name_of(wrong.number), f"isWrong({wrong.number})"
        if wrong.form == "prefix":
            lines.append(f"prefix operator {name}; prefix func {name}(a: Bool) -> Bool {{ {on} ? a : !a }}")
        elif wrong.form == "operator":
            right = wrong.change.split(" ")[0]
            precedence, kinds = OPERATORS[right]
            lines.append(f"infix operator {name}: {precedence}")
            for signature, other, own in kinds:
                other, own = other.format(wrong=wrong.becomes, right=right), own.format(wrong=wrong.becomes, right=right)
                # An assignment has two statements; everything else is one value.
                body = f"if {on} {{ {other} }} else {{ {own} }}" if "inout" in signature else \
                    f"if {on} {{ return {other} }}; return {own}"
                lines.append(f"func {name}{signature} {{ {body} }}")
                owners[len(lines)] = wrong
        else:
            continue
        owners[len(lines)] = wrong
    return "\n".join(lines) + "\n", owners


def insertions(wrong):
    """What is put in before and behind the right text, which itself stays where it is."""
    on = f"isWrong({wrong.number})"
    becomes = " ".join(wrong.becomes.split("\n"))
    if wrong.form == "either":
        return f"({on} ? {becomes} : ", ")"
    if wrong.form == "statement":
        return f"if {on} {{ {becomes} }} else {{ ", " }"
    change = [wrong.before, wrong.behind]
    return tuple(part.replace("ON", on).replace("NUMBER", str(wrong.number)) for part in change)


def rendered(text, wrongs):
    """The file with all of them in it, line for line as it was. Each learns where it stands (bytes of a line)."""
    pieces = []  # (place, order, inserted, wrong)
    replaced = {}
    for wrong in wrongs:
        if wrong.form in ("operator", "prefix"):
            replaced[wrong.start] = wrong
            continue
        before, behind = insertions(wrong)
        length = wrong.end - wrong.start
        # At one place: what ends comes before what begins; the longer begins first and ends last.
        pieces.append((wrong.start, 1, -length, wrong.number, before, wrong, True))
        pieces.append((wrong.end, 0, length, -wrong.number, behind, wrong, False))
    for start, wrong in replaced.items():
        pieces.append((start, 2, 0, wrong.number, None, wrong, True))
    pieces.sort(key=lambda piece: piece[:4])
    out, at, size, places = [], 0, 0, {}

    def put(part):
        nonlocal size
        out.append(part)
        size += len(part)

    for place, _, _, _, inserted, wrong, begins in pieces:
        put(text[at:place])
        at = place
        if inserted is None:
            places[wrong.number] = [size, size + len(name_of(wrong.number))]
            put(name_of(wrong.number))
            at = wrong.end
        elif begins:
            places[wrong.number] = [size, size]
            put(inserted)
        else:
            put(inserted)
            places[wrong.number][1] = size
    put(text[at:])
    return "".join(out), places


class Blame:
    """Whose fault an error at a line and column is: the innermost wrong one there, else all of the statement."""

    def __init__(self, text, wrongs, places):
        self.lines = [0]
        for at, letter in enumerate(text):
            if letter == "\n":
                self.lines.append(at + 1)
        self.text, self.wrongs, self.places = text, wrongs, places

    def at(self, line, column):
        begin = self.lines[min(line, len(self.lines)) - 1]
        row = self.text[begin:begin + column + 400].encode()[:column - 1].decode(errors="ignore")
        place = begin + len(row)
        holding = [wrong for wrong in self.wrongs
                   if self.places[wrong.number][0] <= place <= self.places[wrong.number][1]]
        if holding:
            return [min(holding, key=lambda wrong: self.places[wrong.number][1] - self.places[wrong.number][0])]
        near = [wrong for wrong in self.wrongs if self.row(wrong) == line]
        for reach in (4, 15, 60, 10**6):
            near = near or [wrong for wrong in self.wrongs if 0 <= self.row(wrong) - line <= reach]
            near = near or [wrong for wrong in self.wrongs if 0 <= line - self.row(wrong) <= reach]
        return near

    def row(self, wrong):
        return bisect_right(self.lines, self.places[wrong.number][0])
