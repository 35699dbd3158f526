import CampaignModel
import Words

/// What proves the people of the house: looked at, made and ended while the daemon runs. For operators.
package protocol TokenDesk: Sendable {
    func tokens(as identity: Identity) throws -> [TokenHolder]
    /// - Throws: `DeskRefusal`, for a person that the configuration does not name among others.
    func tend(_ request: TokenRequest, as identity: Identity) throws -> TokenReceipt
}

extension TokenDesk {
    package func tokens(as identity: Identity) throws -> [TokenHolder] { throw none }
    package func tend(_ request: TokenRequest, as identity: Identity) throws -> TokenReceipt { throw none }
    private var none: DeskRefusal { DeskRefusal(.unproved, code: "unproved", Catalogue.Pages.loginNeeded) }
}

/// One person and everything that proves them or did.
package struct TokenHolder: Sendable, Codable, Equatable {
    package struct Token: Sendable, Codable, Equatable {
        /// Not there: the configuration's.
        package var id: Int64?
        package var made: String?
        package var madeBy: String?
        /// Not there: no end was written.
        package var expires: String?
        /// When a person ended it, or will have: during an overlap this lies ahead.
        package var ended: String?
        package var live: Bool
        package init(
            id: Int64? = nil, made: String? = nil, madeBy: String? = nil, expires: String? = nil,
            ended: String? = nil, live: Bool
        ) {
            (self.id, self.made, self.madeBy) = (id, made, madeBy)
            (self.expires, self.ended, self.live) = (expires, ended, live)
        }
    }
    package var person: String
    package var roles: [String]
    package var tokens: [Token]
    package init(person: String, roles: [String], tokens: [Token]) {
        (self.person, self.roles, self.tokens) = (person, roles, tokens)
    }
}

package struct TokenRequest: Sendable, Codable {
    package enum Act: String, Sendable, Codable { case issue, end }
    package static let daysDefault = 180
    package static let days = 1...730
    package static let overlapHours = 0...168

    package var act: Act
    package var person: String
    /// How long the new one holds.
    package var days: Int?
    /// How long what the person has now goes on proving them; not there: it ends at once.
    package var overlapHours: Int?
    /// The one that ends; not there: all of them.
    package var token: Int64?
    package init(act: Act, person: String, days: Int? = nil, overlapHours: Int? = nil, token: Int64? = nil) {
        (self.act, self.person, self.days, self.overlapHours, self.token) = (act, person, days, overlapHours, token)
    }
}

package struct TokenReceipt: Sendable, Codable, Equatable {
    package var person: String
    /// Said this once, and kept nowhere.
    package var token: String?
    package var id: Int64?
    package var expires: String?
    /// When what the person had before ends.
    package var othersEnd: String?
    /// How many ended now.
    package var ended: Int?
    package init(
        person: String, token: String? = nil, id: Int64? = nil, expires: String? = nil, othersEnd: String? = nil,
        ended: Int? = nil
    ) {
        (self.person, self.token, self.id) = (person, token, id)
        (self.expires, self.othersEnd, self.ended) = (expires, othersEnd, ended)
    }
}
