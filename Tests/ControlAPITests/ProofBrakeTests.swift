import Testing

@testable import ControlAPI

@Suite("Failed proofs of identity")
struct ProofBrakeTests {
    private let brake = ProofBrake(now: { .zero }, wait: { _ in })

    @Test("each is answered later than the one before, never later than ten seconds, and a pause makes it quick again")
    func slowed() {
        let delays = (0..<60).map { _ in brake.note(at: .zero).delay }
        #expect(delays.prefix(3) == [.milliseconds(250), .milliseconds(500), .milliseconds(750)])
        #expect(delays.last == .seconds(10))
        // Sixty of them in an instant are one guess in 250 ms.
        #expect(delays[39] == .seconds(10))
        #expect(brake.note(at: .seconds(60)).delay == .milliseconds(250))
    }

    @Test("one line in ten seconds tells of all of them")
    func told() {
        #expect(brake.note(at: .zero).told == 1)
        for second in 1..<10 { #expect(brake.note(at: .seconds(second)).told == nil) }
        #expect(brake.note(at: .seconds(10)).told == 10)
        #expect(brake.note(at: .seconds(11)).told == nil)
    }
}
