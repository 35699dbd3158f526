import CampaignModel
import Digests
import Wire

/// Something that the pretend platform tells an app: one POST, due at a moment of the platform's wall.
package struct SandboxCallback: Sendable, Equatable {
    package let clientKey: String
    package let url: String
    /// `im_send_msg`, `im_receive_msg` …
    package let event: String
    /// The same for every copy of one event.
    package let messageID: String
    package internal(set) var signature: String
    package let body: [UInt8]
    package internal(set) var due: Moment
    /// How often this copy was posted and not taken.
    package internal(set) var tries = 0
    /// A copy that somebody forged: the signature is not the platform's, and whoever takes it is fooled.
    package internal(set) var isForged = false
    /// What the check of an address must bring back.
    let challenge: Int?

    package var request: HTTPRequest {
        HTTPRequest(
            method: .post, url: url,
            headers: [
                HTTPHeader("Content-Type", "application/json"), HTTPHeader("X-Douyin-Signature", signature),
                HTTPHeader("Msg-Id", messageID),
            ], body: body)
    }
}

/// What can happen to a callback on its way, each by a chance of its own:
///
///     {"seed": 7, "rates": {}, "callbacks": {"lost": 0.1, "twice": 0.2, "late": 0.3, "forged": 0.1, "late_seconds": 60}}
package struct CallbackFaults: Sendable, Equatable {
    /// Never posted.
    package var lost = 0.0
    /// Posted once more, at a moment of its own.
    package var twice = 0.0
    /// Held back for up to `lateMax`, so that what happened after it is told before it.
    package var late = 0.0
    /// Followed by a copy with another text and the first one's signature.
    package var forged = 0.0
    package var lateMax: Duration = .seconds(30)

    package init() {}

    private static let names = ["forged", "late", "late_seconds", "lost", "twice"]

    /// - Throws: `WorldDefect` with a sentence for the person who wrote the file.
    init(_ numbers: [String: Double]) throws(WorldDefect) {
        for (name, value) in numbers.sorted(by: { $0.key < $1.key }) {
            guard Self.names.contains(name) else {
                throw WorldDefect("unknown fault of callbacks \(name); known are \(Self.names.joined(separator: ", "))")
            }
            guard name == "late_seconds" ? (0...86_400).contains(value) : (0...1).contains(value) else {
                throw WorldDefect("callbacks.\(name) is out of range: rates are 0…1, late_seconds 0…86400")
            }
        }
        lost = numbers["lost"] ?? 0
        twice = numbers["twice"] ?? 0
        late = numbers["late"] ?? 0
        forged = numbers["forged"] ?? 0
        lateMax = numbers["late_seconds"].map { .milliseconds(Int64($0 * 1000)) } ?? lateMax
    }
}

/// Callbacks on their way, and where each app wants them.
struct CallbackPost: Sendable {
    struct Address: Sendable {
        var url: String
        /// Nothing but the check is posted to an address that was not checked.
        var isChecked: Bool
    }
    var addresses: [String: Address] = [:]
    /// By moment, then by age: the next one last.
    private var waiting: [SandboxCallback] = []
    var generator: SandboxRandom
    var told = 0
    var counts = Counts()

    struct Counts: Sendable, Equatable {
        var made = 0
        var taken = 0
        var refused = 0
        var givenUp = 0
        var lost = 0
        var twice = 0
        var late = 0
        var forged = 0
        var forgedTaken = 0
    }

    init(seed: UInt64) { generator = SandboxRandom(seed: seed ^ 0x77EB_4001) }

    var next: Moment? { waiting.last?.due }

    mutating func enter(_ callback: SandboxCallback) {
        var (low, high) = (0, waiting.count)
        while low < high {
            let middle = (low + high) / 2
            if waiting[middle].due > callback.due { low = middle + 1 } else { high = middle }
        }
        // Among equal moments the newest is put first, and so leaves last.
        waiting.insert(callback, at: low)
    }

    mutating func take(dueAt now: Moment, limit: Int) -> [SandboxCallback] {
        var due: [SandboxCallback] = []
        while due.count < limit, let last = waiting.last, last.due <= now { due.append(waiting.removeLast()) }
        return due
    }

    var sums: SandboxAudit.Callbacks {
        .init(
            made: counts.made, taken: counts.taken, refused: counts.refused, givenUp: counts.givenUp, lost: counts.lost,
            twice: counts.twice, late: counts.late, forged: counts.forged, forgedTaken: counts.forgedTaken,
            waiting: waiting.count, addresses: addresses.values.count(where: \.isChecked))
    }

    mutating func forget(_ clientKey: String) { waiting.removeAll { $0.clientKey == clientKey } }

    /// 0 ..< 1
    mutating func unit() -> Double { Double(generator.next() >> 11) / Double(1 << 53) }
}

extension SandboxPlatform {
    /// The platform tries again so long after each failure, three times in all; the real one names no times.
    private static let retries: [Duration] = [.seconds(1), .seconds(10), .seconds(60)]
    /// How long an event needs to be told when nothing goes wrong.
    private static let travelMax: Duration = .milliseconds(200)

    /// The next moment at which something is to be posted.
    package var nextCallback: Moment? { post.next }

