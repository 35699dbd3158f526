import CampaignModel
import Channels
import Logging
import Ports
import SendingRules

/// Uploads each image once per content and app, before the run that needs it begins.
package actor ImageKeeper: Stepper {
    package nonisolated let name = "images"
    private static let retryInterval: Duration = .seconds(30)

    private struct Upload: Hashable {
        let digest: String
        let app: AppID
    }
    private let setup: EngineSetup
    private let upload: ImageUpload
    private let mailbox: any Mailbox
    private var asked: [UInt64: Upload] = [:]
    private var lastID: UInt64 = 0

    package init(_ setup: EngineSetup, mailbox: any Mailbox) {
        self.setup = setup
        self.mailbox = mailbox
        upload = ImageUpload(baseURL: setup.address)
    }

    package func step(at now: Moment) async throws -> Moment? {
        for end in mailbox.collect() { try take(end, at: now) }
        let missing = try missingUploads()
        let underWay = Set(asked.values)
        var exchanges: [Exchange] = []
        for wanted in missing where !underWay.contains(wanted) {
            if let exchange = try exchange(for: wanted, at: now) { exchanges.append(exchange) }
        }
        if !exchanges.isEmpty { mailbox.submit(exchanges) }
        return missing.isEmpty ? nil : now + Self.retryInterval
    }

    /// Of approved runs that are not over, and of test contacts, which a proved person has asked for by name. What
    /// nobody has asked for is never uploaded.
    private func missingUploads() throws -> [Upload] {
        var missing: [Upload] = []
        for run in try setup.ledger.liveRuns() where run.isApproved || run.isTest {
            let revision = try setup.ledger.revision(run.revision)
            for digest in revision.campaign.imageDigests
            where try setup.ledger.image(digest: digest, app: revision.app) == nil {
                let wanted = Upload(digest: digest, app: revision.app)
                if !missing.contains(wanted) { missing.append(wanted) }
            }
        }
        return missing
    }

    private func exchange(for wanted: Upload, at now: Moment) throws -> Exchange? {
        guard let app = setup.app(wanted.app),
            case .ready(let token) = setup.shelf.verdict(for: .app(clientKey: app.clientKey), at: now),
            let content = try setup.ledger.imageContent(digest: wanted.digest)
        else { return nil }
        do {
            let request = try upload.request(for: content, clientToken: token)
            lastID += 1
            asked[lastID] = wanted
            return Exchange(
                id: lastID, request: request, timeout: setup.limits.requestTimeout,
                responseBytesMax: ImageUpload.replyBytesMax)
        } catch {
            setup.logger.error("image cannot be uploaded", metadata: ["digest": "\(wanted.digest)", "why": "\(error)"])
            return nil
        }
    }

    private func take(_ end: ExchangeEnd, at now: Moment) throws {
        guard let wanted = asked.removeValue(forKey: end.id) else { return }
        guard case .complete(let response) = end.result else { return }
        switch ImageUpload.mediaID(from: response) {
        case .success(let mediaID):
            try setup.reigning {
                try setup.ledger.rememberImage(
                    digest: wanted.digest, app: wanted.app, mediaID: mediaID, at: now, term: setup.term)
            }
            setup.bells.planner.ring()
            setup.bells.dispatcher.ring()
        case .failure(let failure):
            setup.logger.error("image upload refused", metadata: ["digest": "\(wanted.digest)", "why": "\(failure)"])
        }
    }
}
