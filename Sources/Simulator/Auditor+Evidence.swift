import CampaignModel
import Ports

/// What the platform told, once it is durable, held against what is true.
extension Auditor {
    mutating func told(_ evidence: [Evidence], _ result: EvidenceResult, wall: Moment, at now: Moment) {
        for key in result.proved { proved(key, at: now) }
        if result.strayEchoes > 0 {
            violate(.noDuplicate, at: now, "\(result.strayEchoes) messages reached people without an attempt")
        }
        if !result.stopped.isEmpty { mark(.permissionTaken) }
        for word in evidence {
            switch word {
            case .event(let word): heard(word)
            case .consent(let word): heard(word, wall: wall)
            case .echo, .binding, .order: break
            }
        }
    }

    /// An echo settled an unknown attempt: it must have arrived, and have been unknown.
    private mutating func proved(_ key: AttemptKey, at now: Moment) {
        guard var attempt = attempts[key], attempt.outcome == .unknown else {
            return violate(.conservationHolds, at: now, "an echo settled what was not unknown")
        }
        if !attempt.isTaken {
            violate(
                .conservationHolds, at: now, "\(attempt.person) counts as accepted by an echo and was never reached")
        }
        attempt.outcome = .accepted
        attempts[key] = attempt
        runs[attempt.run]?.unknown -= 1
        runs[attempt.run]?.accepted += 1
        mark(.settledByEcho)
    }

    /// From here on nothing may leave for whoever said so; a repeat says nothing new.
    private mutating func heard(_ word: EventWord) {
        guard identities.insert(word.identity).inserted, word.kind == .optedOut else { return }
        deniedEverywhere.insert(word.openID)
        mark(.optedOutByReply)
    }

    private mutating func heard(_ word: ConsentWord, wall: Moment) {
        guard identities.insert(word.identity).inserted else { return }
        // The platform tells whole seconds; of a yes and a no within one the no counts.
        let said = min(word.authorized ? word.said : word.said + .milliseconds(999), wall)
        if let known = words[word.account]?[word.openID], said < known.at { return }
        words[word.account, default: [:]][word.openID] = Word(isYes: word.authorized, at: said)
        mark(word.authorized ? .authorizedByEvent : .consentWithdrawn)
    }
}
