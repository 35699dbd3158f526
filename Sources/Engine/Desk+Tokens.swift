import Answers
import Channels
import Ports

extension Desk {
    /// From the shelf, without asking the platform.
    func tokenLines() -> [StatusReport.TokenLine] {
        let now = setup.clock.now()
        return setup.accounts.map { account in
            switch setup.shelf.verdict(for: account.tokenOwner, at: now) {
            case .ready: StatusReport.TokenLine(account: account.record.name, state: .ready)
            case .wait: StatusReport.TokenLine(account: account.record.name, state: .awaited)
            case .stopped(.notGranted(let code)):
                StatusReport.TokenLine(account: account.record.name, state: .stopped, code: code)
            case .stopped(.refusedAgain), .stopped(.unknownOwner):
                StatusReport.TokenLine(account: account.record.name, state: .stopped)
            }
        }
    }
}
