import CampaignModel
import Testing

@testable import CampaignFiles

@Suite("What was nearly right is named, and what is nearly a number is none")
struct NearWordTests {
    @Test(
        "the nearest known word: a third of its letters may be wrong, neighbours swapped count once",
        arguments: [
            ("prority", ["priority", "audience"], "priority"), ("tilte", ["title", "tiles"], "title"),
            ("ab", ["ba"], "ba"),
            ("x", ["y"], nil), ("abcdef", ["abcdxy"], "abcdxy"), ("abcdef", ["abcxyz"], nil),
            ("bat", ["hat", "cat"], "cat"),
            ("opted-out", ["opted_out"], "opted_out"), ("Opted Out", ["opted_out"], "opted_out"), ("", ["a"], nil),
            ("ab", [], nil),
            ("acb", ["abc"], "abc"), ("abcd", ["dcba"], nil), ("send_tim", ["send_time", "schedule"], "send_time"),
            (String(repeating: "a", count: 40), [String(repeating: "a", count: 39)], String(repeating: "a", count: 39)),
            (String(repeating: "a", count: 41), [String(repeating: "a", count: 41)], nil),
        ] as [(String, [String], String?)])
    func nearest(_ word: String, _ known: [String], _ expected: String?) {
        #expect(DidYouMean.nearest(to: word, among: known) == expected)
    }

    @Test(
        "a cell is a number when it is plain decimals of at most 32 signs, of any width",
        arguments: [
            ("1", true), ("+1", true), ("01", true), ("1.5", true), ("0.0001", true),
            (String(repeating: "1", count: 32), true),
            (String(repeating: "1", count: 33), false), ("", false), ("+", false), ("-", false), ("1.", false),
            (".1", false), ("1.5.2", false),
            ("--1", false), ("1-", false), ("1e3", false), ("1 ", false), ("１", true), ("/", false), (":", false),
            ("1,5", false),
        ])
    func numbers(_ cell: String, _ isNumber: Bool) {
        #expect(Condition(column: "c", test: .greater(-1)).holds(for: cell) == isNumber)
    }

    @Test("a comparison holds on its own side of the boundary, to the last digit, and a moment to the millisecond")
    func boundaries() {
        func holds(_ test: Condition.Test, _ cells: [String]) -> [Bool] {
            cells.map { Condition(column: "c", test: test).holds(for: $0) }
        }
        let numbers = ["1.99", "2", "2.0", "2.01"]
        #expect(holds(.less(2), numbers) == [true, false, false, false])
        #expect(holds(.lessOrEqual(2), numbers) == [true, true, true, false])
        #expect(holds(.greater(2), numbers) == [false, false, false, true])
        #expect(holds(.greaterOrEqual(2), numbers) == [false, true, true, true])
        #expect(holds(.equals("2"), numbers) == [false, true, false, false])
        #expect(holds(.notEquals("2"), numbers) == [true, false, true, true])
        let noon = Moment(iso8601: "2026-11-20T12:00:00+08:00")!
        let moments = ["2026-11-20 11:59:59.999", "2026-11-20 12:00", "2026-11-20T04:00:00.001Z", "2026-11-2"]
        #expect(holds(.before(noon), moments) == [true, false, false, false])
        #expect(holds(.after(noon), moments) == [false, true, true, false])
    }
}
