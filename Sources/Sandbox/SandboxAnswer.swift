import CampaignModel
import Wire

/// What the pretend platform does with one request.
package struct SandboxAnswer: Sendable, Equatable {
    /// How the reply travels. The HTTP door and the simulator's transport both carry this out.
    package enum Fault: Sendable, Equatable {
        case none
        /// The connection closes in good order before a byte of the reply.
        case dropBeforeReply
        /// The connection is reset before a byte of the reply.
        case resetConnection
        /// The header promises the whole body, and the connection closes after so many bytes of it.
        case cutReply(afterBytes: Int)
    }

    package var response: HTTPResponse
    /// In real time, before the reply begins.
    package var delay: Duration = .zero
    package var fault: Fault = .none

    package init(response: HTTPResponse, delay: Duration = .zero, fault: Fault = .none) {
        (self.response, self.delay, self.fault) = (response, delay, fault)
    }
}

/// The platform's codes that the sandbox uses. For what no page names (a person who never authorised, an image to
/// somebody who does not follow) it borrows the code that says "not this person".
enum PlatformCode {
    static let tokenInvalid = 28_001_003
    static let busy = 28_001_005
    static let illegalParameter = 28_001_007
    static let tokenExpired = 28_001_008
    static let accountNotAuthorised = 28_001_012
    static let accountRestricted = 28_001_016
    static let accountBanned = 28_029_004
    static let tokenMismatch = 28_001_015
    static let contentNotAllowed = 28_001_038
    static let personGone = 28_001_045
    static let risk = 28_001_052
    static let quotaUsedUp = 28_003_017
    /// No page names the code of a recall that comes too late.
    static let recallTooLate = 2_100_007
    static let personFrequency = 28_003_070
    static let notThisConversation = 28_003_082
    static let notThisPerson = 2_100_009
    static let badParameter = 10_002
    static let unknownClientKey = 10_003
    static let wrongSecret = 10_013
    static let refreshTokenExpired = 10_010
}

/// The two envelopes the sandbox answers in, and the rare plain pages.
enum ReplyText {
    private static let headers = [HTTPHeader("Content-Type", "application/json; charset=utf-8")]

    static func json(_ text: String, status: Int = 200, extraHeaders: [HTTPHeader] = []) -> HTTPResponse {
        HTTPResponse(status: status, headers: headers + extraHeaders, body: Array(text.utf8))
    }

    static func page(_ text: String, status: Int) -> HTTPResponse {
        HTTPResponse(status: status, headers: [HTTPHeader("Content-Type", "text/html")], body: Array(text.utf8))
    }

    /// Envelope B: fields at the top, `data` and `extra` beside them. `fields` is JSON members with a trailing comma.
    static func withExtra(fields: String = "", code: Int, words: String, logID: String, now: Moment) -> HTTPResponse {
        json(
            """
            {\(fields)"data":{"error_code":\(code),"description":"\(words)"},\
            "extra":{"error_code":\(code),"description":"\(words)","sub_error_code":0,"sub_description":"",\
            "logid":"\(logID)","now":\(now.milliseconds / 1000)}}
            """)
    }

    /// Envelope A. `members` is the inside of `data`.
    static func withNumber(code: Int, words: String, logID: String, members: String = "") -> HTTPResponse {
        json(#"{"err_no":\#(code),"err_msg":"\#(words)","log_id":"\#(logID)","data":{\#(members)}}"#)
    }

    /// A JSON string with its quotes, for what came from outside.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\u{0}"..<" ":
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
