import CampaignModel
import Testing
import Wire

@testable import Channels

/// What each call carries besides its body, and the last size of each thing that is still taken.
@Suite("Calls and replies at their edges")
struct CallBoundsTests {
    private let token = AccessToken("bus_act.x")!

    private func reply(_ body: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, body: Array(body.utf8))
    }

    /// A reply of so many bytes: JSON may be followed by blanks.
    private func padded(_ body: String, to bytes: Int) -> HTTPResponse {
        reply(body + String(repeating: " ", count: bytes - body.utf8.count))
    }

    @Test("every call in an account's name carries its token, its kind of body, and the account in the query")
    func headers() throws {
        let consent = ConsentCalls(baseURL: .production)
        let group = RenderedContact(sender: "a b", recipient: "g", messages: [.text("x")], channel: .groupMessage)
        let requests = [
            consent.page(of: "a b", after: "7", token: token), consent.status(of: "u", towards: "a b", token: token),
            RecallCalls(baseURL: .production).recall(
                "@m", in: "@c", channel: .privateMessage, account: "a b", token: token),
            try GroupMessageChannel(baseURL: .production).request(for: group, token: token),
        ]
        let paths = ["authorize/user_list", "authorize/status", "recall/msg", "send/msg/group"]
        let bodies = [
            #"{"cursor":"7","limit":100}"#, #"{"c_open_id":"u"}"#,
            #"{"msg_id":"@m","conversation_id":"@c","conversation_type":1}"#,
            #"{"group_id":"g","content":{"msg_type":1,"text":{"text":"x"}}}"#,
        ]
        for (request, (path, body)) in zip(requests, zip(paths, bodies)) {
            #expect(request.method == .post)
            #expect(request.url == "https://open.douyin.com/im/\(path)/?open_id=a%20b")
            #expect(request.header("access-token") == "bus_act.x")
            #expect(request.header("content-type") == "application/json")
            #expect(String(decoding: request.body, as: UTF8.self) == body)
        }
        let asked = TokenCalls(baseURL: .production).clientToken(clientKey: "k", secret: Secret(bytes: [0x73]))
        #expect(asked.url == "https://open.douyin.com/oauth/client_token/" && asked.method == .post)
        #expect(asked.header("content-type") == "application/json" && asked.header("access-token") == nil)
    }

    @Test("a group is a contact with a sender, and takes text, image and card")
    func group() throws {
        let channels = AllChannels(baseURL: .production)
        func contact(_ message: Message, from sender: String = "brand") -> RenderedContact {
            RenderedContact(
                sender: sender, recipient: "group:g1", messages: [message], channel: .groupMessage)
        }
        #expect(throws: ContactDefect.emptySender) {
            try channels.request(for: contact(.text("x"), from: ""), token: token)
        }
        for message in [Message.text("x"), .image(mediaID: "@i"), SendRequestTests.card] {
            let body = String(decoding: try channels.request(for: contact(message), token: token).body, as: UTF8.self)
            #expect(body.hasPrefix(#"{"group_id":"g1","content":{"msg_type":"#))
        }
        let asked = Message.authorizationCard(appID: "a", ownerAppID: "b", ownerOpenID: "c")
        #expect(throws: ContactDefect.notForGroups) { try channels.request(for: contact(asked), token: token) }
        #expect(throws: ContactDefect.messageCount(0)) {
            let empty = RenderedContact(sender: "brand", recipient: "g", messages: [], channel: .groupMessage)
            return try channels.request(for: empty, token: token)
        }
        // The platform names the group by its own id, in whichever way the reply comes back.
        let answer = reply(#"{"msg_id":"@m","to_user_id":"g1","err_no":0}"#)
        let group = "group:g1"
        #expect(channels.answer(from: answer, recipient: group, messages: 1).sight == .success)
        let direct = GroupMessageChannel(baseURL: .production)
        #expect(direct.answer(from: answer, recipient: group, messages: 1).sight == .success)
        let other = direct.answer(from: answer, recipient: "group:g2", messages: 1)
        #expect(other.sight == .ambiguous(.otherRecipient))
    }

    @Test("a contact of three messages is one, and its reply of 64 KiB is read")
    func send() throws {
        let channel = PrivateMessageChannel(baseURL: .production)
        let three = RenderedContact(sender: "b", recipient: "u", messages: [.text("1"), .text("2"), .text("3")])
        let body = String(decoding: try channel.request(for: three, token: token).body, as: UTF8.self)
        #expect(
            body.contains(#"{"text":"1"}},{"msg_type":1,"text":{"text":"2"}},{"msg_type":1,"text":{"text":"3"}}]}"#))
        let success = #"{"err_no":0,"msg_id":"@m"}"#
        func sight(_ response: HTTPResponse) -> Sight {
            channel.answer(from: response, recipient: "u", messages: 1).sight
        }
        #expect(sight(padded(success, to: 65_536)) == .success)
        #expect(sight(padded(success, to: 65_537)) == .noAnswer(.tooLarge))
        let large = channel.answer(
            from: HTTPResponse(
                status: 502, body: Array((#"{"err_no":1,"log_id":"L"}"# + String(repeating: " ", count: 65_536)).utf8)),
            recipient: "u", messages: 1)
        #expect(large.sight == .httpStatus(502) && large.logID.isEmpty)
        let zero = PrivateMessageChannel(baseURL: .production, couponIDs: .number)
        let coupon = RenderedContact(
            sender: "b", recipient: "u", messages: [.appletCoupon(activityID: "0", couponMetaID: "12")])
        #expect(
            String(decoding: try zero.request(for: coupon, token: token).body, as: UTF8.self)
                .contains(#"{"activity_id":0,"coupon_meta_id":12}"#))
    }

    @Test("ids of sent messages come from three places, each once, no longer than 512 bytes, four at most")
    func messageIDs() {
        func ids(_ body: String, messages: Int = 3) -> [String] {
            PrivateMessageChannel(baseURL: .production).answer(
                from: reply(body), recipient: "u", messages: messages
            ).messageIDs
        }
        let (longest, longer) = (String(repeating: "m", count: 512), String(repeating: "m", count: 513))
        #expect(ids(#"{"err_no":0,"msg_id":"\#(longest)"}"#) == [longest])
        #expect(ids(#"{"err_no":0,"msg_id":"\#(longer)"}"#) == [])
        #expect(ids(#"{"err_no":0,"data":{"msg_id":77}}"#) == ["77"])
        #expect(
            ids(
                #"{"err_no":0,"msg_id":"a","msg_list":["a","b",""],"send_msg_status_list":[{"error_code":0,"msg_id":"c"}]}"#
            ) == ["a", "b", "c"])
        #expect(ids(#"{"err_no":0,"msg_list":["1","2","3","4","5"]}"#) == ["1", "2", "3", "4"])
        let answer = PrivateMessageChannel(baseURL: .production).answer(
            from: reply(#"{"err_no":0,"send_msg_status_list":[{"err_no":0},{"err_no":"28001038"}]}"#), recipient: "u",
            messages: 2)
        #expect(answer.sight == .partialSuccess && answer.messageCodes == [0, 28_001_038])
    }

    @Test(
        "words and log id are taken where the envelope has them, the most precise first",
        arguments: [
            (#"{"err_no":1,"extra":{"logid":"a","log_id":"b"},"log_id":"c"}"#, "a", ""),
            (#"{"err_no":1,"extra":{"log_id":"b"},"log_id":"c"}"#, "b", ""),
            (#"{"err_no":1,"log_id":"c","logid":"d"}"#, "c", ""),
            (#"{"err_no":1,"logid":"d","data":{"log_id":"e"}}"#, "d", ""),
            (#"{"err_no":1,"data":{"log_id":"e"}}"#, "e", ""),
            (#"{"err_no":1,"extra":{"sub_description":"s","description":"x"},"data":{"description":"d"}}"#, "", "s"),
            (#"{"err_no":1,"extra":{"description":"x"},"data":{"description":"d"}}"#, "", "d"),
            (#"{"err_no":1,"extra":{"description":"x"},"err_msg":"m"}"#, "", "x"),
            (#"{"err_no":1,"err_msg":"m","err_tips":"t"}"#, "", "m"),
            (#"{"err_no":1,"err_msg":"","err_tips":"t"}"#, "", "t"),
            (#"{"err_no":1,"message":"w"}"#, "", "w"), (#"{"data":{"err_no":1},"message":5}"#, "", "5"),
        ])
    func words(_ body: String, _ logID: String, _ words: String) {
        let answer = PrivateMessageChannel(baseURL: .production).answer(
            from: reply(body), recipient: "u", messages: 1)
        #expect(answer.sight == .refusal(code: 1) && answer.logID == logID && answer.description == words)
        for count in [128, 200] {
            let text = String(repeating: "w", count: count)
            let longer = PrivateMessageChannel(baseURL: .production).answer(
                from: reply(#"{"err_no":1,"err_msg":"\#(text)w","log_id":"\#(text)w"}"#), recipient: "u", messages: 1)
            #expect(longer.logID.utf8.count == 128)
            #expect(longer.description.count == min(count + 1, 200))
        }
    }

    @Test("a page of a megabyte is read, a cursor of 256 bytes followed, and a person without an id is no page")
    func consentPages() {
        func page(_ response: HTTPResponse) -> Result<AuthorizedPage, CallFailure> {
            ConsentCalls.page(from: response, after: "7")
        }
        let last = #"{"err_no":0,"data":{"auth_user_list":[],"has_more":false}}"#
        let empty = AuthorizedPage(openIDs: [], nextCursor: nil)
        #expect(page(padded(last, to: 1_048_576)) == .success(empty))
        #expect(page(padded(last, to: 1_048_577)) == .failure(.tooLarge))
        #expect(page(reply(last, status: 201)) == .failure(.httpStatus(201)))
        func next(_ cursor: String) -> Result<AuthorizedPage, CallFailure> {
            page(reply(#"{"err_no":0,"data":{"auth_user_list":[],"has_more":"true","next_cursor":"\#(cursor)"}}"#))
        }
        let (longest, longer) = (String(repeating: "9", count: 256), String(repeating: "9", count: 257))
        #expect(next(longest) == .success(AuthorizedPage(openIDs: [], nextCursor: longest)))
        #expect(next(longer) == .failure(.unreadable) && next("") == .failure(.unreadable))
        #expect(ConsentCalls.firstCursor == "0" && ConsentCalls.pageSize == 100)
    }

    @Test("tokens and images: the last that is taken, and the first that is not")
    func tokensAndImages() throws {
        #expect(AccessToken(String(repeating: "t", count: 4096)) != nil)
        #expect(AccessToken(String(repeating: "t", count: 4097)) == nil)
        for (byte, isTaken) in [(0x20, false), (0x21, true), (0x7e, true), (0x7f, false)] as [(UInt8, Bool)] {
            #expect((AccessToken("a" + String(decoding: [byte], as: UTF8.self)) != nil) == isTaken)
        }
        for kind in ["bus_act.", "bus_rft.", "clt.", "act.", "rft."] {
            #expect("\(AccessToken(kind + "secret")!)" == kind + "…")
        }
        func grant(_ seconds: String, bytes: Int = 0) -> Result<TokenGrant, CallFailure> {
            let body = #"{"err_no":0,"data":{"access_token":"clt.a","expires_in":\#(seconds),"biz_refresh_token":"r"}}"#
            return TokenCalls.clientGrant(from: padded(body, to: max(bytes, body.utf8.count)))
        }
        #expect(try grant("1").get() == TokenGrant(token: AccessToken("clt.a")!, expiresIn: .seconds(1)))
        #expect(try grant("31622400").get().expiresIn == .seconds(31_622_400))
        #expect(try grant("31622401").get().expiresIn == .seconds(31_622_400))
        #expect(try grant("1", bytes: 65_536).get().refreshToken == nil)
        #expect(grant("1", bytes: 65_537) == .failure(.tooLarge))

        let upload = ImageUpload(baseURL: .production)
        let client = AccessToken("clt.x")!
        let heads: [([UInt8], String)] = [
            ([0xff, 0xd8, 0xff], "jpeg"), ([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], "png"),
            (Array("BM".utf8), "bmp"), (Array("RIFF1234WEBP".utf8), "webp"),
        ]
        for (head, name) in heads {
            let request = try upload.request(for: head, clientToken: client)
            #expect(request.url == "https://open.douyin.com/tool/imagex/client_upload/")
            #expect(request.header("access-token") == "clt.x" && request.method == .post)
            let start =
                "--curfew-image-boundary-0\r\nContent-Disposition: form-data; name=\"image\"; "
                + "filename=\"image.\(name)\"\r\nContent-Type: image/\(name)\r\n\r\n"
            let end = "\r\n--curfew-image-boundary-0--\r\n"
            #expect(request.body == Array(start.utf8) + head + Array(end.utf8))
            #expect(throws: ImageUpload.Defect.unknownFormat) {
                try upload.request(for: Array(head.dropLast()) + [0], clientToken: client)
            }
        }
        let largest = [0xff, 0xd8, 0xff] + [UInt8](repeating: 0, count: 10_485_760 - 3)
        #expect(try upload.request(for: largest, clientToken: client).body.count > 10_485_760)
        #expect(throws: ImageUpload.Defect.tooLarge(bytes: 10_485_761)) {
            try upload.request(for: largest + [0], clientToken: client)
        }
        func media(_ id: String, bytes: Int = 0) -> Result<String, CallFailure> {
            let body = #"{"err_no":0,"image_id":"\#(id)"}"#
            return ImageUpload.mediaID(from: padded(body, to: max(bytes, body.utf8.count)))
        }
        let (longest, longer) = (String(repeating: "i", count: 1024), String(repeating: "i", count: 1025))
        #expect(media(longest) == .success(longest) && media(longer) == .failure(.unreadable))
        #expect(media("") == .failure(.unreadable))
        #expect(media("i", bytes: 65_536) == .success("i") && media("i", bytes: 65_537) == .failure(.tooLarge))
    }

    @Test("a recall's reply is a success, a refusal by name, or too large")
    func recalled() {
        func result(_ response: HTTPResponse) -> CallFailure? {
            switch RecallCalls.result(from: response) {
            case .success: nil
            case .failure(let failure): failure
            }
        }
        #expect(result(padded(#"{"err_no":0}"#, to: 65_536)) == nil)
        #expect(result(padded(#"{"err_no":0}"#, to: 65_537)) == .tooLarge)
        #expect(
            result(reply(#"{"err_no":5,"err_msg":"no","log_id":"l"}"#)) == .refused(code: 5, words: "no", logID: "l"))
        #expect(result(reply("{}")) == .unreadable)
    }

    @Test(
        "an address keeps its port and path and loses its slashes",
        arguments: [
            ("http://h:1/p/", "http://h:1/p"), ("https://:80", nil), ("https://h\\x", nil), ("https://h#x", nil),
            ("https://h\u{7f}", nil), ("https://h~", "https://h~"), ("https://h\u{e9}", nil), ("//h", nil),
        ] as [(String, String?)])
    func addresses(_ text: String, _ expected: String?) {
        #expect(PlatformAddress(text)?.text == expected)
        #expect(PlatformAddress.production.text == "https://open.douyin.com")
    }

    // MARK: - The life of a token, to the second

    private static let owner = TokenOwner.account(openID: "brand")
    private let start = Moment(seconds: 1_800_000_000)

    private func held(_ life: Duration, refresh: String? = nil) -> TokenBook {
        var book = TokenBook()
        book.enter(Self.owner)
        _ = book.due(at: start)
        book.granted(
            TokenGrant(
                token: AccessToken("bus_act.1")!, expiresIn: life, refreshToken: refresh.flatMap { AccessToken($0) }),
            to: Self.owner, at: start)
        return book
    }

    @Test(
        "a token is handed out until half a minute before its end, a short one for half its life; renewed at nine tenths",
        arguments: [(7200, 7170, 6480), (60, 30, 54), (40, 20, 36), (2_592_000, 2_591_970, 2_505_600)])
    func usable(life: Int64, until: Int64, renewal: Int64) {
        let book = held(.seconds(life))
        let token = TokenVerdict.ready(AccessToken("bus_act.1")!)
        #expect(book.verdict(for: Self.owner, at: start + .seconds(until) - .milliseconds(1)) == token)
        #expect(book.verdict(for: Self.owner, at: start + .seconds(until)) != token)
        #expect(book.nextDue == start + .seconds(renewal))
    }

    @Test("nobody's answer changes a life that asked nothing, and a forgotten owner has none")
    func unasked() {
        var book = held(.days(30))
        let due = book.nextDue
        book.granted(TokenGrant(token: AccessToken("x")!, expiresIn: .days(1)), to: Self.owner, at: start)
        book.failed(.refused(code: 1, words: "", logID: ""), for: Self.owner, at: start)
        book.lost(Self.owner, at: start)
        #expect(book.nextDue == due)
        #expect(book.verdict(for: Self.owner, at: start) == .ready(AccessToken("bus_act.1")!))
        book.enter(Self.owner)
        #expect(book.verdict(for: Self.owner, at: start) == .ready(AccessToken("bus_act.1")!), "entered twice")
        book.remove(Self.owner)
        #expect(book.verdict(for: Self.owner, at: start) == .stopped(.unknownOwner))
        #expect(book.platformRefused(AccessToken("x")!, of: Self.owner, at: start) == .stop(.unknownOwner))
        book.resume(Self.owner)
        #expect(book.nextDue == nil)
    }

    @Test("refusals and losses in a row are forgotten by a grant; a lost answer forgives no refusal")
    func rows() {
        var book = TokenBook()
        book.enter(Self.owner)
        var now = start
        func ask() { _ = book.due(at: now) }
        ask()
        book.failed(.refused(code: 3, words: "", logID: ""), for: Self.owner, at: now)
        now = now + .seconds(30)
        ask()
        book.lost(Self.owner, at: now)
        now = now + .seconds(5)
        ask()
        book.granted(TokenGrant(token: AccessToken("bus_act.1")!, expiresIn: .hours(2)), to: Self.owner, at: now)
        now = now + .minutes(108)
        ask()
        book.failed(.refused(code: 4, words: "", logID: ""), for: Self.owner, at: now)
        #expect(book.nextDue == now + .seconds(30), "the first in a row again")
        #expect(book.verdict(for: Self.owner, at: now) == .ready(AccessToken("bus_act.1")!))
        now = now + .seconds(30)
        ask()
        book.lost(Self.owner, at: now)
        #expect(book.nextDue == now + .seconds(5), "losses before the grant and the refusal are forgotten")
        now = now + .seconds(5)
        ask()
        book.failed(.refused(code: 5, words: "", logID: ""), for: Self.owner, at: now)
        #expect(book.verdict(for: Self.owner, at: now) == .stopped(.notGranted(code: 5)))
        // A refusal forgets the losses before it.
        var other = TokenBook()
        other.enter(Self.owner)
        for _ in 0..<3 {
            _ = other.due(at: .distantFuture)
            other.lost(Self.owner, at: start)
        }
        _ = other.due(at: .distantFuture)
        other.failed(.refused(code: 1, words: "", logID: ""), for: Self.owner, at: start)
        _ = other.due(at: .distantFuture)
        other.lost(Self.owner, at: start)
        #expect(other.nextDue == start + .seconds(5))
        #expect(book.platformRefused(AccessToken("bus_act.1")!, of: Self.owner, at: now) == .stop(.notGranted(code: 5)))
    }

    @Test("a token refused while the renewal is under way is renewed by that one question")
    func refusedWhileAsking() {
        var book = held(.days(30), refresh: "bus_rft.1")
        let due = start + .days(29)
        #expect(book.due(at: due) == [.refresh(Self.owner, with: AccessToken("bus_rft.1")!)])
        #expect(book.platformRefused(AccessToken("bus_act.1")!, of: Self.owner, at: due) == .renew)
        #expect(book.due(at: .distantFuture) == [] && book.verdict(for: Self.owner, at: due) == .wait(until: nil))
        book.granted(
            TokenGrant(token: AccessToken("bus_act.2")!, expiresIn: .days(30)), to: Self.owner, at: due)
        // Nothing has shown yet that the new one is better; what served another token is no proof.
        book.proved(AccessToken("bus_act.1")!, of: Self.owner)
        #expect(book.platformRefused(AccessToken("bus_act.2")!, of: Self.owner, at: due) == .stop(.refusedAgain))
    }

    // MARK: - Callbacks

    @Test("texts of people are read to their end, ids beyond 512 bytes are none, an entrance at 64")
    func callbackBounds() throws {
        func received(_ content: String, event: String = "im_receive_msg") throws -> PlatformEvent.Content {
            try PlatformEvent(body: Array(#"{"event":"\#(event)","content":\#(content)}"#.utf8)).content
        }
        let text = String(repeating: "好", count: 5001)
        guard case .received(let message) = try received(#"{"text":"\#(text)"}"#) else { throw CallFailure.unreadable }
        #expect(message.texts == [text])
        for (count, isTaken) in [(512, true), (513, false)] {
            let id = String(repeating: "m", count: count)
            let content = try received(#"{"server_message_id":"\#(id)"}"#, event: "im_recall_msg")
            #expect(content == .recalled(messageID: isTaken ? id : ""))
        }
        let from = String(repeating: "f", count: 65)
        guard
            case .consent(let change) = try received(
                #"{"auth_status":1,"operation_type":2,"enter_from":"\#(from)","create_time":1700000000,"extra":"{}"}"#,
                event: "im_authorize")
        else { throw CallFailure.unreadable }
        #expect(change.authorized && !change.isNew && change.enteredFrom.utf8.count == 64)
        #expect(change.updated == Moment(seconds: 1_700_000_000) && change.expires == nil)
        let granted = try received(
            #"{"scopes":"a,b","timestamp":"1700000000"}"#, event: "contract_authorize")
        #expect(granted == .contract(granted: true, scopes: ["a", "b"], at: Moment(seconds: 1_700_000_000)))
        for (spelled, seconds) in [(#""1700000000""#, 1_700_000_000), ("1700000000.9", 1_700_000_000)] {
            let entered = try received(#"{"create_time":\#(spelled)}"#, event: "im_enter_direct_msg")
            #expect(entered == .entered(.init(messageID: "", created: Moment(seconds: Int64(seconds)))))
        }
        let spaces = String(repeating: " ", count: 55)
        let blank = try received(#"{"create_time":"\#(spaces)1700000000"}"#, event: "im_enter_direct_msg")
        #expect(blank == .entered(.init(messageID: "", created: nil)), "65 bytes are no moment")
        for place in [#""content":"td""#, #""content":{"text":"td"}"#] {
            guard case .received(let message) = try received("{\(place)}") else { throw CallFailure.unreadable }
            #expect(message.texts == ["td"])
        }
        #expect(CallbackSignature.bodyBytesMax == 1_048_576 && CallbackSignature.header == "X-Douyin-Signature")
    }

    @Test("an arrival is told apart by its app, its body, and the ten minutes it came in")
    func arrival() throws {
        let body = Array(#"{"event":"im_receive_msg","content":{"text":"td"}}"#.utf8)
        let event = try PlatformEvent(body: body)
        func identity(_ app: String, _ moment: Moment, _ bytes: [UInt8]? = nil) -> [UInt8] {
            EventIdentity.of(arrival: bytes ?? body, event, from: app, at: moment)
        }
        let span = Moment(seconds: 1_800_000_000)
        #expect(identity("a", span) == identity("a", span + .seconds(599)))
        #expect(identity("a", span) != identity("a", span + .seconds(600)))
        #expect(identity("a", span) != identity("b", span))
        #expect(identity("a", span) != identity("a", span, body + [0x20]))
        #expect(identity("a", span, Array("bc".utf8)) != identity("ab", span, Array("c".utf8)))
        #expect(identity("a", span).count == 32 && EventIdentity.of(["a"]).count == 20)
        for (name, content) in [
            ("im_authorize", #"{"auth_status":1,"update_time":1700000000}"#),
            ("im_enter_direct_msg", #"{"server_message_id":"x"}"#),
            ("im_enter_direct_msg", #"{"create_time":1700000000}"#), ("im_recall_msg", "{}"), ("im_authorize", "{}"),
        ] {
            #expect(try PlatformEvent(body: Array(#"{"event":"\#(name)","content":\#(content)}"#.utf8)).namesItself)
        }
        for (name, content) in [
            ("im_authorize", #"{"auth_status":1}"#), ("im_enter_direct_msg", "{}"), ("im_send_msg", "{}"),
        ] {
            #expect(try !PlatformEvent(body: Array(#"{"event":"\#(name)","content":\#(content)}"#.utf8)).namesItself)
        }
    }
}
