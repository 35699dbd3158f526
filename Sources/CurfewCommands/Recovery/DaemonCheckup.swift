import Answers
import CampaignModel
import Foundation
import HostSystem
import Ports
import TransportCurl
import Wire
import Words

/// What `doctor` asks the daemon itself: how its tokens stand, and whether its disk takes what it writes.
struct DaemonCheckup {
    typealias Words = Catalogue.Doctor
    private static let timeout: Duration = .seconds(5)

    let settings: Settings
    /// By the lock on the state directory.
    let isRunning: Bool

    func findings() async throws -> [Finding] {
        guard isRunning else { return [Finding("tokens", .ok, Words.tokensUnseen)] }
        let silent = Finding("tokens", .warn, .program, Words.daemonSilent(settings.http.socket))
        let request = HTTPRequest(
            method: .get, url: "http://localhost/v1/status", unixSocket: settings.http.socket)
        let status: StatusReport
        do {
            let response = try await OneExchange.carryOut(request, over: TransportCurl(), timeout: Self.timeout)
            status = try JSONDecoder().decode(StatusReport.self, from: Data(response.body))
        } catch is OneExchange.Failed { return [silent] } catch is DecodingError { return [silent] }
        var found = (status.tokens ?? []).compactMap(Self.finding)
        if found.isEmpty { found = [Finding("tokens", .ok, Words.tokensReady)] }
        found += status.lanes.compactMap { lane in
            lane.pacePercent.map {
                Finding("account", .warn, .platform, Catalogue.Stand.doctorSlowed(lane.account, percent: $0))
            }
        }
        if let trouble = status.trouble {
            found.append(Finding("writing", .fail, .machine, Sentence(zh: trouble, en: trouble)))
        }
        found += (status.notices ?? []).map { Finding("notices", .warn, .operator, Sentence(zh: $0, en: $0)) }
        if let inbox = status.inbox {
            if let trouble = inbox.trouble {
                let words = inbox.troubleWords?.sentence ?? Sentence(zh: trouble, en: trouble)
                found.append(Finding("drops", .fail, .operator, words))
            } else if inbox.isCut {
                found.append(
                    Finding("drops", .warn, .operator, Catalogue.Inbox.crowded(inbox.files, max: InotifyTray.filesMax)))
            } else if inbox.untakenTotal > 0 {
                found.append(Finding("drops", .warn, .nobody, Catalogue.Inbox.untaken(inbox.untakenTotal)))
            }
        }
        return found
    }

    private static func finding(_ line: StatusReport.TokenLine) -> Finding? {
        switch line.state {
        case .ready: nil
        case .awaited: Finding("tokens", .warn, .platform, Words.tokenAwaited(line.account))
        case .stopped: Finding("tokens", .fail, .operator, Words.tokenStopped(line.account, code: line.code))
        }
    }
}
