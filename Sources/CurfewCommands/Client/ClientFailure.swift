import CampaignModel
import Ports
import Wire
import Words

/// Why there is no answer from the daemon. A refusal is an answer, and is a `DeskRefusal`.
enum ClientFailure: Error, Sendable, Equatable {
    /// Nobody listens at the socket: nothing was asked.
    case noDaemon(socket: String)
    /// A daemon is there, and its socket is not for this user.
    case forbidden(socket: String)
    /// Who listens at the port is not the user to whom the service belongs: it got nothing, no token either.
    case stranger(place: String)
    /// The request may have arrived. An act may be done.
    case lost
    /// An answer that is not ours: another version, or another program behind the socket.
    case unreadable(status: Int)
    /// The door turned the request away, or the service failed.
    case door(code: String, Sentence)
    /// The token or name cannot stand in a header.
    case badIdentity

    /// How an exchange over the socket ended, in these words: for the composition's transport.
    static func reply(of result: ExchangeResult, socket: String) throws(ClientFailure) -> HTTPResponse {
        switch result {
        case .complete(let response): return response
        case .notLeft: throw .noDaemon(socket: socket)
        case .lost: throw .lost
        }
    }

    var sentence: Sentence {
        switch self {
        case .noDaemon(let socket): Catalogue.Door.noDaemon(socket)
        case .forbidden(let socket): Catalogue.Failure.socketForbidden(socket)
        case .stranger(let place): Catalogue.Failure.strangerListens(place)
        case .lost: Catalogue.Door.lost
        case .unreadable(let status): Catalogue.Door.unreadable(status: status)
        case .door(_, let sentence): sentence
        case .badIdentity: Catalogue.Door.badIdentity
        }
    }
}
