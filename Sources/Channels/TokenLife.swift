import CampaignModel

/// The life of one owner's token. Pure: moments come in, questions and verdicts go out.
struct TokenLife: Sendable {
    enum Step: Equatable {
        case issue
        case refresh(AccessToken)
    }

    private enum Stage: Equatable {
        /// The next question is due at this moment. Leaves to: asking, stopped.
        case resting(until: Moment)
        /// A question is on its way; `isRefresh` says which. Leaves to: resting, stopped.
        case asking(isRefresh: Bool)
        /// Leaves to nothing by itself; a person's `resume` starts a new life.
        case stopped(TokenStop)
    }

    private struct Held: Equatable {
        let token: AccessToken
        /// Not handed out from here on.
        let usableUntil: Moment
    }

    /// A lost question is asked again after this, doubling up to the bound.
    static let pauseAfterLoss: Duration = .seconds(5)
    static let pauseAfterLossMax: Duration = .minutes(5)
    /// A refused question is asked once more, from the start, after this.
    static let pauseAfterRefusal: Duration = .seconds(30)
    /// Renewal is due when this much of the life is left: a tenth, at most a day.
    static let renewalLeadMax: Duration = .days(1)
    /// A token is not handed out this shortly before its end: the request still has to arrive.
    static let usableMargin: Duration = .seconds(30)
    /// Refusals to give a token, in a row, that stop the owner.
    static let refusalsMax = 2

    private var stage: Stage = .resting(until: .distantPast)
    private var held: Held?
    private var refreshToken: AccessToken?
    private var refusalsInARow = 0
    private var lossesInARow = 0
    /// The held token replaced one that the platform refused, and no answer has shown yet that it is any better.
    private var isOnProbation = false

    func verdict(at now: Moment) -> TokenVerdict {
        if case .stopped(let stop) = stage { return .stopped(stop) }
        if let held, now < held.usableUntil { return .ready(held.token) }
        switch stage {
        case .resting(let until): return .wait(until: until)
        case .asking: return .wait(until: nil)
        case .stopped(let stop): return .stopped(stop)
        }
    }

    var usableUntil: Moment? { held?.usableUntil }

    var nextAsk: Moment? {
        switch stage {
        case .resting(let until): until
        case .asking, .stopped: nil
        }
    }

    mutating func ask(at now: Moment) -> Step? {
        guard case .resting(let until) = stage, until <= now else { return nil }
        stage = .asking(isRefresh: refreshToken != nil)
        return refreshToken.map(Step.refresh) ?? .issue
    }

    mutating func granted(_ grant: TokenGrant, at now: Moment) {
        guard case .asking = stage else { return }
        let lifetime = grant.expiresIn
        held = Held(token: grant.token, usableUntil: now + max(lifetime - Self.usableMargin, lifetime / 2))
        refreshToken = grant.refreshToken
        refusalsInARow = 0
        lossesInARow = 0
        stage = .resting(until: now + (lifetime - min(lifetime / 10, Self.renewalLeadMax)))
    }

    /// The refresh token is dropped with its first refusal: a business token may simply be asked for again.
    mutating func refused(code: Int, at now: Moment) {
        guard case .asking(let isRefresh) = stage else { return }
        refreshToken = nil
        refusalsInARow += 1
        lossesInARow = 0
        if refusalsInARow >= Self.refusalsMax, !isRefresh {
            held = nil
            stage = .stopped(.notGranted(code: code))
        } else {
            stage = .resting(until: isRefresh ? now : now + Self.pauseAfterRefusal)
        }
    }

    mutating func lost(at now: Moment) {
        guard case .asking = stage else { return }
        var pause = Self.pauseAfterLoss
        for _ in 0..<min(lossesInARow, 16) where pause < Self.pauseAfterLossMax { pause = pause * 2 }
        lossesInARow += 1
        stage = .resting(until: now + min(pause, Self.pauseAfterLossMax))
    }

    mutating func platformRefused(_ token: AccessToken, at now: Moment) -> TokenExpiry {
        if case .stopped(let stop) = stage { return .stop(stop) }
        guard let held, held.token == token else { return .ignoreLate }
        self.held = nil
        if isOnProbation {
            stage = .stopped(.refusedAgain)
            return .stop(.refusedAgain)
        }
        isOnProbation = true
        switch stage {
        case .resting: stage = .resting(until: now)
        case .asking: break
        case .stopped(let stop): return .stop(stop)
        }
        return .renew
    }

    mutating func proved(_ token: AccessToken) {
        if held?.token == token { isOnProbation = false }
    }
}
