import CampaignModel
import Foundation
import SendingRules
import Testing

/// `Sources/STATES.md` is written for people and checked against the tables in code: what the page says, the product does.
@Suite("The page of the states of a run and of an attempt is the code's own")
struct StatesPageTests {
    private func page() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "Sources/STATES.md"), encoding: .utf8)
    }

    private func row(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |" }

    @Test("of a run: every state, every act")
    func runs() throws {
        let acts = RunLifecycle.Act.allCases
        var table = [row(["state"] + acts.map(\.rawValue)), row(Array(repeating: "---", count: acts.count + 1))]
        for state in RunState.allCases where !state.isOver {
            table.append(
                row(
                    [state.code]
                        + acts.map { act in
                            var states: [String] = []
                            for (isPlanned, isHeld) in [(false, false), (true, false), (false, true), (true, true)] {
                                let after = RunLifecycle.state(
                                    after: act, in: state, isPlanned: isPlanned, isHeld: isHeld)
                                let word = after?.code ?? "–"
                                if !states.contains(word) { states.append(word) }
                            }
                            return states.joined(separator: " / ")
                        }))
        }
        let text = table.joined(separator: "\n")
        #expect(try page().contains(text), "the page should say:\n\(text)")
        let ends = RunState.allCases.filter(\.isOver).map { "`\($0.code)`" }.joined(separator: ", ")
        #expect(try page().contains(ends), "\(ends)")
        for state in RunState.allCases where state.isOver {
            #expect(acts.allSatisfy { RunLifecycle.state(after: $0, in: state) == nil })
        }
    }

    private static let sights: [(String, Sight)] =
        Obstacle.allCases.map { ("not sent: \($0.rawValue)", .notLeft($0)) }
        + [("success", .success), ("part of it taken", .partialSuccess)]
        + Ambiguity.allCases.map { ("unproved: \($0.rawValue)", .ambiguous($0)) }
        + OutcomeTable.codes.keys.sorted().map { ("\($0)", .refusal(code: $0)) }
        + [
            ("any other code", .refusal(code: -7)), ("HTTP 429", .httpStatus(429)),
            ("any other HTTP", .httpStatus(500)),
        ]
        + Loss.allCases.map { ("no answer: \($0.rawValue)", .noAnswer($0)) }

    @Test("of an attempt: whatever may be seen, what it comes to, what comes back, and what follows")
    func attempts() throws {
        var table = [
            row(["seen", "outcome", "reason", "place back", "messages back", "again", "account"]),
            row(Array(repeating: "---", count: 7)),
        ]
        var known: [OutcomeRow] = []
        for (_, sight) in Self.sights where !known.contains(OutcomeTable.row(for: sight)) {
            known.append(OutcomeTable.row(for: sight))
        }
        for outcome in known {
            let seen = Self.sights.filter { OutcomeTable.row(for: $0.1) == outcome }.map(\.0)
            table.append(
                row([
                    seen.joined(separator: ", "), outcome.outcome.code, outcome.reason?.code ?? "–",
                    outcome.returnsPerson ? "yes" : "no", "\(outcome.returnsMessages)", word(outcome.again),
                    word(outcome.lane),
                ]))
        }
        let text = table.joined(separator: "\n")
        #expect(try page().contains(text), "the page should say:\n\(text)")
    }

    private func word(_ again: OutcomeRow.Again) -> String {
        if case .skip(let reason) = again { "skip(\(reason.code))" } else { "\(again)" }
    }

    private func word(_ lane: OutcomeRow.LaneReaction) -> String {
        switch lane {
        case .stop(let reason): "stop(\(reason.code))"
        case .pauseRun(let reason): "pauseRun(\(reason.code))"
        default: "\(lane)"
        }
    }
}
