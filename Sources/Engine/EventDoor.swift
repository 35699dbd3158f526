import Answers
import CampaignFiles
import CampaignModel
import Channels
import Logging
import Ports
import SendingRules
import Words

/// Takes in what the world tells: proves it, makes it durable, and leaves the work to the evidence keeper.
package struct EventDoor: EventDesk {
    private static let linesAtOnce = 1000
    /// Of a body that is no JSON: enough for somebody to see what it is.
    private static let strangeBytesMax = 16 << 10

    private let setup: EngineSetup
    private let reader: EvidenceReader

    package init(_ setup: EngineSetup) {
        self.setup = setup
        reader = EvidenceReader(setup: setup)
    }

    // MARK: - Callbacks

    package func receive(_ body: [UInt8], signature: String?) throws -> CallbackReceipt {
        guard body.count <= CallbackSignature.bodyBytesMax else { throw CallbackRefusal.malformed }
        guard let signature else {
            // Whether the platform signs its check of the address is not known; answering a number gives nothing away.
            if case .challenge(let number) = Self.event(body)?.content { return .challenge(number) }
            throw CallbackRefusal.unsigned
        }
        let proved = proving(body, signature)
        guard !proved.isEmpty else { throw CallbackRefusal.unsigned }
        let event = Self.event(body)
        if case .challenge(let number) = event?.content { return .challenge(number) }
        // Apps may share a secret; the event says whose it is. One app's secret proves nothing about another. What cannot be
        // understood is kept all the same, and set aside when its turn comes: it may be somebody's "stop".
        let key = event?.clientKey ?? ""
        guard let app = proved.first(where: { key.isEmpty || key == $0.clientKey || key == $0.name }) else {
            throw CallbackRefusal.unsigned
        }
        let now = setup.clock.now()
        let arrival = NewArrival(
            app: app.id, source: .callback,
            digest: EventIdentity.of(arrival: body, event, from: setup.knownName(of: app), at: now),
            body: event == nil ? Array(body.prefix(Self.strangeBytesMax)) : body)
        let taken = try setup.ledger.take(ArrivalDemand(now: now, term: setup.term, arrivals: [arrival]))
        if taken > 0 { setup.bells.evidence.ring() }
        return .taken
    }

    package func proves(_ body: [UInt8], signature: String) -> Bool { !proving(body, signature).isEmpty }

    private func proving(_ body: [UInt8], _ signature: String) -> [AppSetup] {
        setup.apps.filter { CallbackSignature.proves(body, signature: signature, by: $0.webhookSecrets) }
    }

    package func knowsPartner(_ key: String) -> Bool { partner(key) != nil }

    /// Every key is compared, so that the time says nothing about which was near.
    private func partner(_ key: String) -> PartnerSetup? {
        let given = Secret(bytes: Array(key.utf8))
        var found: PartnerSetup?
        for each in setup.partners where each.key == given && !given.isEmpty { found = each }
        return found
    }

    package func turnedAway(_ why: TurnedAway) {
        guard let untold = setup.inbound.note(why, at: setup.clock.monotonic()) else { return }
        let counts = TurnedAway.allCases.compactMap { each in untold[each].map { "\(each.rawValue) \($0)" } }
        setup.logger.warning(
            "requests at the door for events were turned away", metadata: ["why": "\(counts.joined(separator: ", "))"])
    }

    private static func event(_ body: [UInt8]) -> PlatformEvent? {
        // Safe because a body that cannot be understood is refused by whoever asks.
        try? PlatformEvent(body: body)
    }

    // MARK: - Lines

    package func partnerEvents(_ body: [UInt8], isCSV: Bool, key: String) throws -> EventsReceipt {
        guard let partner = partner(key) else {
            throw DeskRefusal(.unproved, code: "unproved", Catalogue.Inbound.nobodysKey)
        }
        let file: EventFile
        do { file = try EventFile(body, isCSV: isCSV) } catch let fault as AudienceFault {
            throw DeskRefusal(.invalid, code: fault.code, fault.message)
        }
        // Over HTTP a partner speaks for itself; the platform's word comes by the other door.
        let refused = file.callbacks.map { BadEventLine(line: $0.line, reason: .unreadable) }
        var receipt = try take(file.events, callbacks: [], source: .partner)
        receipt.bad = (receipt.bad + file.bad + refused).sorted { $0.line < $1.line }
        setup.logger.info(
            "events of a partner",
            metadata: [
                "partner": "\(partner.name)", "taken": "\(receipt.taken)", "repeated": "\(receipt.repeated)",
                "bad": "\(receipt.bad.count)",
            ])
        return receipt
    }

    /// In transactions of a thousand lines; a kill between two leaves whole ones, and the rest is told again.
    /// - Parameter pace: asked after each of them.
    func take(
        _ events: [EventLine], callbacks: [CallbackLine], source: ArrivalSource, pace: any WorkPace = Unhurried()
    ) throws -> EventsReceipt {
        var receipt = EventsReceipt()
        let now = setup.clock.now()
        var rest = events[...]
        while !rest.isEmpty {
            var steps: [EvidenceDemand.Step] = []
            var lines: [Int] = []
            for line in rest.prefix(Self.linesAtOnce) {
                switch reader.words(of: line, source: source, at: now) {
                case .success(let words):
                    steps.append(EvidenceDemand.Step(words))
                    lines.append(line.line)
                    if reader.isAtFault(line) {
                        receipt.bad.append(BadEventLine(line: line.line, reason: .optOutCounted))
                    }
                case .failure(let fault): receipt.bad.append(BadEventLine(line: line.line, reason: fault.reason))
                }
            }
            rest = rest.dropFirst(Self.linesAtOnce)
            var demand = EvidenceDemand(now: now, term: setup.term, steps: steps)
            demand.enrol = setup.enrolling
            let result = try setup.ledger.apply(demand)
            if result.occasions > 0 { setup.bells.dispatcher.ring() }
            for person in result.denied { setup.board.deny(person) }
            receipt.taken += result.taken
            receipt.repeated += result.repeated
            receipt.strangers += result.strangers
            receipt.bad += result.refused.map { BadEventLine(line: lines[$0.place], reason: .notKept) }
            receipt.bad += result.otherAmounts.map { BadEventLine(line: lines[$0], reason: .otherAmount) }
            receipt.bad += result.tooOld.map { BadEventLine(line: lines[$0], reason: .tooOld) }
            receipt.bad += result.overRefunded.map { BadEventLine(line: lines[$0], reason: .refundAboveOrder) }
            receipt.bad += result.unknownOrders.map { BadEventLine(line: lines[$0], reason: .unknownOrder) }
            try pace.between(wrote: true)
        }
        for (number, line) in callbacks.enumerated() {
            if number.isMultiple(of: Self.linesAtOnce) { try pace.between(wrote: true) }
            do {
                _ = try receive(Array(line.body.utf8), signature: line.signature)
                receipt.taken += 1
            } catch let refusal as CallbackRefusal {
                receipt.bad.append(
                    BadEventLine(line: line.line, reason: refusal == .unsigned ? .badSignature : .unreadable))
            }
        }
        setup.bells.evidence.ring()
        return receipt
    }
}

