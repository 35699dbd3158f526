import CampaignModel
import ControlAPI
import Engine
import HostSystem
import Logging
import Ports

/// Looks whether the door's certificate or its key was renewed, and reads both anew: new connections get the new one, nothing
/// is restarted.
struct CertificateWatch: Stepper {
    let name = "certificate"
    private static let interval: Duration = .seconds(30)

    private let identity: TLSIdentity
    private let certificate: String
    private let key: SecretSource
    private let setup: EngineSetup
    private var signs: [String?]

    /// None where nothing is encrypted.
    static func members(
        _ identity: TLSIdentity?, _ door: DoorSettings, _ setup: EngineSetup, on threads: NamedThreads
    ) -> [LoopMember] {
        guard let identity, let certificate = door.tlsCertificate, let key = door.tlsKey else { return [] }
        return [LoopMember(CertificateWatch(identity, certificate, key, setup), on: threads)]
    }

    init(_ identity: TLSIdentity, _ certificate: String, _ key: SecretSource, _ setup: EngineSetup) {
        (self.identity, self.certificate, self.key, self.setup) = (identity, certificate, key, setup)
        signs = Self.signs(certificate, key)
    }

    mutating func step(at now: Moment) async throws -> Moment? {
        let found = Self.signs(certificate, key)
        if found != signs {
            signs = found
            do {
                try identity.renew(certificate: certificate, key: try SecretReader().read(key))
                setup.logger.notice(
                    "the door's certificate was read anew", metadata: ["ends": "\(identity.ends?.iso8601 ?? "?")"])
            } catch {
                // Written one after the other: the next look may find them in step.
                setup.logger.error(
                    "the door's certificate was changed and is not taken; the one before goes on",
                    metadata: ["why": "\(Self.why(error))"])
            }
        }
        return setup.wall(in: Self.interval, after: now)
    }

    private static func signs(_ certificate: String, _ key: SecretSource) -> [String?] {
        var paths = [certificate]
        if case .file(let path) = key { paths.append(path) }
        return paths.map { PathStatus($0)?.sign }
    }

    private static func why(_ error: any Error) -> String {
        switch error {
        case let fault as TLSIdentity.Fault: fault.sentence.en
        case let error as SecretError: error.problem.sentence.en
        default: "\(type(of: error))"
        }
    }
}
