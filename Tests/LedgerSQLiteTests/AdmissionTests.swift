import CampaignModel
import Foundation
import Ports
import Testing

@Suite("Taking a campaign in")
struct AdmissionTests {
    @Test("the same digest twice is one revision and one run", arguments: LedgerMaker.allCases)
    func sameDigestTwice(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let list = LedgerWorld.List("l", LedgerWorld.people(0..<3))
        let first = try world.ledger.admit(world.demand("sale", [list], digest: "same"))
        world.now = world.now + .minutes(5)
        var reads = 0
        let second = try world.ledger.admit(world.demand("sale", [list], digest: "same") { reads += 1 })
        #expect(first.isNew && !second.isNew)
        #expect(second.revision.id == first.revision.id && second.run.id == first.run.id)
        #expect(second.distinct == 3 && reads == 0)
        #expect(try world.ledger.runs(includingEnded: true).count == 1)
    }

    @Test("another author's id is refused before a row is read", arguments: LedgerMaker.allCases)
    func foreignAuthor(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        _ = try world.ledger.admit(world.demand("sale", [.init("l", ["p1"])]))
        var reads = 0
        #expect(throws: LedgerError.campaignTaken(author: "marketing")) {
            try world.ledger.admit(world.demand("sale", [.init("m", ["p2"])], author: "thief") { reads += 1 })
        }
        #expect(reads == 0)
    }

    @Test("duplicates within and across files are counted, and everybody stands once", arguments: LedgerMaker.allCases)
    func duplicates(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let first = LedgerWorld.List("l1", ["a", "b", "a", "c"], bad: 2)
        let second = LedgerWorld.List("l2", ["c", "d", "d", "a"])
        let admission = try world.ledger.admit(world.demand("sale", [first, second]))
        #expect(admission.counts.read == 10 && admission.counts.bad == 2 && admission.distinct == 4)
        try world.act(.approve, admission.run, by: "review")
        let result = try world.plan(admission.run)
        // Rows read = bad + duplicate + excluded + audience.
        #expect(result == PlanResult(audience: 4, duplicates: 4))
        #expect(admission.counts.read == 2 + result.duplicates + result.excluded + result.audience)
        try world.check()
    }

    @Test("the first of two rows of one person is the one that counts", arguments: LedgerMaker.allCases)
    func firstRowWins(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        var list = LedgerWorld.List("l", [])
        list.rows = [("a", "first"), ("b", "x"), ("a", "second")]
        let admission = try world.ledger.admit(world.demand("sale", [list]))
        try world.act(.approve, admission.run, by: "review")
        try world.plan(admission.run)
        #expect(String(decoding: try world.record(admission.run, "a").candidate.fields, as: UTF8.self) == "first")
    }

    @Test("a list that breaks off in the middle leaves nothing behind", arguments: LedgerMaker.allCases)
    func tornFeed(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let whole = LedgerWorld.List("whole", ["a", "b"])
        let torn = LedgerWorld.List("torn", LedgerWorld.people(0..<10), failsAfter: 7)
        #expect(throws: LedgerWorld.List.Torn.self) {
            try world.ledger.admit(world.demand("sale", [whole, torn]))
        }
        #expect(try world.ledger.runs(includingEnded: true).isEmpty)
        #expect(try world.ledger.audienceDigests(campaign: "sale").isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: world.folder).allSatisfy { !$0.hasPrefix("stage") })
        // Not even the whole list was kept: it is read again.
        var reads = 0
        _ = try world.ledger.admit(world.demand("sale", [whole]) { reads += 1 })
        #expect(reads == 1)
        try world.check()
    }

    @Test("two campaigns may name the same list, and it is read once", arguments: LedgerMaker.allCases)
    func sharedList(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let list = LedgerWorld.List("shared", LedgerWorld.people(0..<5))
        var reads = 0
        for id in ["one", "two"] {
            let admission = try world.ledger.admit(world.demand(id, [list]) { reads += 1 })
            #expect(admission.distinct == 5 && admission.counts.read == 5)
        }
        #expect(reads == 1)
    }

    @Test("a list named twice in one campaign is read once and makes duplicates", arguments: LedgerMaker.allCases)
    func listTwice(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let list = LedgerWorld.List("twice", ["a", "b"])
        let admission = try world.ledger.admit(world.demand("sale", [list, list]))
        try world.act(.approve, admission.run, by: "review")
        #expect(try world.plan(admission.run) == PlanResult(audience: 2, duplicates: 2))
    }

    @Test("whoever stands in an excluded file is no part of the audience", arguments: LedgerMaker.allCases)
    func excludes(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let admission = try world.ledger.admit(
            world.demand("sale", [.init("l", ["a", "b", "c"])], excludes: [.init("x", ["b", "nobody"])]))
        try world.act(.approve, admission.run, by: "review")
        #expect(try world.plan(admission.run) == PlanResult(audience: 2, excluded: 1))
        #expect(try world.place(admission.run, "b") == .leftOut(isExcluded: true, isReplaced: false))
        try world.check()
    }

    @Test("an open_id of another app is another person", arguments: LedgerMaker.allCases)
    func appsDoNotShare(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let ours = try world.run("ours", ["same"])
        let theirs = try world.run("theirs", ["same"], account: "stranger")
        #expect(try world.start([ours]).started.count == 1)
        #expect(try world.start([theirs], account: "stranger").started.count == 1)
        #expect(try world.record(theirs, "same").contactsToday.count == 1)
        try world.check()
    }

    @Test("an approval of another digest than the one seen is refused", arguments: LedgerMaker.allCases)
    func otherDigest(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let admission = try world.ledger.admit(world.demand("sale", [.init("l", ["a"])], digest: "seen"))
        #expect(throws: LedgerError.notPossible(state: .inReview)) {
            try world.act(.approve, admission.run, by: "review", digest: "other")
        }
        #expect(try world.reread(admission.run).state == .inReview)
        #expect(try world.act(.approve, admission.run, by: "review", digest: "seen").run.state == .scheduled)
    }
}

