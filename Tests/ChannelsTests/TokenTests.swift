import CampaignModel
import Testing
import Wire

@testable import Channels

@Suite("Token calls")
struct TokenCallTests {
    let calls = TokenCalls(baseURL: PlatformAddress("http://127.0.0.1:1")!)

    func grant(_ body: String, status: Int = 200) -> Result<TokenGrant, CallFailure> {
        TokenCalls.businessGrant(from: HTTPResponse(status: status, body: Array(body.utf8)))
    }

    @Test("Requests carry the keys of the platform's page")
    func requests() {
        let secret = Secret(bytes: Array("s\"1".utf8))
        #expect(
            String(decoding: calls.clientToken(clientKey: "k", secret: secret).body, as: UTF8.self)
                == #"{"client_key":"k","client_secret":"s\"1","grant_type":"client_credential"}"#)
        let business = calls.businessToken(
            clientKey: "k", webhookSecret: secret, openID: "brand", scope: "im.direct_message")
        #expect(business.url == "http://127.0.0.1:1/oauth/business_token/")
        #expect(
            String(decoding: business.body, as: UTF8.self)
                == #"{"client_key":"k","client_secret":"s\"1","open_id":"brand","scope":"im.direct_message"}"#)
        let refresh = calls.refreshBusinessToken(
            clientKey: "k", webhookSecret: secret, refreshToken: AccessToken("bus_rft.x")!)
        #expect(refresh.url == "http://127.0.0.1:1/oauth/refresh_biz_token/")
        #expect(
            String(decoding: refresh.body, as: UTF8.self)
                == #"{"client_key":"k","client_secret":"s\"1","refresh_token":"bus_rft.x"}"#)
    }

    @Test(
        "Lifetimes are read as numbers and as strings, and cut to a year",
        arguments: [
            ("2592000", 2_592_000), ("\"2592000\"", 2_592_000), ("86400.0", 86_400), ("3153600000", 366 * 86_400),
        ] as [(String, Int64)])
    func lifetimes(_ text: String, _ seconds: Int64) throws {
        let body =
            #"{"error_code":0,"message":"success","data":{"biz_token":"bus_act.x","biz_expires_in":\#(text),"#
            + #""biz_refresh_token":"bus_rft.y"}}"#
        let granted = try grant(body).get()
        #expect(granted.expiresIn == .seconds(seconds))
        #expect(granted.refreshToken?.revealed == "bus_rft.y")
    }

    @Test(
        "A grant without a usable token or lifetime is unreadable",
        arguments: [
            #"{"error_code":0,"data":{"biz_token":"","biz_expires_in":1}}"#,
            #"{"error_code":0,"data":{"biz_token":"a\r\nb","biz_expires_in":1}}"#,
            #"{"error_code":0,"data":{"biz_token":"a","biz_expires_in":0}}"#,
            #"{"error_code":0,"data":{"biz_token":"a","biz_expires_in":-5}}"#,
            #"{"error_code":0,"data":{"biz_token":"a"}}"#, #"{"error_code":0,"data":null}"#, #"{"data":{}}"#, "",
        ])
    func unusable(_ body: String) { #expect(grant(body) == .failure(.unreadable)) }

    @Test("A refusal names its code; any other status is only a status")
    func refusals() {
        #expect(
            grant(#"{"error_code":10013,"message":"wrong secret","data":null}"#)
                == .failure(.refused(code: 10_013, words: "wrong secret", logID: "")))
        #expect(grant("{}", status: 502) == .failure(.httpStatus(502)))
    }

    @Test("A client token is in the third envelope")
    func clientToken() throws {
        let body =
            #"{"data":{"access_token":"clt.a","expires_in":"7200","error_code":0,"description":""},"message":"success"}"#
        let granted = try TokenCalls.clientGrant(from: HTTPResponse(status: 200, body: Array(body.utf8))).get()
        #expect(granted == TokenGrant(token: AccessToken("clt.a")!, expiresIn: .seconds(7200)))
    }

    @Test("A token never prints more than its kind")
    func redaction() {
        let token = AccessToken("bus_act.very-secret")!
        var dumped = ""
        dump(TokenGrant(token: token, expiresIn: .seconds(1)), to: &dumped)
        #expect("\(token)" == "bus_act.…")
        #expect("\(AccessToken("plain-secret")!)" == "…")
        #expect(!dumped.contains("secret"))
        #expect(!String(reflecting: TokenGrant(token: token, expiresIn: .seconds(1))).contains("secret"))
        #expect(!"\(TokenQuestion.refresh(.account(openID: "a"), with: token))".contains("secret"))
    }
}

@Suite("The life of tokens")
struct TokenBookTests {
    static let owner = TokenOwner.account(openID: "brand")
    let owner = TokenBookTests.owner
    let start = Moment(seconds: 1_800_000_000)

    func grant(_ name: String, days: Int64 = 30, refresh: String? = nil) -> TokenGrant {
        TokenGrant(
            token: AccessToken(name)!, expiresIn: .days(days), refreshToken: refresh.flatMap { AccessToken($0) })
    }

    func entered() -> TokenBook {
        var book = TokenBook()
        book.enter(owner)
        return book
    }

    func holding(_ grant: TokenGrant) -> TokenBook {
        var book = entered()
        _ = book.due(at: start)
        book.granted(grant, to: owner, at: start)
        return book
    }

