import CampaignModel
import Ports
import SendingRules

/// One forecast of everything that is approved, in pieces that nobody waits long for: a run is read, a lane takes a step,
/// an answer is told.
///
/// Each run is read in one piece, and so in one state of the ledger: milliseconds for a campaign of one account's day, two
/// seconds for one of a million people. The ledger may move between two runs: see `ForecastWorld.read`. One reading of
/// everything held open over all pieces (refused) would keep the log from being emptied, which a stop and an erasure wait
/// for. From the last run on nothing is read any more.
struct ForecastWork {
    enum Piece {
        /// There is more.
        case step
        case answer(RunRecord, RunForecast)
    }

    /// A person takes about 200 bytes as long as the forecast is made, and the unit grants the daemon one gigabyte: being
    /// killed for a forecast would be worse than having none.
    private static let peopleMax = 2_000_000

    /// As of which the forecast is.
    let moment: Moment
    private let runs: [RunRecord]
    private var world: ForecastWorld
    private var readCount = 0
    private var walk: ForecastWalk?

    init(_ setup: EngineSetup, of runs: [RunRecord], at now: Moment) {
        moment = now
        self.runs = runs
        world = ForecastWorld(
            setup.ledger, limits: setup.limits, doubt: setup.clock.doubt, from: now,
            pace: { name in setup.account(named: name)?.pace ?? PaceSpec(count: 1, per: .second) })
        world.house = setup.holdout
    }

    /// Whether one of the runs is being sent or due.
    func isBesideSending(at now: Moment) -> Bool { runs.contains { $0.state == .running || $0.start <= now } }

    /// nil: everything is told.
    mutating func next() throws -> Piece? {
        if readCount < runs.count {
            if try world.read(runs[readCount]) { readCount += 1 }
            guard world.people <= Self.peopleMax else { throw TooManyPeople(max: Self.peopleMax) }
            return .step
        }
        if walk == nil { walk = try world.walk() }
        return walk?.next().map { piece in
            switch piece {
            case .step: .step
            case .answer(let ask, let forecast): .answer(runs[ask], forecast)
            }
        }
    }

    struct TooManyPeople: Error, CustomStringConvertible {
        let max: Int
        var description: String { "more than \(max) people are planned at once, which a forecast has no memory for" }
    }
}
