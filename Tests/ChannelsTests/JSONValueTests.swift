import Foundation
import Testing

@testable import Channels

@Suite("The strict JSON reader")
struct JSONValueTests {
    @Test("It agrees with Foundation's reader on every mutilation of a real reply")
    func agreesWithFoundation() {
        let reply = Array(
            #"{"msg_id":"@a\u00e9\n","n":[1,-2.5e3,true,null,"\ud83d\ude00"],"data":{"error_code":0,"d":"忙"}}"#.utf8)
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
            for variant in variants { check(variant) }
        }
    }

    /// Ours may refuse more (a key twice); what ours takes, Foundation's must take and read alike.
    private func check(_ bytes: [UInt8]) {
        guard let ours = JSONValue(strict: bytes) else { return }
        // Safe because nil is the case that is looked for.
        let theirs = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
        guard let theirs else {
            Issue.record("only ours takes \(String(decoding: bytes, as: UTF8.self))")
            return
        }
        #expect(Self.agrees(ours, theirs), "\(String(decoding: bytes, as: UTF8.self))")
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
}
