import CampaignModel
import Foundation
import Wire

/// The calls beside sending: who authorised, images, recall.
extension SandboxPlatform {
    private struct StatusBody: Decodable { let cOpenId: String }

    mutating func status(_ request: HTTPRequest, at now: Moment) -> HTTPResponse {
        guard let account = request.query("open_id").flatMap({ accountIndex[$0] }) else {
            return refusal(PlatformCode.accountNotAuthorised, "unknown account")
        }
        if let fault = tokenFault(request, account: account, at: now) { return refusal(fault.code, fault.words) }
        // Safe because a body that cannot be read is answered as an illegal parameter.
        guard let body = try? StatusBody(snakeCased: request.body) else {
            return refusal(PlatformCode.illegalParameter, "illegal parameter")
        }
        let isAuthorised = people.known(body.cOpenId).map { accounts[account].authorised.contains($0) } ?? false
        return ReplyText.withNumber(
            code: 0, words: "", logID: logID, members: #""status":\#(isAuthorised ? 1 : 2),"enter_from":"button""#)
    }

    /// Either `cursor` and `limit`, or `page_num` and `page_size`.
    private struct ListBody: Decodable {
        let cursor: String?
        let limit: Int?
        let pageNum: Int?
        let pageSize: Int?
    }

    mutating func userList(_ request: HTTPRequest, at now: Moment) -> HTTPResponse {
        guard let account = request.query("open_id").flatMap({ accountIndex[$0] }) else {
            return refusal(PlatformCode.accountNotAuthorised, "unknown account")
        }
        if let fault = tokenFault(request, account: account, at: now) { return refusal(fault.code, fault.words) }
        // Safe because a body that cannot be read is answered as an illegal parameter.
        guard let body = try? ListBody(snakeCased: request.body) else {
            return refusal(PlatformCode.illegalParameter, "illegal parameter")
        }
        let everyone = accounts[account].inOrder
        if let pageNumber = body.pageNum, let pageSize = body.pageSize {
            guard pageNumber >= 1, (1...50).contains(pageSize), pageNumber <= 50_000 / pageSize else {
                return refusal(PlatformCode.illegalParameter, "page_num or page_size out of range")
            }
            // Newest first.
            let skipped = (pageNumber - 1) * pageSize
            let page = everyone.reversed().dropFirst(skipped).prefix(pageSize)
            return listReply(page, account: account, hasMore: skipped + page.count < everyone.count, next: "0")
        }
        guard let start = Int(body.cursor ?? "0"), start >= 0, (1...100).contains(body.limit ?? 100) else {
            return refusal(PlatformCode.illegalParameter, "cursor or limit out of range")
        }
        let page = everyone.dropFirst(start).prefix(body.limit ?? 100)
        let end = start + page.count
        return listReply(page, account: account, hasMore: end < everyone.count, next: "\(end)")
    }

    private func listReply(_ page: some Sequence<Int32>, account: Int, hasMore: Bool, next: String) -> HTTPResponse {
        let app = ReplyText.quoted(accounts[account].clientKey)
        let rows = page.map { person in
            #"{"target_open_id":\#(ReplyText.quoted(people.name(person))),"auth_user_source_app_id":\#(app),"#
                + #""enter_from":"button"}"#
        }
        return ReplyText.withNumber(
            code: 0, words: "", logID: logID,
            members: #""auth_user_list":[\#(rows.joined(separator: ","))],"has_more":\#(hasMore),"#
                + #""next_cursor":"\#(next)""#)
    }

    private func refusal(_ code: Int, _ words: String) -> HTTPResponse {
        ReplyText.withNumber(code: code, words: words, logID: logID)
    }

    /// Takes a multipart body with a file field `image`; the id is a digest of the body's inside, so the same image
    /// has the same id.
    mutating func upload(_ request: HTTPRequest, at now: Moment) -> HTTPResponse {
        if let fault = clientTokenFault(request, at: now) {
            return ReplyText.withExtra(code: fault.code, words: fault.words, logID: logID, now: now)
        }
        guard let image = MultipartImage(request) else {
            return ReplyText.withExtra(
                code: PlatformCode.illegalParameter, words: "no image field, wrong format or too large",
                logID: logID, now: now)
        }
        let id = "@image-" + String(BodyDigest.of(image.bytes, salt: 0), radix: 16)
        images.insert(id)
        return ReplyText.withExtra(
            fields: #""image_id":"\#(id)","width":0,"height":0,"#, code: 0, words: "", logID: logID, now: now)
    }

    private struct RecallBody: Decodable {
        let msgId: String
        let conversationId: String
        let conversationType: Int
    }

    /// Takes back what the account has sent and is young enough. A recalled message still counts: nobody knows that the
    /// real platform forgets it.
    mutating func recall(_ request: HTTPRequest, at now: Moment) -> HTTPResponse {
        guard let account = request.query("open_id").flatMap({ accountIndex[$0] }) else {
            return refusal(PlatformCode.accountNotAuthorised, "unknown account")
        }
        if let fault = tokenFault(request, account: account, at: now) { return refusal(fault.code, fault.words) }
        // Safe because a body that cannot be read is answered as an illegal parameter.
        guard let body = try? RecallBody(snakeCased: request.body), !body.msgId.isEmpty,
            (1...2).contains(body.conversationType)
        else { return refusal(PlatformCode.illegalParameter, "illegal parameter") }
        let prefix = "@sandbox-"
        guard body.msgId.hasPrefix(prefix), let number = Int(body.msgId.dropFirst(prefix.count)),
            let message = sent[number], message.account == account,
            body.conversationType == (message.group == nil ? 1 : 2)
        else {
            ledger.recallsRefused += 1
            return refusal(PlatformCode.illegalParameter, "no such message")
        }
        let role = message.group.flatMap { accounts[account].groups[$0]?.role }
        let minutes = role == .member ? 2 : limits.recallMinutes
        guard now < message.at + .minutes(Int64(minutes)) else {
            ledger.recallsRefused += 1
            return refusal(PlatformCode.recallTooLate, "too late to recall")
        }
        sent[number] = nil
        ledger.recalled += 1
        return ReplyText.withNumber(code: 0, words: "", logID: logID)
    }
}

extension Decodable {
    /// From a request's body, whose keys are snake_case: `c_open_id` fills `cOpenId`.
    init(snakeCased body: [UInt8]) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(Self.self, from: Data(body))
    }
}

/// The file field `image` of a multipart body, if it is one of the four formats and small enough.
struct MultipartImage {
    let bytes: ArraySlice<UInt8>

    static let bytesMax = 10 << 20

    init?(_ request: HTTPRequest) {
        guard let type = request.header("content-type"), type.lowercased().hasPrefix("multipart/form-data"),
            let mark = type.range(of: "boundary=")
        else { return nil }
        let boundary = type[mark.upperBound...].trimmingCharacters(in: CharacterSet(charactersIn: "\" "))
        let body = Data(request.body)
        let opening = Data("--\(boundary)\r\n".utf8)
        let closing = Data("\r\n--\(boundary)".utf8)
        guard !boundary.isEmpty, body.starts(with: opening),
            let blank = body.range(of: Data("\r\n\r\n".utf8)),
            let end = body.range(of: closing, in: blank.upperBound..<body.endIndex)
        else { return nil }
        let head = String(decoding: body[..<blank.lowerBound], as: UTF8.self)
        let image = request.body[blank.upperBound..<end.lowerBound]
        guard head.contains("name=\"image\""), image.count <= Self.bytesMax, Self.isKnownFormat(image) else {
            return nil
        }
        bytes = image
    }

    private static func isKnownFormat(_ image: ArraySlice<UInt8>) -> Bool {
        image.starts(with: [0xff, 0xd8]) || image.starts(with: [0x89, 0x50, 0x4e, 0x47])
            || image.starts(with: [0x42, 0x4d]) || (image.starts(with: [0x52, 0x49, 0x46, 0x46]) && image.count > 12)
    }
}

/// FNV-1a, 64 bits: told apart are bodies of one rehearsal, not enemies.
enum BodyDigest {
    static func of(_ bytes: some Sequence<UInt8>, salt: UInt64) -> UInt64 {
        var digest: UInt64 = 0xcbf2_9ce4_8422_2325 ^ (salt &* 0x9e37_79b9_7f4a_7c15)
        for byte in bytes { digest = (digest ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return digest
    }
}