@Suite("A changed campaign")
struct RevisionTests {
    /// Twelve people, five of them started and accepted, one open.
    private func halfSent(_ maker: LedgerMaker) throws -> (LedgerWorld, RunRecord, [String]) {
        let world = try LedgerWorld(maker)
        let run = try world.run("sale", LedgerWorld.people(0..<12))
        let started = try world.start([run], limit: 6).started
        try world.settle(started.prefix(5).map { .of($0, .accepted) })
        return (world, run, started.map(\.candidate.openID))
    }

    @Test(
        "a change pauses what is unsent, and the approval replaces it without planning anybody twice",
        arguments: LedgerMaker.allCases)
    func approvalReplaces(_ maker: LedgerMaker) throws {
        let (world, old, contacted) = try halfSent(maker)
        let change = try world.ledger.admit(
            world.demand("sale", [.init("l2", LedgerWorld.people(0..<14))], start: old.start))
        #expect(change.run.name.hasSuffix(".r2"))
        #expect(try world.reread(old).state == .paused)
        try world.act(.approve, change.run, by: "review")
        #expect(try world.reread(old).state == .superseded)
        #expect(try world.ledger.sum(of: old.id).skipped == [.superseded: 6])
        let planned = try world.plan(change.run)
        #expect(planned.audience == 14 - contacted.count && planned.excluded == contacted.count)
        for openID in contacted {
            #expect(
                try world.place(change.run, openID) == .leftOut(isExcluded: false, isReplaced: true))
        }
        try world.check()
    }

    @Test("whoever was contacted stays contacted when the change moves the start", arguments: LedgerMaker.allCases)
    func movedStart(_ maker: LedgerMaker) throws {
        let (world, old, contacted) = try halfSent(maker)
        let later = old.start + .hours(2)
        let second = try world.ledger.admit(
            world.demand("sale", [.init("l2", LedgerWorld.people(0..<12))], start: later))
        try world.act(.approve, second.run, by: "review")
        try world.plan(second.run)
        for openID in contacted {
            #expect(
                try world.place(second.run, openID) == .leftOut(isExcluded: false, isReplaced: true))
        }
        // And through a third revision too.
        let fresh = try world.start([second.run], limit: 2).started
        try world.settle(fresh.map { .of($0, .accepted) })
        let third = try world.ledger.admit(
            world.demand("sale", [.init("l3", LedgerWorld.people(0..<12))], start: later + .hours(1)))
        try world.act(.approve, third.run, by: "review")
        #expect(try world.plan(third.run).audience == 12 - contacted.count - fresh.count)
        try world.check()
    }

    @Test("a repeated campaign that changes contacts everybody at its next occurrence", arguments: LedgerMaker.allCases)
    func repeatedChange(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let first = try world.ledger.admit(world.demand("daily", [.init("l", ["a", "b"])], repeats: true))
        try world.act(.approve, first.run, by: "review")
        try world.plan(first.run)
        try world.settle(try world.start([first.run], limit: 1).started.map { .of($0, .accepted) })
        let second = try world.ledger.admit(
            world.demand("daily", [.init("l2", ["a", "b"])], start: world.now + .days(1), repeats: true))
        try world.act(.approve, second.run, by: "review")
        #expect(try world.plan(second.run).audience == 2)
    }

    @Test("a held-out person stays held out of the revision that follows", arguments: LedgerMaker.allCases)
    func holdoutStays(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let old = try world.run("sale", ["a", "b", "c"], holdout: ["b"])
        let change = try world.ledger.admit(world.demand("sale", [.init("l2", ["a", "b", "c"])], start: old.start))
        try world.act(.approve, change.run, by: "review")
        #expect(try world.plan(change.run).audience == 2)
    }

    @Test("a rejection lets the old run go on as it was", arguments: LedgerMaker.allCases)
    func rejectionGoesOn(_ maker: LedgerMaker) throws {
        let (world, old, _) = try halfSent(maker)
        let change = try world.ledger.admit(world.demand("sale", [.init("l2", ["x"])]))
        try world.act(.reject, change.run, by: "review")
        #expect(try world.reread(old).state == .running)
        #expect(try world.reread(change.run).state == .rejected)
        #expect(try world.start([old]).started.count == 6)
        try world.check()
    }

    @Test("a rejection does not resume what a person had paused before", arguments: LedgerMaker.allCases)
    func rejectionKeepsPause(_ maker: LedgerMaker) throws {
        let (world, old, _) = try halfSent(maker)
        try world.act(.pause, old)
        let change = try world.ledger.admit(world.demand("sale", [.init("l2", ["x"])]))
        try world.act(.reject, change.run, by: "review")
        #expect(try world.reread(old).state == .paused)
    }

    @Test("an approval replaces the old run also when somebody resumed it meanwhile", arguments: LedgerMaker.allCases)
    func resumedMeanwhile(_ maker: LedgerMaker) throws {
        let (world, old, _) = try halfSent(maker)
        let change = try world.ledger.admit(world.demand("sale", [.init("l2", ["x"])]))
        try world.act(.resume, old)
        try world.act(.approve, change.run, by: "review")
        #expect(try world.reread(old).state == .superseded)
        try world.check()
    }

    @Test("a third change replaces the second, which nobody had looked at", arguments: LedgerMaker.allCases)
    func unreadChange(_ maker: LedgerMaker) throws {
        let (world, old, _) = try halfSent(maker)
        let second = try world.ledger.admit(world.demand("sale", [.init("l2", ["x"])]))
        let third = try world.ledger.admit(world.demand("sale", [.init("l3", ["y"])]))
        #expect(try world.reread(second.run).state == .superseded)
        try world.act(.reject, third.run, by: "review")
        #expect(try world.reread(old).state == .running)
    }

    @Test("an occurrence of an old text is not made while a change waits for review", arguments: LedgerMaker.allCases)
    func oldOccurrence(_ maker: LedgerMaker) throws {
        let world = try LedgerWorld(maker)
        let first = try world.ledger.admit(world.demand("daily", [.init("l", ["a"])], repeats: true))
        try world.act(.approve, first.run, by: "review")
        let change = try world.ledger.admit(
            world.demand("daily", [.init("l2", ["a"])], start: world.now + .days(1), repeats: true))
        func occurrence(_ days: Int64) throws -> RunRecord {
            try world.ledger.addOccurrence(
                OccurrenceDemand(
                    now: world.now, term: world.term, revision: first.revision.id,
                    occurrence: first.run.start + .days(days), validUntil: first.run.start + .days(days + 1)))
        }
        #expect(try occurrence(2).state == .paused)
        try world.act(.approve, change.run, by: "review")
        #expect(try world.ledger.liveRuns().map(\.id) == [change.run.id])
        #expect(try occurrence(3).state.isOver)
        #expect(try world.ledger.liveRuns().map(\.id) == [change.run.id])
    }
}
