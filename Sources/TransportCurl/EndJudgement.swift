import CCurl
import CampaignModel
import Ports
import Wire

/// What is known of an exchange when libcurl is done with it.
struct EndSight {
    /// How far a connection had come. Only asked for when no byte left.
    enum Stage {
        case resolving
        case connecting
        case securing
    }

    /// The last look, or the closing transport, refused it.
    var refusal: Obstacle?
    /// The request was released to the connection. From here on nothing can prove that it did not arrive.
    var mayHaveLeft: Bool
    /// libcurl's account; decides between words, never between "left" and "did not leave".
    var code: CURLcode
    var stage: Stage
    /// What the reply looks like by itself, if the end was an orderly one.
    var reply: ExchangeReply
    var replyLoss: Loss?
    var replyHasBegun: Bool
}

/// The one place that says how an exchange ended. The order of trust: was the request released; is there a complete
/// valid reply; and only then libcurl's code, which has called a cut reply a success and garbage a wrong protocol.
enum EndJudgement {
    static func judge(_ sight: EndSight) -> ExchangeResult {
        guard sight.mayHaveLeft else { return .notLeft(obstacle(sight)) }
        if let loss = sight.replyLoss { return .lost(loss) }
        guard sight.code == CURLE_OK else { return .lost(loss(sight)) }
        switch sight.reply {
        case .complete(let response): return .complete(response)
        case .lost(let loss): return .lost(loss)
        }
    }

    private static func obstacle(_ sight: EndSight) -> Obstacle {
        if let refusal = sight.refusal { return refusal }
        switch sight.code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .nameNotResolved
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_LOGIN_DENIED:
            return .notRenderable
        case CURLE_OPERATION_TIMEDOUT:
            switch sight.stage {
            case .resolving: return .nameNotResolved
            case .connecting: return .connectFailed
            case .securing: return .tlsFailed
            }
        // libcurl has hundreds of codes and gains more; whatever else went wrong, the connection was not made.
        default: return isAboutTLS(sight.code) ? .tlsFailed : .connectFailed
        }
    }

    private static func loss(_ sight: EndSight) -> Loss {
        switch sight.code {
        case CURLE_OPERATION_TIMEDOUT: return .timedOut
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING: return .unreadable
        // Out of memory is what libcurl 7 calls a header line beyond its own limit.
        case CURLE_OUT_OF_MEMORY: return .tooLarge
        case CURLE_PARTIAL_FILE: return .truncated
        // Every other code: something may have left and no complete reply came.
        default: return sight.replyHasBegun ? .truncated : .connectionLost
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
