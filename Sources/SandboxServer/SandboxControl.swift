import CampaignModel
import Foundation
import Hummingbird
import Sandbox
import Synchronization
import Wire

/// What is not the platform's but the rehearsal's: the audit, more people, and what people and accounts do.
extension SandboxDoor {
    private struct People: Decodable {
        let account: String
        let users: [String]?
        let patterns: [OpenIDPattern]?
        let mutualFollows: [String]?
        let withdrawn: [String]?

        enum CodingKeys: String, CodingKey {
            case account, users, patterns, withdrawn
            case mutualFollows = "mutual_follows"
        }
    }

    private struct Reply: Decodable {
        let account: String
        let user: String
        /// nil: staff of the account write to the person instead, by hand.
        let text: String?
    }

    private struct Trade: Decodable {
        let account: String
        let user: String
        let order: String
        let fen: String?
    }

    private struct Binding: Decodable {
        let account: String
        let bound: Bool
    }

    private struct Webhook: Decodable {
        let clientKey: String
        /// nil: stays; empty: none any more.
        let url: String?
        /// Signs from now on, as after a reset on the platform.
        let secret: String?

        enum CodingKeys: String, CodingKey {
            case url, secret
            case clientKey = "client_key"
        }
    }

    func control(_ request: Request, body: [UInt8]) -> Response {
        switch (request.method, request.uri.path) {
        case (.get, "/sandbox/health"):
            return Self.response(Self.json(#"{"ok":true}"#))
        case (.get, "/sandbox/audit"):
            let audit = platform.withLock { $0.audit }
            return Self.response(Self.json(audit.json))
        case (.get, "/sandbox/audit.txt"):
            let audit = platform.withLock { $0.audit }
            let language: Language = request.uri.query?.contains("lang=zh") == true ? .zh : .en
            return Self.response(
                .init(
                    status: 200, headers: [HTTPHeader("Content-Type", "text/plain; charset=utf-8")],
                    body: Array(audit.text(in: language).utf8)))
        case (.get, "/sandbox/robots"):
            return Self.response(Self.json(platform.withLock { $0.robots.audit() }))
        case (.post, "/sandbox/robots"):
            guard let lies = read(body, as: [String].self) else { return Self.wanted("a list of answers") }
            platform.withLock { $0.robots.lies += lies }
            return Self.response(Self.json(#"{"ok":true}"#))
        case (.post, "/sandbox/users"): return addPeople(body)
        case (.post, "/sandbox/replies"): return hear(body)
        case (.post, "/sandbox/entrances"): return enter(body)
        case (.post, "/sandbox/orders"): return trade(body)
        case (.post, "/sandbox/bind"): return bind(body)
        case (.post, "/sandbox/webhook"): return subscribe(body)
        default:
            return Response(status: .notFound)
        }
    }

    private func read<Body: Decodable>(_ body: [UInt8], as type: Body.Type) -> Body? {
        // Safe because a body that cannot be read is answered as one.
        try? JSONDecoder().decode(type, from: Data(body))
    }

    /// `{"account": "…", "users": […], "patterns": […], "mutual_follows": […], "withdrawn": […]}`
    private func addPeople(_ body: [UInt8]) -> Response {
        guard let people = read(body, as: People.self), people.patterns?.allSatisfy(\.isSane) ?? true else {
            return Self.wanted("account and users")
        }
        let openIDs = (people.users ?? []) + (people.patterns ?? []).flatMap(\.openIDs)
        let added = platform.withLock { platform -> Int in
            let added = platform.authorise(openIDs, account: people.account, at: now())
            platform.follow(people.mutualFollows ?? [], account: people.account)
            platform.withdraw(people.withdrawn ?? [], account: people.account, at: now())
            return added
        }
        return Self.response(Self.json(#"{"authorised":\#(added)}"#))
    }

    /// `{"account": "…", "user": "…", "text": "退订"}`: the person writes; without text the account's staff do.
    private func hear(_ body: [UInt8]) -> Response {
        guard let reply = read(body, as: Reply.self) else { return Self.wanted("account, user and text") }
        platform.withLock { platform in
            if let text = reply.text {
                platform.reply(text, from: reply.user, to: reply.account, at: now())
            } else {
                platform.writeByHand(to: reply.user, from: reply.account, at: now())
            }
        }
        return Self.done(true)
    }

    /// `{"account": "…", "user": "…", "text": "{…}"}`: the person opens the conversation; the text is the platform's word about
    /// the ad they came from.
    private func enter(_ body: [UInt8]) -> Response {
        guard let entrance = read(body, as: Reply.self) else { return Self.wanted("account and user") }
        return Self.done(
            platform.withLock {
                $0.enter(entrance.user, to: entrance.account, ad: entrance.text, at: now()) != nil
            })
    }

    /// `{"account": "…", "user": "…", "order": "…", "fen": "12800"}`: the person pays; without an amount a coupon of the order is
    /// given back.
    private func trade(_ body: [UInt8]) -> Response {
        guard let trade = read(body, as: Trade.self), trade.fen.map({ Int64($0) != nil }) ?? true else {
            return Self.wanted("account, user, order and fen")
        }
        return Self.done(
            platform.withLock {
                $0.trade(
                    trade.order, trade.fen.flatMap { Int64($0) }, from: trade.user, to: trade.account, at: now())
            })
    }

    /// `{"account": "…", "bound": false}`: the account takes its permission away.
    private func bind(_ body: [UInt8]) -> Response {
        guard let binding = read(body, as: Binding.self) else { return Self.wanted("account and bound") }
        return Self.done(platform.withLock { $0.bind(binding.account, binding.bound, at: now()) })
    }

    /// `{"client_key": "…", "url": "http://127.0.0.1:9471/webhook", "secret": "…"}`: where callbacks go, and what signs
    /// them. A new address is checked by a challenge before anything else is posted to it.
    private func subscribe(_ body: [UInt8]) -> Response {
        guard let webhook = read(body, as: Webhook.self) else { return Self.wanted("client_key and url or secret") }
        return Self.done(
            platform.withLock { platform in
                var isKnown = true
                if let secret = webhook.secret { isKnown = platform.resetSecret(webhook.clientKey, secret) }
                if let url = webhook.url { isKnown = platform.subscribe(webhook.clientKey, url: url, at: now()) }
                return isKnown
            })
    }

    private static func wanted(_ what: String) -> Response {
        response(json(#"{"error":"expected \#(what)"}"#, status: 400))
    }

    private static func done(_ isDone: Bool) -> Response {
        response(isDone ? json(#"{"ok":true}"#) : json(#"{"error":"no such account or app"}"#, status: 404))
    }

    private static func json(_ text: String, status: Int = 200) -> Wire.HTTPResponse {
        json(Array(text.utf8), status: status)
    }

    private static func json(_ body: [UInt8], status: Int = 200) -> Wire.HTTPResponse {
        .init(status: status, headers: [HTTPHeader("Content-Type", "application/json")], body: body)
    }
}
