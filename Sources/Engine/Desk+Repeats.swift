import Answers
import CampaignModel
import Digests
import Foundation
import Ports
import Words

extension Desk {
    package func once<Answer: Codable & Sendable>(
        _ key: RepeatKey, as identity: Identity, _ deed: () throws -> Answer
    ) throws -> Repeatable<Answer> {
        let person = try prove(identity)
        guard let kept = setup.ledger as? any RepeatLedger else { return Repeatable(try deed()) }
        let name = Digest.of("\(person.name)\u{0}\(key.route)\u{0}\(key.text)".utf8)
        let fingerprint = Digest.of(key.body)
        let now = setup.clock.now()
        let done = try setup.ledger.together {
            let oldest = now - RepeatKey.keptFor
            let known = try kept.keptAnswer(name, since: oldest)
            if let known {
                guard known.fingerprint == fingerprint else {
                    throw DeskRefusal(.mismatch, code: "idempotency_key_reused", Catalogue.Door.keyReused)
                }
                if !known.body.isEmpty {
                    let answer = try JSONDecoder().decode(Answer.self, from: Data(known.body))
                    return Repeatable(answer, isReplayed: true)
                }
            }
            let answer = try deed()
            // An export is read anew: what it names must not lie about where no erasure looks for it.
            let body = answer is ExportPage ? [] : Array(try JSONEncoder().encode(answer))
            try kept.keep(
                KeptAnswer(fingerprint: fingerprint, body: body, at: known?.at ?? now), as: name, forgetting: oldest,
                term: setup.term)
            return Repeatable(answer)
        }
        // What the deed itself woke looked before the transaction was there to be seen.
        if !done.isReplayed {
            ringAll()
            setup.bells.evidence.ring()
        }
        return done
    }
}
