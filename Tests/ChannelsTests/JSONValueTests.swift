import Foundation
import Testing

@testable import Channels

@Suite("The strict JSON reader")
struct JSONValueTests {
    @Test("It agrees with Foundation's reader on every mutilation of a real reply")
    func agreesWithFoundation() {
        let reply = Array(
            #"{"msg_id":"@a\u00e9\n","n":[1,-2.5e3,true,null,"\ud83d\ude00"],"data":{"error_code":0,"d":"忙"}}"#.utf8)
        var taken = 0
        let replacements: [UInt8] = Array("\"\\{}[],:0-.e tu".utf8) + [0x00, 0x1f, 0xff]
        for index in reply.indices {
            var shorter = reply
            shorter.remove(at: index)
            var variants = [shorter, Array(reply[..<index])]
            for byte in replacements {
                var changed = reply
                changed[index] = byte
                variants.append(changed)
            }
            taken += variants.count(where: check)
        }
        // Written down, so that a reader which refuses everything does not agree with everybody.
        #expect(taken == 453)
    }

    /// Ours may refuse more (a key twice); what ours takes, Foundation's must take and read alike.
    private func check(_ bytes: [UInt8]) -> Bool {
        guard let ours = JSONValue(strict: bytes) else { return false }
        // Safe because nil is the case that is looked for.
        let theirs = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
        guard let theirs else {
            Issue.record("only ours takes \(String(decoding: bytes, as: UTF8.self))")
            return true
        }
        #expect(Self.agrees(ours, theirs), "\(String(decoding: bytes, as: UTF8.self))")
        return true
    }

    private static func agrees(_ ours: JSONValue, _ theirs: Any) -> Bool {
        switch ours {
        case .null: theirs is NSNull
        case .bool(let value): (theirs as? Bool) == value
        case .integer(let value): (theirs as? NSNumber)?.int64Value == value
        case .decimal(let value): (theirs as? NSNumber)?.doubleValue == value
        case .text(let text): (theirs as? String) == text
        case .array(let elements):
            (theirs as? [Any]).map { $0.count == elements.count && zip(elements, $0).allSatisfy(agrees) } ?? false
        case .object(let members):
            (theirs as? [String: Any]).map { object in
                object.count == members.count
                    && members.allSatisfy { member in object[member.key].map { agrees(member.value, $0) } ?? false }
            } ?? false
        }
    }

    @Test("Two keys are the same when their bytes are, whatever they look like")
    func keys() {
        let twice = Array("{\"\u{E9}\":1,\"e\u{301}\":2,\"K\":3,\"\u{212A}\":4}".utf8)
        let value = JSONValue(strict: twice)
        #expect(value?["\u{E9}"] == .integer(1) && value?["e\u{301}"] == .integer(2) && value?["K"] == .integer(3))
        #expect(JSONValue(strict: Array(#"{"a":1,"a":2}"#.utf8)) == nil)
        #expect(JSONValue(tolerant: Array(#"{"a":1,"a":2}"#.utf8))?["a"] == .integer(1))
    }

    @Test(
        "Whole texts that must be taken",
        arguments: [
            "0", "-0", "1e5", "\"\"", " [ ] ", "{ }", "true", #""\/\b\f""#, "9223372036854775807", "1E+2",
        ])
    func taken(_ text: String) { #expect(JSONValue(strict: Array(text.utf8)) != nil) }

    @Test(
        "Whole numbers are read to the last of 64 bits, and beyond them as decimals",
        arguments: [
            ("9223372036854775807", JSONValue.integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("-0", .integer(0)), ("28003017", .integer(28_003_017)), ("-17", .integer(-17)),
            ("9223372036854775808", .decimal(9_223_372_036_854_775_808)),
            ("-9223372036854775809", .decimal(-9_223_372_036_854_775_808)),
            ("18446744073709551616", .decimal(18_446_744_073_709_551_616)),
        ])
    func wholeNumbers(_ text: String, _ value: JSONValue) { #expect(JSONValue(strict: Array(text.utf8)) == value) }

    @Test(
        "Whole texts that must not be taken",
        arguments: [
            "01", "+1", ".5", "1.", "1e", "--1", "tru", "nul", "[1,]", "{\"a\"}", "{\"a\":1,}", "\"\\x\"", "\"\\u12\"",
            "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"a", "1 2", "1e999", "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":2}",
        ])
    func refused(_ text: String) { #expect(JSONValue(strict: Array(text.utf8)) == nil) }

    @Test(
        "each escape, each blank and each edge of what a string may hold",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
            (#""\u00e9\u00E9\u0041\uffFF\u0000""#, "éé\u{41}\u{FFFF}\u{0}"),
            (#""\ud83d\ude00\uDBFF\uDFFF\ud800\udc00""#, "😀\u{10FFFF}\u{10000}"), ("\r\n\t \"a\"\t \n\r", "a"),
            ("\"\u{20}\u{7f}\"", " \u{7f}"), ("\"\\n\u{20}é\"", "\n é"), ("\"\u{1f}\"", nil), ("\"\\n\u{1f}\"", nil),
            ("\u{b}\"a\"", nil), ("\"\\u00g0\"", nil), ("\"\\u00G0\"", nil), ("\"\\u004\"", nil), ("\"\\u:041\"", nil),
            ("\"\\u@041\"", nil), ("\"\\u`041\"", nil), ("\"\\", nil), ("\"\\n", nil), ("\"\\a\"", nil),
        ] as [(String, String?)])
    func strings(_ written: String, _ read: String?) {
        #expect(JSONValue(strict: Array(written.utf8)) == read.map(JSONValue.text))
    }

    @Test("half a pair is refused, or a sign that cannot be shown; what follows it is read")
    func halfPairs() {
        for (written, read) in [
            (#""a\ud83d""#, "a\u{FFFD}"), (#""\ud83db""#, "\u{FFFD}b"), (#""\ude00b""#, "\u{FFFD}b"),
            (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\ud83d\u0041""#, "\u{FFFD}A"), (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"),
        ] {
            #expect(JSONValue(strict: Array(written.utf8)) == nil)
            #expect(JSONValue(tolerant: Array(written.utf8)) == .text(read))
        }
    }

    @Test("a reply has 128 members and 32 levels at most, what is signed as many as it has and 512 levels")
    func bounds() {
        func object(_ members: Int) -> [UInt8] {
            Array(("{" + (0..<members).map { "\"k\($0)\":0" }.joined(separator: ",") + "}").utf8)
        }
        func nested(_ depth: Int) -> [UInt8] {
            Array(repeating: 0x5B, count: depth) + Array(repeating: 0x5D, count: depth)
        }
        #expect(JSONValue(strict: object(128)) != nil && JSONValue(strict: object(129)) == nil)
        #expect(JSONValue(tolerant: object(1000))?["k999"] == .integer(0))
        #expect(JSONValue(strict: nested(32)) != nil && JSONValue(strict: nested(33)) == nil)
        #expect(JSONValue(tolerant: nested(512)) != nil && JSONValue(tolerant: nested(513)) == nil)
        #expect(JSONValue(strict: Array("1e999".utf8)) == nil && JSONValue(tolerant: Array("1e999".utf8)) == .null)
    }

    @Test("numbers, truths and texts are taken where the platform writes them as something else")
    func lenient() {
        func value(_ text: String) -> JSONValue { JSONValue(strict: Array(text.utf8)) ?? .null }
        let integers: [(String, Int?)] = [
            ("7", 7), ("7.0", 7), ("7.5", nil), (#""7""#, 7), (#""-9223372036854775808""#, .min), ("true", nil),
            ("null", nil),
            (#""00000000000000000001""#, 1), (#""000000000000000000001""#, nil), ("[]", nil), ("{}", nil),
            ("1e3", 1000),
        ]
        for (text, number) in integers { #expect(value(text).lenientInteger == number, "\(text)") }
        let truths: [(String, Bool?)] = [
            ("true", true), ("false", false), ("1", true), ("0", false), (#""true""#, true), (#""false""#, false),
            (#""1""#, true), (#""0""#, false), ("2", nil), (#""yes""#, nil), ("null", nil), ("0.0", nil), ("[]", nil),
        ]
        for (text, truth) in truths { #expect(value(text).lenientBool == truth, "\(text)") }
        let texts: [(String, String?)] = [(#""a""#, "a"), ("-5", "-5"), ("1.5", nil), ("true", nil), ("[]", nil)]
        for (text, read) in texts { #expect(value(text).lenientText == read, "\(text)") }
        #expect(value("[1]").elements == [.integer(1)] && value("{}").elements == nil && value("5")["a"] == nil)
        #expect(value(#"{"a":null,"b":1}"#)["a"] == nil && value("5").string == nil)
    }
}
