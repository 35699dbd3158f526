import CCurl
import CCurlShim
import CampaignModel
import Ports
import Wire

/// What is known of an exchange when it is over.
struct EndSight {
    /// How far a connection had come when it was not made.
    enum Stage: Equatable {
        case resolving
        case connecting
        case securing
    }

    enum Cause: Equatable {
        /// The last look refused it.
        case refused(Obstacle)
        /// libcurl's account of why there is no connection.
        case notConnected(CURLcode, Stage)
        /// What came back has an end of its own.
        case replied(ReplyReader.End)
        /// The connection broke before that.
        case broke
        case timedOut
        /// The transport is closing.
        case closing
    }

    var cause: Cause
    /// A byte of the request was taken by the connection. From here on nothing can prove that it did not arrive.
    var hasLeft: Bool
    /// All bytes were.
    var hasLeftWhole = true
    /// Whether the first line of a reply was there, and which status it or a later one named.
    var replyHasBegun = false
    var status = 0
}

/// The one place that says how an exchange ended. The order of trust: did a byte leave; is there a complete valid reply
/// to all of it; and only then why it ended.
enum EndJudgement {
    enum Verdict: Equatable {
        case complete
        case notLeft(Obstacle)
        case lost(Loss)
    }

    static func judge(_ sight: EndSight) -> Verdict {
        guard sight.hasLeft else { return .notLeft(obstacle(sight.cause)) }
        switch sight.cause {
        case .replied(.broken(let fault)): return .lost(fault.loss)
        case .replied(.whole):
            // A refusal of what was not sent to its end is one. A success of it cannot be about what was meant.
            return sight.hasLeftWhole || sight.status >= 400 ? .complete : .lost(.unreadable)
        case .timedOut: return .lost(.timedOut)
        case .closing: return .lost(.orphaned)
        // Nothing is refused, and every connection made, that has let a byte leave.
        case .broke, .refused, .notConnected: return .lost(sight.replyHasBegun ? .truncated : .connectionLost)
        }
    }

    private static func obstacle(_ cause: EndSight.Cause) -> Obstacle {
        switch cause {
        case .refused(let obstacle): obstacle
        case .notConnected(let code, let stage): obstacle(code, stage)
        case .closing: .closing
        // A connection that spoke, broke or stood still before it took a byte was none.
        case .replied, .broke, .timedOut: .connectFailed
        }
    }

    private static func obstacle(_ code: CURLcode, _ stage: EndSight.Stage) -> Obstacle {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .nameNotResolved
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_LOGIN_DENIED:
            return .notRenderable
        case CURLE_OPERATION_TIMEDOUT:
            switch stage {
            case .resolving: return .nameNotResolved
            case .connecting: return .connectFailed
            case .securing: return .tlsFailed
            }
        // libcurl has hundreds of codes and gains more; whatever else went wrong, the connection was not made.
        default: return isAboutTLS(code) ? .tlsFailed : .connectFailed
        }
    }

    private static func isAboutTLS(_ code: CURLcode) -> Bool {
        let codes = [
            CURLE_SSL_CONNECT_ERROR, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_SHUTDOWN_FAILED, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT,
        ]
        return codes.contains(code)
    }
}
