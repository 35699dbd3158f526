import CampaignModel
import Ports

extension StatusReport {
    /// How the token stands by which an account sends.
    package struct TokenLine: Sendable, Codable, Equatable {
        package enum State: String, Sendable, Codable {
            case ready
            /// Asked for, or about to be.
            case awaited
            /// A person must act.
            case stopped
        }
        package var account: String
        package var state: State
        /// The platform's, when it refused to give one.
        package var code: Int?
        package init(account: String, state: State, code: Int? = nil) {
            (self.account, self.state, self.code) = (account, state, code)
        }
    }
}
