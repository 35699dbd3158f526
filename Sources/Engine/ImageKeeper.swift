import CampaignModel
import Channels
import Logging
import Ports
import SendingRules
import Words

/// Uploads each image once per content and app, before the run that needs it begins, and again when the platform may have
/// forgotten it: its ids are a cache of somebody else's, and such a cache has an end.
package actor ImageKeeper: Stepper {
    package nonisolated let name = "images"
    private static let retryInterval: Duration = .seconds(30)
    private static let retryFirst: Duration = .seconds(10)
    private static let retryMax: Duration = .minutes(30)
    /// An upload is believed for this long.
    static let lifetime: Duration = .days(1)
    /// A run's images are renewed so long before its start.
    private static let lead: Duration = .hours(1)

    private struct Asked {
        let key: ImageBoard.Key
        let file: String
    }
    private let setup: EngineSetup
    private let upload: ImageUpload
    private let mailbox: any Mailbox
    private var asked: [UInt64: Asked] = [:]
    private var pauses: [ImageBoard.Key: GrowingPause] = [:]
    private var lastID: UInt64 = 0

    package init(_ setup: EngineSetup, mailbox: any Mailbox) {
        self.setup = setup
        self.mailbox = mailbox
        upload = ImageUpload(baseURL: setup.address)
    }

    package func step(at now: Moment) async throws -> Moment? {
        for end in mailbox.collect() { try take(end, at: now) }
        let wanted = try wantedUploads(at: now)
        let underWay = Set(asked.values.map(\.key))
        var exchanges: [Exchange] = []
        var next: Moment?
        for one in wanted.due where !underWay.contains(one.key) {
            if let until = pauses[one.key]?.until, now < until {
                next = next.map { min($0, until) } ?? until
            } else if let exchange = try exchange(for: one, at: now) {
                exchanges.append(exchange)
            } else {
                next = min(next ?? .distantFuture, pauses[one.key]?.until ?? now + Self.retryInterval)
            }
        }
        if !exchanges.isEmpty { mailbox.submit(exchanges) }
        return [next, wanted.later].compactMap { $0 }.min()
    }

    /// Of approved runs that are not over, and of test contacts, which a proved person has asked for by name. What
    /// nobody has asked for is never uploaded.
    private func wantedUploads(at now: Moment) throws -> (due: [Asked], later: Moment?) {
        var due: [Asked] = []
        var later: Moment?
        for run in try setup.ledger.liveRunsWithImages() where run.isApproved || run.isTest {
            let revision = try setup.ledger.revision(run.revision)
            for digest in revision.campaign.imageDigests {
                if let image = try setup.ledger.uploadedImage(digest: digest, app: revision.app) {
                    let renewal = max(image.uploaded + Self.lifetime, run.start - Self.lead)
                    guard now >= renewal else {
                        later = later.map { min($0, renewal) } ?? renewal
                        continue
                    }
                }
                let key = ImageBoard.Key(digest: digest, app: revision.app)
                guard !due.contains(where: { $0.key == key }) else { continue }
                due.append(Asked(key: key, file: revision.campaign.imageName(digest: digest)))
            }
        }
        return (due, later)
    }

    private func exchange(for wanted: Asked, at now: Moment) throws -> Exchange? {
        guard let app = setup.app(wanted.key.app),
            case .ready(let token) = setup.shelf.verdict(for: .app(clientKey: app.clientKey), at: now),
            let content = try setup.ledger.imageContent(digest: wanted.key.digest)
        else { return nil }
        do {
            let request = try upload.request(for: content, clientToken: token)
            lastID += 1
            asked[lastID] = wanted
            return Exchange(
                id: lastID, request: request, timeout: setup.limits.requestTimeout,
                responseBytesMax: ImageUpload.replyBytesMax)
        } catch {
            fail(wanted, Catalogue.Stand.unusableImage, "\(error)", at: now)
            return nil
        }
    }

    private func take(_ end: ExchangeEnd, at now: Moment) throws {
        guard let wanted = asked.removeValue(forKey: end.id) else { return }
        guard case .complete(let response) = end.result else {
            return fail(wanted, Catalogue.Stand.noAnswer, "\(end.result)", at: now)
        }
        switch ImageUpload.mediaID(from: response) {
        case .success(let mediaID):
            try setup.reigning {
                try setup.ledger.rememberImage(
                    digest: wanted.key.digest, app: wanted.key.app, mediaID: mediaID, at: now, term: setup.term)
            }
            pauses[wanted.key] = nil
            setup.images.note(nil, of: wanted.key)
            setup.bells.planner.ring()
            setup.bells.dispatcher.ring()
        case .failure(let failure): fail(wanted, Self.words(failure), "\(failure)", at: now)
        }
    }

    /// The pause is the image's own: whoever rings meanwhile, and its own answer does, asks for nothing.
    private func fail(_ wanted: Asked, _ why: Sentence, _ detail: String, at now: Moment) {
        var pause = pauses[wanted.key] ?? GrowingPause(first: Self.retryFirst, longest: Self.retryMax)
        pause.fail(at: now)
        pauses[wanted.key] = pause
        let next = pause.until ?? now
        setup.images.note(.init(tries: pause.failures, why: why, next: next), of: wanted.key)
        setup.logger.error(
            "image not uploaded",
            metadata: [
                "file": "\(wanted.file)", "why": "\(detail)", "tries": "\(pause.failures)", "next": "\(next.iso8601)",
            ])
        setup.bells.reports.ring()
    }

    private static func words(_ failure: CallFailure) -> Sentence {
        switch failure {
        case .refused(let code, _, _): Catalogue.Stand.refusedWithCode(code)
        case .httpStatus(let status): Catalogue.Stand.httpStatus(status)
        case .unreadable, .tooLarge: Catalogue.Stand.unreadableAnswer
        }
    }
}
