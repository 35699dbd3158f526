import CampaignModel
import Ports
import Words

/// Logging in with a browser: a token once, then a session.
package protocol SessionDesk: Sendable {
    /// - Parameters:
    ///   - identity: a token; on a rehearsal also a name.
    ///   - replaced: what the browser held before; it ends.
    func logIn(as identity: Identity, agent: String, replacing replaced: Identity) throws -> SessionKey
    /// Who is there, and what they may do. Counts as being seen.
    func session(of identity: Identity) throws -> SessionSheet
    /// The token again, for what asks for a second proof.
    func proveAgain(_ proof: Identity, of session: Identity) throws
    func logOut(_ identity: Identity) throws
    func sessions(as identity: Identity) throws -> [SessionLine]
    func endSession(_ id: Int64, as identity: Identity) throws
    /// Who calls, by whichever proof. Whoever is proved may look at everything; a deed asks for its role besides.
    func caller(_ identity: Identity) throws -> CallerSheet
}

/// Who somebody is to the desk, and what they may do there.
package struct CallerSheet: Sendable, Codable, Equatable {
    package var person: String
    package var roles: [String]
    /// Codes of the table of roles, in its order.
    package var deeds: [String]
    /// RFC 3339; nil: the token has no end.
    package var tokenExpires: String?
    package init(person: String, roles: [String], deeds: [String], tokenExpires: String?) {
        (self.person, self.roles, self.deeds, self.tokenExpires) = (person, roles, deeds, tokenExpires)
    }
}

package struct SessionKey: Sendable {
    /// For the browser alone.
    package var secret: String
    package var person: String
    package var lasts: Duration
    package init(secret: String, person: String, lasts: Duration) {
        (self.secret, self.person, self.lasts) = (secret, person, lasts)
    }
}

package struct SessionSheet: Sendable, Equatable {
    package var id: Int64
    package var person: String
    /// As the configuration writes them.
    package var roles: [String]
    /// Codes of the table of roles.
    package var deeds: Set<String>
    /// Those of them that ask for the token again at this moment.
    package var unproved: Set<String>
    package init(id: Int64, person: String, roles: [String], deeds: Set<String>, unproved: Set<String>) {
        (self.id, self.person, self.roles, self.deeds, self.unproved) = (id, person, roles, deeds, unproved)
    }
}

package struct SessionLine: Sendable, Equatable {
    package var id: Int64
    package var person: String
    package var began: String
    package var seen: String
    package var agent: String
    package var isThis: Bool
    package init(id: Int64, person: String, began: String, seen: String, agent: String, isThis: Bool) {
        (self.id, self.person, self.began) = (id, person, began)
        (self.seen, self.agent, self.isThis) = (seen, agent, isThis)
    }
}

extension SessionDesk {
    package func logIn(as identity: Identity, agent: String, replacing: Identity) throws -> SessionKey { throw none }
    package func session(of identity: Identity) throws -> SessionSheet { throw none }
    package func proveAgain(_ proof: Identity, of session: Identity) throws { throw none }
    package func logOut(_ identity: Identity) throws { throw none }
    package func sessions(as identity: Identity) throws -> [SessionLine] { throw none }
    package func endSession(_ id: Int64, as identity: Identity) throws { throw none }
    package func caller(_ identity: Identity) throws -> CallerSheet { throw none }
    private var none: DeskRefusal { DeskRefusal(.unproved, code: "unproved", Catalogue.Pages.loginNeeded) }
}