extension Desk {
    /// A person imports what a partner wrote down. It settles figures and opt-outs, so it is for operators.
    package func takeEvents(_ request: EventsRequest, as identity: Identity) throws -> EventsReceipt {
        let person = try prove(identity, for: .importEvents).name
        for (count, most) in [
            (request.events.count, EventsRequest.eventsMax), (request.callbacks.count, EventsRequest.callbacksMax),
        ] where count > most {
            throw DeskRefusal(.invalid, code: "too_many_rows", Catalogue.Account.tooManyRows(most))
        }
        let receipt = try EventDoor(setup).take(request.events, callbacks: request.callbacks, source: .file)
        try setup.noteEvents(receipt, of: "-", by: person)
        setup.logger.notice(
            "events imported", metadata: ["person": "\(person)", "taken": "\(receipt.taken)"])
        return receipt
    }
}

extension EngineSetup {
    /// In the audit, for whoever asks where figures came from. After the events: what is told again after a kill is noted then.
    func noteEvents(_ receipt: EventsReceipt, of file: String, by person: String) throws {
        let counts = "taken \(receipt.taken), repeated \(receipt.repeated), strangers \(receipt.strangers)"
        try reigning {
            try ledger.recordDrop(
                DropDemand(
                    now: clock.now(), term: term, person: person, act: DropDemand.events,
                    files: [.init(name: file, mark: "\(counts), bad \(receipt.bad.count)")]))
        }
    }
}
