import CampaignModel
import Ports
import Sandbox
import Wire

/// The wire between daemon and platform, with everything that can go wrong on it.
extension Simulation {
    var isAnythingInFlight: Bool { ground.auditor.isAnythingOpen }

    /// The moment of the first byte.
    func depart(_ flight: Flight) {
        // What was in the memory of a process that died never leaves.
        guard !flight.life.isDead else { return }
        if let until = flight.life.sleepsUntil, ground.clock.truth < until {
            return ground.agenda.enter(.departs(flight), at: until)
        }
        let timeout = flight.exchange.timeout
        if ground.strikes(.connectRefused) { return ground.enter(.ends(flight, .notLeft(.connectFailed)), in: .zero) }
        if ground.strikes(.nameNotResolved) {
            return ground.enter(.ends(flight, .notLeft(.nameNotResolved)), in: .seconds(1))
        }
        if !flight.isRepeated, let obstacle = flight.exchange.lastLook?() {
            ground.note("held back", [], obstacle.rawValue)
            return ground.enter(.ends(flight, .notLeft(obstacle)), in: .zero)
        }
        flight.departed = ground.clock.truth
        if flight.route == .send {
            ground.auditor.departed(flight, at: ground.clock.truth)
            ground.note("leaves", [], flight.contact?.person ?? "")
        }
        if isLost(flight) {
            flight.isClear = false
            let loss: (Loss, Duration) =
                chance.happens(0.5) ? (.timedOut, timeout) : (.connectionLost, .milliseconds(5))
            return ground.enter(.ends(flight, .lost(loss.0)), in: loss.1)
        }
        var travel = ground.wireChance.duration(1...60)
        if ground.strikes(.slowArrival) {
            let all = Int(timeout.wholeMilliseconds)
            travel = ground.wireChance.duration(all / 4...all)
        }
        ground.enter(.arrives(flight), in: min(travel, timeout))
    }

    private func isLost(_ flight: Flight) -> Bool {
        switch flight.route {
        case .token: ground.strikes(.tokenCallLost)
        case .status: ground.strikes(.statusCallFails)
        case .walk: ground.walkDownUntil.map { ground.clock.truth < $0 } ?? false || ground.strikes(.walkFails)
        case .send, .other: ground.strikes(.requestLost)
        }
    }

    /// The request is at the platform, complete.
    func arrive(_ flight: Flight) {
        let now = ground.clock.truth
        if flight.route == .token, ground.strikes(.tokenCallRefused) {
            return reply(flight, Self.refusal(code: 10_013), in: .milliseconds(20))
        }
        if flight.route == .send, let answer = refusalByFault() {
            ground.auditor.arrived(flight, taken: false, at: now)
            if !answer.isClear { flight.isClear = false }
            return reply(flight, answer.result, in: .milliseconds(20))
        }
        if flight.exchange.request.path == "/oauth/refresh_biz_token/" { ground.auditor.mark(.tokenRenewed) }
        let before = ground.platform.contactsTaken
        let answer = ground.platform.answer(flight.exchange.request, at: now)
        let isTaken = ground.platform.contactsTaken > before
        collectCallbacks()
        if flight.route == .send {
            ground.auditor.arrived(flight, taken: isTaken, at: now)
            ground.note(isTaken ? "taken" : "refused", [], flight.contact?.person ?? "")
            if isTaken, flight.contact?.isOdd ?? false { flight.isClear = false }
        }
        var result = ExchangeResult.complete(answer.response)
        var delay = answer.delay + ground.wireChance.duration(1...80)
        if flight.route == .send { spoil(flight, &result, &delay) }
        reply(flight, result, in: delay)
    }

    private func reply(_ flight: Flight, _ result: ExchangeResult, in delay: Duration) {
        let left = (flight.departed ?? ground.clock.truth) + flight.exchange.timeout
        if ground.clock.truth + delay >= left {
            flight.isClear = false
            return ground.agenda.enter(.ends(flight, .lost(.timedOut)), at: max(left, ground.clock.truth))
        }
        ground.enter(.ends(flight, result), in: delay)
    }

    /// What was seen at the other end comes back to the service.
    func end(_ flight: Flight, _ result: ExchangeResult) {
        guard !flight.life.isDead else { return }
        if ground.mutation == .retriesWithoutRow, case .lost = result, flight.route == .send, !flight.isRepeated {
            flight.isRepeated = true
            return ground.enter(.departs(flight), in: .milliseconds(10))
        }
        ground.auditor.ended(flight)
        flight.mailbox.end(flight, result)
    }

    // MARK: - Answers that go wrong

    /// A definite answer that the platform gives without taking the contact, or an unheard one.
    private func refusalByFault() -> (result: ExchangeResult, isClear: Bool)? {
        let codes: [(FaultKind, Int)] = [
            (.busy, 28_001_005), (.tokenExpired, 28_001_008), (.risk, 28_001_052), (.frozen, 28_001_014),
            (.banned, 28_029_004), (.quotaUsedUp, 28_003_017), (.personDayUsed, 28_003_070),
            (.personGone, 28_001_045), (.contentRefused, 28_001_007),
        ]
        for (kind, code) in codes where ground.strikes(kind) { return (Self.refusal(code: code), true) }
        if ground.strikes(.unheardCode) { return (Self.refusal(code: 28_999_999), false) }
        guard ground.strikes(.tooManyRequests) else { return nil }
        let waits = [
            [], [HTTPHeader("Retry-After", "2")], [HTTPHeader("Retry-After", "-5")],
            [HTTPHeader("Retry-After", "99999999")],
        ]
        return (.complete(HTTPResponse(status: 429, headers: chance.pick(waits)!, body: [])), true)
    }

    private static func refusal(code: Int) -> ExchangeResult {
        .complete(
            HTTPResponse(
                status: 200,
                body: Array(
                    #"{"err_no":\#(code),"err_msg":"no","error_code":\#(code),"data":{"error_code":\#(code)}}"#.utf8)))
    }

    /// The platform has decided; its answer gets lost or spoilt on the way.
    private func spoil(_ flight: Flight, _ result: inout ExchangeResult, _ delay: inout Duration) {
        let spoilt: ExchangeResult
        if ground.strikes(.answerLost) {
            spoilt = .lost(chance.happens(0.5) ? .connectionLost : .timedOut)
        } else if ground.strikes(.replyCut) {
            spoilt = .lost(.truncated)
        } else if ground.strikes(.replyGarbage) {
            spoilt = .complete(HTTPResponse(status: 200, body: Array("<html>}{ \u{1}".utf8)))
        } else if ground.strikes(.serverError) {
            spoilt = .complete(HTTPResponse(status: chance.pick([500, 502, 503, 504])!, body: Array("oops".utf8)))
        } else if ground.strikes(.otherRecipient) {
            spoilt = .complete(
                HTTPResponse(
                    status: 200,
                    body: Array(#"{"err_no":0,"data":{"msg_id":"@x","to_user_id":"somebody-else"}}"#.utf8)))
        } else if ground.strikes(.replyTooLate) {
            delay = flight.exchange.timeout
            return
        } else {
            return
        }
        flight.isClear = false
        result = spoilt
    }
}

extension SentContact {
    /// Somebody whose answers are never beyond doubt.
    var isOdd: Bool { person.hasSuffix("-partial") || person.hasSuffix("-noid") }
}

extension Auditor {
    var isAnythingOpen: Bool { attempts.values.contains { $0.outcome == nil } }
}
