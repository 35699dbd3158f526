import CampaignModel
import Testing
import Wire

@testable import Sandbox

@Suite("The pretend platform's other calls")
struct SandboxCallTests {
    @Test(
        "Token calls refuse as the platform does",
        arguments: [
            (#"{"client_key":"no","client_secret":"hook-secret","open_id":"brand","scope":"s"}"#, 10_003),
            (#"{"client_key":"tt1","client_secret":"app-secret","open_id":"brand","scope":"s"}"#, 10_013),
            (#"{"client_key":"tt1","client_secret":"hook-secret","open_id":"nobody","scope":"s"}"#, 28_001_012),
            (#"{"client_key":"tt1","client_secret":"hook-secret","scope":"s"}"#, 10_002), ("", 10_002),
        ])
    func businessTokenRefusals(_ body: String, _ code: Int) {
        var rehearsal = Rehearsal()
        #expect(rehearsal.call("/oauth/business_token/", body).code == code)
    }

    @Test("A business token lives thirty days to the millisecond")
    func businessTokenLifetime() {
        var rehearsal = Rehearsal()
        let end = Rehearsal.noon + .days(30)
        #expect(rehearsal.send(to: "u1", at: end - .milliseconds(1)).code == 0)
        #expect(rehearsal.send(to: "u2", at: end).code == 28_001_008)
    }

    @Test("A refresh token serves once")
    func refresh() {
        var rehearsal = Rehearsal()
        let granted = rehearsal.call(
            "/oauth/business_token/",
            #"{"client_key":"tt1","client_secret":"hook-secret","open_id":"brand","scope":"s"}"#)
        let refreshToken = granted.inside["biz_refresh_token"] as? String ?? ""
        let body = #"{"client_key":"tt1","client_secret":"hook-secret","refresh_token":"\#(refreshToken)"}"#
        let renewed = rehearsal.call("/oauth/refresh_biz_token/", body)
        #expect(rehearsal.send(to: "u1", token: renewed.inside["biz_token"] as? String).code == 0)
        #expect(rehearsal.call("/oauth/refresh_biz_token/", body).code == 10_010)
    }

    @Test("A second client token leaves the first five minutes, a third kills it")
    func clientTokens() {
        var rehearsal = Rehearsal()
        let image = "--b\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\nBMxx\r\n--b--\r\n"
        func token() -> String {
            let body = #"{"client_key":"tt1","client_secret":"app-secret","grant_type":"client_credential"}"#
            return rehearsal.call("/oauth/client_token/", body).inside["access_token"] as? String ?? ""
        }
        func upload(_ token: String, after pause: Duration) -> Int? {
            let request = HTTPRequest(
                method: .post, url: "http://x/tool/imagex/client_upload/",
                headers: [
                    HTTPHeader("Content-Type", "multipart/form-data; boundary=b"), HTTPHeader("access-token", token),
                ],
                body: Array(image.utf8))
            return rehearsal.platform.answer(request, at: Rehearsal.noon + pause).code
        }
        let first = token()
        #expect(upload(first, after: .minutes(119)) == 0)
        #expect(upload(first, after: .minutes(120)) == 28_001_008)
        let second = token()
        #expect(upload(first, after: .minutes(5) - .milliseconds(1)) == 0)
        #expect(upload(first, after: .minutes(5)) == 28_001_008)
        _ = token()
        #expect(upload(first, after: .zero) == 28_001_003)
        #expect(upload(second, after: .zero) == 0)
        #expect(upload(rehearsal.token, after: .zero) == 28_001_003)
    }

    @Test("An uploaded image may be sent to mutual followers and to nobody else")
    func images() {
        var rehearsal = Rehearsal { $0.accounts[0].mutualFollows = ["u1"] }
        rehearsal.platform.images.insert("@image-1")
        let content = #"{"msg_type":2,"image":{"media_id":"@image-1"}},\#(Rehearsal.card)"#
        #expect(rehearsal.send(to: "u1", content: content).code == 0)
        #expect(rehearsal.send(to: "u2", content: content).code == 2_100_009)
        #expect(rehearsal.breaches == [.imageWithoutMutualFollow])
        let unknown = #"{"msg_type":2,"image":{"media_id":"@other"}},\#(Rehearsal.card)"#
        #expect(rehearsal.send(to: "u1", content: unknown, at: Rehearsal.noon + .days(1)).code == 28_001_007)
    }

    @Test("A status is 1 for who authorised this account, 2 for everybody else")
    func status() {
        var rehearsal = Rehearsal { $0.accounts[1].users = ["other"] }
        func status(_ person: String) -> Int? {
            let body = #"{"c_open_id":"\#(person)"}"#
            return rehearsal.call("/im/authorize/status/?open_id=brand", body, token: rehearsal.token)
                .inside["status"] as? Int
        }
        #expect(status("u1") == 1)
        #expect(status("other") == 2)
        #expect(status("never-seen") == 2)
    }

    private func list(_ rehearsal: inout Rehearsal, _ body: String) -> (people: [String], more: Bool?, next: String?) {
        let inside = rehearsal.call("/im/authorize/user_list/?open_id=brand", body, token: rehearsal.token).inside
        let rows = inside["auth_user_list"] as? [[String: Any]] ?? []
        return (
            rows.compactMap { $0["target_open_id"] as? String }, inside["has_more"] as? Bool,
            inside["next_cursor"] as? String
        )
    }

    @Test("The cursor walk meets everyone once, oldest first")
    func cursorWalk() {
        let everyone = OpenIDPattern(prefix: "p", count: 250, digits: 3)
        var rehearsal = Rehearsal {
            $0.accounts[0].users = []
            $0.accounts[0].patterns = [everyone]
        }
        var walked: [String] = []
        var cursor = "0"
        for _ in 0..<3 {
            let page = list(&rehearsal, #"{"cursor":"\#(cursor)","limit":100}"#)
            walked += page.people
            cursor = page.next ?? ""
            #expect(page.more == (walked.count < 250))
        }
        #expect(walked == everyone.openIDs)
    }

    @Test("The walk by page number is newest first, and bounded")
    func pageWalk() {
        var rehearsal = Rehearsal { $0.accounts[0].users = ["a", "b", "c"] }
        let first = list(&rehearsal, #"{"page_num":1,"page_size":2}"#)
        #expect(first.people == ["c", "b"] && first.more == true)
        let second = list(&rehearsal, #"{"page_num":2,"page_size":2}"#)
        #expect(second.people == ["a"] && second.more == false)
        for body in [
            #"{"page_num":1,"page_size":51}"#, #"{"page_num":0,"page_size":5}"#, #"{"page_num":1001,"page_size":50}"#,
            #"{"cursor":"0","limit":101}"#, #"{"cursor":"x"}"#, #"{"cursor":"-1"}"#, "",
        ] {
            let answer = rehearsal.call("/im/authorize/user_list/?open_id=brand", body, token: rehearsal.token)
            #expect(answer.code == 28_001_007, "\(body)")
        }
    }

    @Test("A recall takes back what was sent, once, by its own account and in time, and no quota returns")
    func recall() {
        var rehearsal = Rehearsal()
        let id = rehearsal.send(to: "u1").object["msg_id"] as? String ?? ""
        func recall(_ id: String, from account: String = "brand", type: Int = 1, after: Duration = .zero) -> Int? {
            rehearsal.call(
                "/im/recall/msg/?open_id=\(account)",
                #"{"msg_id":"\#(id)","conversation_id":"","conversation_type":\#(type)}"#,
                token: account == "brand" ? rehearsal.token : rehearsal.businessToken(account),
                at: Rehearsal.noon + after
            ).code
        }
        #expect(recall("@sandbox-99") == 28_001_007)
        #expect(recall(id, type: 2) == 28_001_007)
        #expect(recall(id, from: "staff") == 28_001_007)
        #expect(recall(id, after: .hours(24)) == 2_100_007)
        #expect(recall(id, after: .hours(24) - .milliseconds(1)) == 0)
        #expect(recall(id) == 28_001_007, "it is gone")
        #expect(rehearsal.platform.audit.recalled == 1 && rehearsal.platform.audit.recallsRefused == 5)
        #expect(rehearsal.send(to: "u1").code == 28_003_070, "the person's day stays used")
    }

    @Test("A recall wants its three fields, and an unknown path or method is no call")
    func others() {
        var rehearsal = Rehearsal()
        #expect(rehearsal.call("/im/recall/msg/?open_id=brand", "{}", token: rehearsal.token).code == 28_001_007)
        #expect(rehearsal.call("/im/send/msg", "").response.status == 404)
        let get = HTTPRequest(method: .get, url: "http://x/im/send/msg/?open_id=brand")
        #expect(rehearsal.platform.answer(get, at: Rehearsal.noon).response.status == 405)
    }

    @Test("A world file is read with its defaults, and a mistake in it is a sentence")
    func worldFile() throws {
        let text = #"""
            {"apps":[{"client_key":"k","client_secret":"s","webhook_secret":"w"}],
             "accounts":[{"open_id":"a","client_key":"k","patterns":[{"prefix":"p","count":2,"digits":3}]}]}
            """#
        let world = try SandboxWorld(json: Array(text.utf8))
        #expect(world.accounts[0].everyone == ["p001", "p002"])
        #expect(world.limits.usersADay == 5000)
        for bad in [
            "", "{}", #"{"apps":[],"accounts":[]}"#,
            text.replacing(#""client_key":"k","patterns"#, with: #""client_key":"z","patterns"#),
        ] {
            #expect(throws: WorldDefect.self) { try SandboxWorld(json: Array(bad.utf8)) }
        }
    }

    @Test("The people of an audience file are its open_id column, each once")
    func audienceColumn() throws {
        let csv = "\u{feff}name,open_id\r\n\"Li, \"\"L\"\"\",u1\r\nWang,\"u2\"\r\n,\r\nZhao,u1\r\nQian,u3"
        #expect(try AudienceColumn.openIDs(inCSV: Array(csv.utf8)) == ["u1", "u2", "u3"])
        #expect(throws: WorldDefect.self) { try AudienceColumn.openIDs(inCSV: Array("a,b\n1,2".utf8)) }
    }

    @Test("The audit says in both languages what was broken")
    func auditText() {
        var rehearsal = Rehearsal()
        _ = rehearsal.send(to: "stranger")
        let audit = rehearsal.platform.audit
        #expect(
            audit.text(in: .en).contains(
                "2026-11-20 12:00:00.000 account brand to stranger: this person has not authorised this account"))
        #expect(audit.text(in: .zh).contains("该用户未授权此账号"))
        #expect(String(decoding: audit.json, as: UTF8.self).contains(#""breaches":1"#))
        #expect(audit.refused == [.init(code: 2_100_009, count: 1)])
    }

    @Test(
        "Days are reckoned right across leap years and before 1970",
        arguments: [
            (0, "1970-01-01"), (-1, "1969-12-31"), (59, "1970-03-01"), (789, "1972-02-29"), (11_016, "2000-02-29"),
            (20_777, "2026-11-20"), (47_540, "2100-02-28"), (47_541, "2100-03-01"),
        ])
    func dates(_ day: Int, _ text: String) { #expect(ShanghaiWall.dateText(ofDay: day) == text) }
}
