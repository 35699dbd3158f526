import CampaignModel
import Foundation
import Ports
import Testing

/// Long lists and plans are copied a slice a transaction: the writer is everybody's in between, and nobody sees a half.
@Suite("Long copies in short transactions")
struct SliceTests {
    private static let many = LedgerWorld.people(0..<5000)
    private static let asleep = LedgerWorld.people(0..<3, "early")

    @Test("between two slices of a long list a stop counts and somebody is written to", arguments: LedgerMaker.allCases)
    func writerIsFree(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        try world.authorize(Self.asleep)
        let early = try world.run("early", Self.asleep)
        var stops = 0
        var started: [Int] = []
        world.pace.afterSlice = { [unowned world] slice in
            world.pace.afterSlice = nil
            _ = try world.ledger.setStop(true, person: "operator", at: world.now, term: world.term)
            stops += try world.ledger.isStopped() ? 1 : 0
            _ = try world.ledger.setStop(false, person: "operator", at: world.now, term: world.term)
            started.append(try world.start([early]).started.count)
            #expect(try world.ledger.runs(includingEnded: true).map(\.id) == [early.id], "nobody sees half a list")
        }
        let admission = try world.ledger.admit(world.demand("sale", [.init("l", Self.many)]))
        #expect(stops == 1 && started == [3])
        #expect(admission.distinct == 5000)
        try world.check()
    }

    @Test("a list whose copying was cut off is copied anew, whole", arguments: LedgerMaker.allCases)
    func cutOffList(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        world.pace.afterSlice = { slice in if slice == 2 { throw WorkInterrupted() } }
        let list = LedgerWorld.List("l", Self.many)
        #expect(throws: WorkInterrupted.self) { try world.ledger.admit(world.demand("sale", [list])) }
        world.pace.afterSlice = nil
        try world.restart()
        #expect(try world.ledger.runs(includingEnded: true).isEmpty)
        let admission = try world.ledger.admit(world.demand("sale", [list]))
        #expect(admission.distinct == 5000 && admission.counts.read == 5000)
        try world.act(.approve, admission.run, by: "review")
        #expect(try world.plan(admission.run).audience == 5000)
        try world.check()
    }

    @Test("what a killed daemon had copied of a list is pruned, and nothing else is", arguments: LedgerMaker.allCases)
    func draftIsPruned(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let kept = try world.ledger.admit(world.demand("kept", [.init("k", ["a", "b"])]))
        world.pace.afterSlice = { slice in if slice == 2 { throw WorkInterrupted() } }
        #expect(throws: WorkInterrupted.self) {
            try world.ledger.admit(world.demand("sale", [.init("l", Self.many)]))
        }
        world.pace.afterSlice = nil
        func prune() throws -> PruneReceipt {
            try world.ledger.prune(
                PruneDemand(
                    now: world.now, term: world.term, contentsBefore: world.now - .days(90),
                    recordsBefore: world.now - .days(180), rowsMax: 500))
        }
        #expect(try prune().isDone, "the term that copies it still reigns: it may be at work")
        try world.restart()
        #expect(try prune().rows > 0)
        #expect(try prune().isDone)
        try world.act(.approve, kept.run, by: "review")
        #expect(try world.plan(kept.run).audience == 2)
    }

    @Test("somebody erased between two slices does not come back with the rest", arguments: LedgerMaker.allCases)
    func erasedMeanwhile(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        _ = try world.ledger.admit(world.demand("old", [.init("o", ["p4999"])]))
        world.pace.afterSlice = { [unowned world] slice in
            world.pace.afterSlice = nil
            _ = try world.ledger.erase(
                EraseDemand(now: world.now, term: world.term, person: "operator", openID: "p4999"))
        }
        #expect(throws: LedgerError.self) { try world.ledger.admit(world.demand("sale", [.init("l", Self.many)])) }
        let admission = try world.ledger.admit(world.demand("sale", [.init("l", Self.many)]))
        #expect(admission.distinct == 5000)
        try world.act(.approve, admission.run, by: "review")
        var met = Set<String>()
        try world.plan(admission.run) { openID in
            met.insert(openID)
            return .variant(0)
        }
        #expect(!met.contains("p4999") && met.count == 5000)
    }

    @Test("half a plan is nobody's: no sum, no export, no skipped people", arguments: LedgerMaker.allCases)
    func halfAPlan(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let admission = try world.ledger.admit(world.demand("sale", [.init("l", Self.many)]))
        try world.act(.approve, admission.run, by: "review")
        var seen = 0
        world.pace.afterSlice = { [unowned world] slice in
            seen += 1
            let sum = try world.ledger.sum(of: admission.run.id)
            #expect(sum.audience == 0 && sum.pending == 0)
            #expect(try world.ledger.exportPage(run: admission.run.id, after: nil, limit: 10).rows.isEmpty)
            #expect(try world.reread(admission.run).isPlanned == false)
        }
        let result = try world.plan(admission.run) { $0 == "p7" ? .holdout : .variant(0) }
        // Whoever is held out comes in a slice of their own.
        #expect(seen == 4 && result.audience == 5000 && result.holdout == 1)
        #expect(try world.ledger.sum(of: admission.run.id).pending == 4999)
        try world.check()
    }

    @Test("a run cancelled while its plan is copied has nobody, and its sum holds", arguments: LedgerMaker.allCases)
    func cancelledMeanwhile(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let admission = try world.ledger.admit(world.demand("sale", [.init("l", Self.many)]))
        try world.act(.approve, admission.run, by: "review")
        world.pace.afterSlice = { [unowned world] _ in
            world.pace.afterSlice = nil
            try world.act(.cancel, admission.run)
        }
        #expect(throws: LedgerError.self) { try world.plan(admission.run) }
        #expect(try world.ledger.sum(of: admission.run.id).holds)
        #expect(try world.reread(admission.run).state == .cancelled)
        try world.check()
    }

    @Test("a plan that was cut off is planned anew, whole", arguments: LedgerMaker.allCases)
    func cutOffPlan(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let admission = try world.ledger.admit(world.demand("sale", [.init("l", Self.many)]))
        try world.act(.approve, admission.run, by: "review")
        world.pace.afterSlice = { slice in if slice == 2 { throw WorkInterrupted() } }
        let undecided: (String) -> Placement = { $0.hasSuffix("1") ? .variant(0) : .undecided }
        #expect(throws: WorkInterrupted.self) { try world.plan(admission.run, place: undecided) }
        world.pace.afterSlice = nil
        try world.restart()
        let result = try world.plan(admission.run, place: undecided)
        #expect(result.audience == 5000 && result.undecided == 4500)
        #expect(try world.ledger.sum(of: admission.run.id).pending == 5000)
        try world.check()
    }
}
