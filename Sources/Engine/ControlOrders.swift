import CampaignFiles
import CampaignModel
import Ports
import Words

/// Carries out what a control file orders, and says what came of it. Files can only make things stop, and whoever may
/// write into the folder may do that.
struct ControlOrders {
    private static let namesShown = 20
    /// A name with so many letters wrong is still meant for that campaign.
    private static let typosMax = 2

    private let setup: EngineSetup

    init(_ setup: EngineSetup) { self.setup = setup }

    /// What stands in the report beside a control file.
    struct Answer: Sendable {
        struct RunLine: Encodable, Sendable {
            var run: String
            var before: String
            var after: String
            var onTheWire: Int
        }
        var hasStopped: Bool
        /// The ledger has it. Until then a restart would go on, and the order has to be there to be read again.
        var isWritten = true
        var lines: [Sentence]
        var runs: [RunLine] = []
    }

    /// - Parameters:
    ///   - stem: the name before `.control.yaml`: a campaign's file or id, or the full name of one run.
    ///   - waiting: campaign files that lie in the folder and have not been taken.
    func carryOut(_ order: ControlOrder, stem: String, waiting: [String], at now: Moment) throws -> Answer {
        if order == .stopAll {
            let open = try setup.stopEverything(by: "file \(stem)", at: now)
            let line = open.map { Catalogue.Inbox.allStopped(onTheWire: $0) } ?? Catalogue.Desk.stopNotWritten
            return Answer(hasStopped: true, isWritten: open != nil, lines: [line])
        }
        var known: [String] = []
        var meant: [RunRecord] = []
        for run in try setup.ledger.liveRuns() {
            let revision = try setup.ledger.revision(run.revision)
            let names = [revision.campaign.id, revision.fileName, Self.stem(of: revision.fileName), run.name]
            // A test goes to one person who was named for it; it ends with its campaign and is never paused alone.
            guard !run.isTest || order == .cancel else { continue }
            if names.contains(where: { Self.isSame($0, stem) }) {
                meant.append(run)
            } else if !run.isTest {
                known += [revision.campaign.id, Self.stem(of: revision.fileName)]
            }
        }
        guard !meant.isEmpty else { return nobody(stem, known: Set(known).sorted(), waiting: waiting) }
        // The wires first, all of them: the ledger may have to wait for its disk.
        for run in meant { setup.board.close(run.id) }
        var answer = Answer(hasStopped: false, lines: [])
        for run in meant { try stop(run, order, by: "file \(stem)", at: now, &answer) }
        return answer
    }

    private func stop(
        _ run: RunRecord, _ order: ControlOrder, by person: String, at now: Moment, _ answer: inout Answer
    ) throws {
        let words = Catalogue.Inbox.self
        let was = Catalogue.runState(run.state)
        do {
            let (after, open) = try setup.ledger.act(
                ActDemand(
                    now: now, term: setup.term, run: run.id, act: order == .pause ? .pause : .cancel, person: person))
            // It must find its wire open when it is approved and resumed, or every contact of it would be given up.
            if after.state == .inReview { setup.board.open(run.id) }
            answer.runs.append(
                .init(run: run.name, before: run.state.code, after: after.state.code, onTheWire: open))
            if order == .cancel {
                answer.lines.append(words.cancelled(run.name, was: was, onTheWire: open))
            } else if after.state == .inReview {
                answer.lines.append(words.held(run.name))
            } else {
                answer.lines.append(words.paused(run.name, was: was, onTheWire: open))
            }
            answer.hasStopped = true
        } catch LedgerError.notPossible(let state) {
            answer.runs.append(.init(run: run.name, before: state.code, after: state.code, onTheWire: 0))
            // Paused before, held before, or ended meanwhile: nothing of it is sent, which is what was wanted.
            answer.hasStopped = true
            if state == .inReview { setup.board.open(run.id) }
            answer.lines.append(
                state.isOver ? words.stopFailed(run.name, Catalogue.runState(state)) : words.pausedBefore(run.name))
        }
    }

    private func nobody(_ stem: String, known: [String], waiting: [String]) -> Answer {
        let words = Catalogue.Inbox.self
        var lines = [words.noSuchCampaign(stem)]
        let near = known.filter { Self.isLike($0.lowercased(), stem.lowercased()) }
        if !near.isEmpty { lines.append(words.didYouMean(near)) }
        lines += waiting.filter { Self.isSame(Self.stem(of: $0), stem) || Self.isSame($0, stem) }
            .map { words.stillWaiting($0) }
        lines.append(words.alive(Array(known.prefix(Self.namesShown)), more: max(0, known.count - Self.namesShown)))
        lines += [words.waitsForCampaign, words.stopEverything]
        return Answer(hasStopped: false, lines: lines)
    }

    /// Whether an order of that name means the campaign that comes with this file.
    static func means(_ stem: String, campaign id: String, file: String) -> Bool {
        [id, file, Self.stem(of: file)].contains { isSame($0, stem) }
    }

    static func stem(of fileName: String) -> String {
        fileName.lastIndex(of: ".").map { String(fileName[..<$0]) } ?? fileName
    }

    private static func isSame(_ left: String, _ right: String) -> Bool { left.lowercased() == right.lowercased() }

    /// A slip of the hand, and not another word: most of it stands there.
    private static func isLike(_ left: String, _ right: String) -> Bool {
        let typos = distance(left, right)
        return typos <= typosMax && typos * 3 <= max(left.count, right.count)
    }

    /// How many letters have to be changed, added, left out, or exchanged with their neighbour.
    static func distance(_ left: String, _ right: String) -> Int {
        let (a, b) = (Array(left), Array(right))
        guard abs(a.count - b.count) <= typosMax, !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var rows = [Array(0...b.count)]
        for i in 1...a.count {
            var row = [i] + [Int](repeating: 0, count: b.count)
            for j in 1...b.count {
                let exchange = a[i - 1] == b[j - 1] ? 0 : 1
                row[j] = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + exchange)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    row[j] = min(row[j], rows[i - 2][j - 2] + 1)
                }
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
