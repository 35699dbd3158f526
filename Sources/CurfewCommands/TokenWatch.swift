import CampaignModel
import Engine
import HostSystem
import Logging
import Ports

/// Looks at the files that hold people's tokens: another token in one of them replaces the one before, without a restart.
/// What systemd hands over as a credential is a copy that never changes.
struct TokenWatch: Stepper {
    let name = "people"
    private static let interval: Duration = .seconds(5)

    private let setup: EngineSetup
    private let files: [(person: String, source: SecretSource, path: String)]
    private let refusesWeak: Bool
    private let reader: SecretReader
    private var signs: [String: String] = [:]

    init(_ setup: EngineSetup, _ settings: Settings, reader: SecretReader = SecretReader()) {
        (self.setup, self.reader) = (setup, reader)
        refusesWeak = !settings.platform.isLoopback
        files = settings.people.compactMap { person in
            guard let source = person.token, case .file(let path) = source else { return nil }
            return (person.name, source, path)
        }
    }

    mutating func step(at now: Moment) async throws -> Moment? {
        for file in files {
            guard let sign = PathStatus(file.path)?.sign, sign != signs[file.person] else { continue }
            try look(at: file.source, of: file.person, now)
            signs[file.person] = sign
        }
        return files.isEmpty ? nil : setup.wall(in: Self.interval, after: now)
    }

    private func look(at source: SecretSource, of name: String, _ now: Moment) throws {
        guard let person = setup.people.first(where: { $0.name == name }) else { return }
        let token: Secret
        do throws(SecretError) { token = try reader.read(source) } catch {
            return refuse(person, error.problem.sentence.en)
        }
        let before = setup.roll.token(of: person)
        guard token != before else { return }
        if refusesWeak, TokenFile.isWeak(token) { return refuse(person, "it is so short that it can be guessed") }
        if setup.people.contains(where: { $0.name != name && setup.roll.token(of: $0) == token }) {
            return refuse(person, "somebody else has the same")
        }
        let bytes = token.withBytes { $0 }
        if try setup.ledger.personToken(of: bytes)?.ended != nil {
            return refuse(person, "it was ended before, and stays so")
        }
        try setup.reigning {
            try setup.ledger.replaced(
                TokenReplacement(
                    now: now, term: setup.term, person: name, old: before?.withBytes { $0 }, new: bytes,
                    names: person.formerNames))
        }
        setup.roll.replace(token, of: name)
        setup.logger.notice(
            "a person's token was replaced in its file; the one before proves nobody any more",
            metadata: ["person": "\(name)", "source": "\(source)"])
    }

    private func refuse(_ person: PersonSetup, _ why: String) {
        setup.logger.error(
            "a person's token file was changed and is not taken; the token before goes on",
            metadata: ["person": "\(person.name)", "why": "\(why)"])
    }
}