    /// Takes out what is to be posted now, oldest first.
    package mutating func takeCallbacks(dueAt now: Moment, limit: Int = 100) -> [SandboxCallback] {
        post.take(dueAt: now, limit: limit)
    }

    /// What became of one: anything but 200 in time is tried again, three times.
    /// - Parameter status: nil when no answer came.
    package mutating func callbackEnded(
        _ callback: SandboxCallback, status: Int?, body: [UInt8] = [], at now: Moment
    ) {
        if callback.isForged {
            if status == 200 { post.counts.forgedTaken += 1 }
            return
        }
        if let challenge = callback.challenge {
            guard status == 200, post.addresses[callback.clientKey]?.url == callback.url else { return }
            let reply = String(decoding: body.filter { $0 > 0x20 }, as: UTF8.self)
            post.addresses[callback.clientKey]?.isChecked = reply == #"{"challenge":\#(challenge)}"#
            return
        }
        if status == 200 {
            post.counts.taken += 1
            return
        }
        post.counts.refused += 1
        guard callback.tries < Self.retries.count else {
            post.counts.givenUp += 1
            return
        }
        var again = callback
        again.due = now + Self.retries[callback.tries]
        again.tries += 1
        post.enter(again)
    }

    /// The app names another address; it is told nothing before it has answered the check. An empty one ends it all.
    /// - Returns: false when there is no such app.
    package mutating func subscribe(_ clientKey: String, url: String, at now: Moment) -> Bool {
        guard let app = apps[clientKey] else { return false }
        post.forget(clientKey)
        post.addresses[clientKey] = nil
        guard !url.isEmpty else { return true }
        post.addresses[clientKey] = .init(url: url, isChecked: false)
        post.told += 1
        let challenge = Int(post.generator.next() % 1_000_000_000)
        let body = Array(
            #"{"event":"verify_webhook","client_key":"\#(clientKey)","content":{"challenge":\#(challenge)}}"#.utf8)
        post.enter(
            SandboxCallback(
                clientKey: clientKey, url: url, event: "verify_webhook", messageID: "sandbox-event-\(post.told)",
                signature: Self.signature(of: body, secret: app.webhookSecret), body: body, due: now,
                challenge: challenge))
        return true
    }

    /// Whether the app's address has answered the check, or the world vouches for it.
    package func isSubscribed(_ clientKey: String) -> Bool { post.addresses[clientKey]?.isChecked ?? false }

    /// The app's secret from now on: what is told later is signed with it.
    /// - Returns: false when there is no such app.
    package mutating func resetSecret(_ clientKey: String, _ secret: String) -> Bool {
        guard apps[clientKey] != nil else { return false }
        apps[clientKey]?.webhookSecret = secret
        return true
    }

    /// - Parameter content: the event's content as JSON. Some events carry it as an object, others as its text.
    mutating func tell(
        _ event: String, app clientKey: String, from: String, to: String, content: String, asText: Bool,
        in delay: Duration = .zero, at now: Moment
    ) {
        guard let app = apps[clientKey], let address = post.addresses[clientKey], address.isChecked else { return }
        post.told += 1
        post.counts.made += 1
        let shown = asText ? ReplyText.quoted(content) : content
        func text(logID: String) -> [UInt8] {
            Array(
                (#"{"event":"\#(event)","client_key":\#(ReplyText.quoted(clientKey)),"#
                    + #""from_user_id":\#(ReplyText.quoted(from)),"to_user_id":\#(ReplyText.quoted(to)),"#
                    + #""content":\#(shown),"log_id":"\#(logID)"}"#).utf8)
        }
        let body = text(logID: "sandbox-event-\(post.told)")
        var callback = SandboxCallback(
            clientKey: clientKey, url: address.url, event: event, messageID: "sandbox-event-\(post.told)",
            signature: Self.signature(of: body, secret: app.webhookSecret), body: body,
            due: now + delay + travel(), challenge: nil)
        let chances = faults.callbacks
        if chances.forged > 0, post.unit() < chances.forged {
            post.counts.forged += 1
            var forged = SandboxCallback(
                clientKey: clientKey, url: address.url, event: event, messageID: callback.messageID,
                signature: callback.signature, body: text(logID: "forged"), due: callback.due, challenge: nil)
            forged.isForged = true
            post.enter(forged)
        }
        if chances.lost > 0, post.unit() < chances.lost {
            post.counts.lost += 1
            return
        }
        if chances.twice > 0, post.unit() < chances.twice {
            post.counts.twice += 1
            var copy = callback
            copy.due = now + delay + held(for: chances.lateMax)
            post.enter(copy)
        }
        if chances.late > 0, post.unit() < chances.late {
            post.counts.late += 1
            callback.due = now + delay + held(for: chances.lateMax)
        }
        post.enter(callback)
    }

    private mutating func travel() -> Duration { held(for: Self.travelMax) }

    private mutating func held(for limit: Duration) -> Duration {
        .milliseconds(Int64(post.unit() * Double(limit.wholeMilliseconds)))
    }

    /// As the platform's pages say: SHA-1 over the secret followed by the body. Written here once more, and not taken
    /// from the daemon, so that one mistake cannot hide in both.
    static func signature(of body: [UInt8], secret: String) -> String {
        Digest.of(Array(secret.utf8) + body, by: .sha1).hexadecimal
    }
}
