import CampaignModel
import Testing

@Suite("A moment is written one way, and read back as the same millisecond")
struct MomentTests {
    @Test(
        "moments are read in every accepted form",
        arguments: [
            ("2026-11-20T20:00:00.000+08:00", 1_795_176_000_000),
            ("2026-11-20T20:00:00+08:00", 1_795_176_000_000),
            ("2026-11-20 20:00:00+08:00", 1_795_176_000_000),
            ("2026-11-20T20:00+08:00", 1_795_176_000_000),
            ("2026-11-20T12:00:00Z", 1_795_176_000_000),
            ("2026-11-20T07:00:00-05:00", 1_795_176_000_000),
            ("2026-11-20T17:45:00+05:45", 1_795_176_000_000),
            ("2026-11-20T12:00:00.5Z", 1_795_176_000_500),
            ("2026-11-20T12:00:00.05Z", 1_795_176_000_050),
            ("2026-11-20T12:00:00.123456789Z", 1_795_176_000_123),
            ("2026-11-20T12:00:00.999999999Z", 1_795_176_000_999),
            ("1969-12-31T23:59:59.999Z", -1),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000),
        ] as [(String, Int64)])
    func acceptedForms(text: String, milliseconds: Int64) {
        #expect(Moment(iso8601: text)?.milliseconds == milliseconds)
    }

    @Test(
        "without a zone a text is only a moment when a zone is given",
        arguments: [
            ("2026-11-20", 1_795_104_000_000), ("2026-11-20 20:00", 1_795_176_000_000),
            ("2026-11-20T20:00:00.250", 1_795_176_000_250),
        ] as [(String, Int64)])
    func zoneByDefault(text: String, milliseconds: Int64) {
        #expect(Moment(iso8601: text, defaultZone: .shanghai)?.milliseconds == milliseconds)
        #expect(Moment(iso8601: text) == nil)
    }

    @Test(
        "anything else is refused: times without meaning, half a text, a text with a tail",
        arguments: [
            "", "now", "2026", "2026-11", "2026-11-31T00:00:00Z", "2026-02-29T00:00:00Z", "2026-00-10T00:00:00Z",
            "2026-13-01T00:00:00Z", "2026-11-20T24:00:00Z", "2026-11-20T23:60:00Z", "2026-11-20T23:59:60Z",
            "2026-11-20T20:00:00", "2026-11-20T20:00:00+8:00", "2026-11-20T20:00:00+0800", "2026-11-20T20:00:00+24:00",
            "2026-11-20T20:00:00+08:60", "2026-11-20T20:00:00Z ", " 2026-11-20T20:00:00Z", "2026-11-20T20:00:00ZZ",
            "2026-11-20T20:00:00.Z", "2026-11-20T20:00:00.1234567890Z", "2026-11-20T20Z", "2026/11/20T20:00:00Z",
            "26-11-20T20:00:00Z", "0000-01-01T00:00:00Z", "２０２６-11-20T20:00:00Z", "-2026-11-20T20:00:00Z",
        ])
    func refusedForms(text: String) {
        #expect(Moment(iso8601: text) == nil)
    }

    @Test("every moment prints as ISO 8601 and reads back as itself, the sentinels too")
    func roundTrip() {
        var random = SeededGenerator(seed: 1)
        let span = Moment.distantPast.milliseconds...Moment.distantFuture.milliseconds
        var moments = (0..<5000).map { _ in Moment(milliseconds: Int64.random(in: span, using: &random)) }
        moments += [.distantPast, .distantFuture, Moment(milliseconds: 0), Moment(milliseconds: -1)]
        for moment in moments {
            #expect(Moment(iso8601: moment.iso8601) == moment)
            #expect(moment.iso8601.utf8.count == 29)
        }
    }

    @Test("people read the wall of their zone, with milliseconds only when there are any")
    func textForPeople() throws {
        let moment = try #require(Moment(iso8601: "2026-11-20T20:00:00+08:00"))
        #expect(moment.text() == "2026-11-20 20:00:00")
        #expect((moment + .milliseconds(7)).text() == "2026-11-20 20:00:00.007")
        #expect(moment.text(in: try #require(Zone(identifier: "America/New_York"))) == "2026-11-20 07:00:00")
        #expect(moment.description == "2026-11-20T20:00:00.000+08:00")
    }

    @Test("time is added and subtracted in whole milliseconds, finer parts are cut towards zero")
    func arithmetic() {
        let moment = Moment(seconds: 100)
        #expect((moment + .milliseconds(250)).milliseconds == 100_250)
        #expect((moment - .seconds(101)).milliseconds == -1000)
        #expect((moment + .microseconds(999)) == moment)
        #expect((moment - .microseconds(999)) == moment)
        #expect(Moment(seconds: 3).since(Moment(seconds: 5)) == .seconds(-2))
        #expect(
            Duration.days(2) == .hours(48) && Duration.hours(1) == .minutes(60) && Duration.minutes(1) == .seconds(60))
    }
}

/// SplitMix64: the same numbers at every run and on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