    @Test("One question is asked however many wait, and its answer serves all")
    func sharedQuestion() {
        var book = entered()
        #expect(book.due(at: start) == [.issue(owner)])
        #expect(book.due(at: start) == [])
        #expect(book.verdict(for: owner, at: start) == .wait(until: nil))
        #expect(book.nextDue == nil)
        book.granted(grant("bus_act.1"), to: owner, at: start)
        #expect(book.verdict(for: owner, at: start) == .ready(AccessToken("bus_act.1")!))
    }

    @Test("Renewal is due a day before the end of thirty, and the old token serves meanwhile")
    func renewal() {
        var book = holding(grant("bus_act.1", refresh: "bus_rft.1"))
        let due = start + .days(29)
        #expect(book.nextDue == due)
        #expect(book.due(at: due - .milliseconds(1)) == [])
        #expect(book.due(at: due) == [.refresh(owner, with: AccessToken("bus_rft.1")!)])
        #expect(book.verdict(for: owner, at: due) == .ready(AccessToken("bus_act.1")!))
        #expect(book.verdict(for: owner, at: start + .days(30) - .seconds(30)) == .wait(until: nil))
    }

    @Test("A client token of two hours is renewed twelve minutes before its end")
    func clientRenewal() {
        var book = TokenBook()
        let app = TokenOwner.app(clientKey: "k")
        book.enter(app)
        _ = book.due(at: start)
        book.granted(TokenGrant(token: AccessToken("clt.1")!, expiresIn: .hours(2)), to: app, at: start)
        #expect(book.nextDue == start + .minutes(108))
    }

    @Test("A token the platform calls expired is renewed once; the renewed one refused too stops the account")
    func expiredTwice() {
        var book = holding(grant("bus_act.1"))
        let first = AccessToken("bus_act.1")!
        #expect(book.platformRefused(first, of: owner, at: start) == .renew)
        // A hundred others were on the wire with the same token.
        #expect(book.platformRefused(first, of: owner, at: start) == .ignoreLate)
        #expect(book.due(at: start) == [.issue(owner)])
        book.granted(grant("bus_act.2"), to: owner, at: start)
        #expect(book.platformRefused(first, of: owner, at: start) == .ignoreLate)
        #expect(book.platformRefused(AccessToken("bus_act.2")!, of: owner, at: start) == .stop(.refusedAgain))
        #expect(book.verdict(for: owner, at: start) == .stopped(.refusedAgain))
        #expect(book.due(at: .distantFuture) == [])
        book.resume(owner)
        #expect(book.due(at: start) == [.issue(owner)])
    }

    @Test("A renewed token that has served may be renewed again")
    func provedInBetween() {
        var book = holding(grant("bus_act.1"))
        #expect(book.platformRefused(AccessToken("bus_act.1")!, of: owner, at: start) == .renew)
        _ = book.due(at: start)
        book.granted(grant("bus_act.2"), to: owner, at: start)
        book.proved(AccessToken("bus_act.2")!, of: owner)
        #expect(book.platformRefused(AccessToken("bus_act.2")!, of: owner, at: start) == .renew)
    }

    @Test("A refused refresh falls back on a new token at once; a second refusal stops")
    func refusedRefresh() {
        var book = holding(grant("bus_act.1", refresh: "bus_rft.1"))
        let due = start + .days(29)
        _ = book.due(at: due)
        book.failed(.refused(code: 10_010, words: "", logID: ""), for: owner, at: due)
        #expect(book.due(at: due) == [.issue(owner)])
        book.failed(.refused(code: 10_013, words: "", logID: ""), for: owner, at: due)
        #expect(book.verdict(for: owner, at: due) == .stopped(.notGranted(code: 10_013)))
    }

    @Test("A refused issue is asked once more after half a minute, then stops")
    func refusedIssue() {
        var book = entered()
        _ = book.due(at: start)
        book.failed(.refused(code: 10_003, words: "", logID: ""), for: owner, at: start)
        #expect(book.verdict(for: owner, at: start) == .wait(until: start + .seconds(30)))
        #expect(book.due(at: start + .seconds(30)) == [.issue(owner)])
        book.failed(.refused(code: 10_003, words: "", logID: ""), for: owner, at: start)
        #expect(book.verdict(for: owner, at: start) == .stopped(.notGranted(code: 10_003)))
    }

    @Test("Lost questions are asked again after 5, 10, 20 … 300 seconds and never stop the account")
    func lostQuestions() {
        var book = entered()
        var now = start
        var pauses: [Int64] = []
        for _ in 0..<9 {
            _ = book.due(at: now)
            book.lost(owner, at: now)
            let next = book.nextDue!
            pauses.append(next.since(now).components.seconds)
            now = next
        }
        #expect(pauses == [5, 10, 20, 40, 80, 160, 300, 300, 300])
        _ = book.due(at: now)
        book.failed(.httpStatus(502), for: owner, at: now)
        #expect(book.nextDue == now + .seconds(300))
    }

    @Test("Questions come in the order of their owners")
    func order() {
        var book = TokenBook()
        let owners: [TokenOwner] = [.account(openID: "b"), .app(clientKey: "z"), .account(openID: "a")]
        for owner in owners { book.enter(owner) }
        #expect(
            book.due(at: start).map(\.owner) == [
                .app(clientKey: "z"), .account(openID: "a"), .account(openID: "b"),
            ])
        #expect(book.verdict(for: .account(openID: "c"), at: start) == .stopped(.unknownOwner))
    }
}
