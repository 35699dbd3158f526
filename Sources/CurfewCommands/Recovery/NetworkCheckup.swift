import CampaignModel
import Foundation
import Ports
import TransportCurl
import Wire
import Words

/// What `doctor` asks beyond the machine: whether the platform answers, and what it says the time is.
struct NetworkCheckup {
    typealias Words = Catalogue.Doctor
    /// The platform's `Date` has whole seconds, and the answer takes a while.
    private static let secondsOffMax: Int64 = 3
    private static let timeout: Duration = .seconds(10)
    /// systemd-timesyncd touches it whenever it has set the clock.
    private static let synchronised = "/run/systemd/timesync/synchronized"

    let settings: Settings
    let clock: any Clock

    func findings(asks: Bool) async throws -> [Finding] {
        guard asks else { return [clockFinding(platform: nil)] }
        let transport = try TransportCurl()
        let url = settings.platform.baseURL
        let began = clock.monotonic()
        do {
            let response = try await OneExchange.carryOut(
                HTTPRequest(method: .get, url: url + "/"), over: transport, timeout: Self.timeout)
            let took = (clock.monotonic() - began).wholeMilliseconds
            return [
                Finding("platform", .ok, Words.reached(url, status: response.status, milliseconds: took)),
                clockFinding(platform: response.header("date").flatMap(HTTPDate.moment)),
            ]
        } catch let failure as OneExchange.Failed {
            return [finding(of: failure.result, url), clockFinding(platform: nil)]
        }
    }

    private func finding(of result: ExchangeResult, _ url: String) -> Finding {
        switch result {
        case .complete(let response):
            Finding("platform", .ok, Words.reached(url, status: response.status, milliseconds: 0))
        case .notLeft(let obstacle): Finding("platform", .fail, .network, Words.notReached(url, obstacle.rawValue))
        case .lost(let loss): Finding("platform", .warn, .platform, Words.answersBadly(url, loss.rawValue))
        }
    }

    private func clockFinding(platform: Moment?) -> Finding {
        if clock.isRehearsal { return Finding("clock", .ok, Words.clockGood("rehearsal")) }
        if let platform {
            let off = clock.now().since(platform).components.seconds
            guard abs(off) <= Self.secondsOffMax else {
                return Finding("clock", .fail, .machine, Words.clockWrong(seconds: off))
            }
            return Finding("clock", .ok, Words.clockGood("\(settings.platform.baseURL) ±\(Self.secondsOffMax) s"))
        }
        if FileManager.default.fileExists(atPath: Self.synchronised) {
            return Finding("clock", .ok, Words.clockGood("NTP (systemd-timesyncd)"))
        }
        return Finding("clock", .warn, .machine, Words.clockUnproved)
    }
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that RFC 9110 lets servers write.
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func moment(_ text: String) -> Moment? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", words[1].count == 2, words[3].count == 4,
            let month = months.firstIndex(of: String(words[2]))
        else { return nil }
        return Moment(iso8601: "\(words[3])-\(month < 9 ? "0" : "")\(month + 1)-\(words[1])T\(words[4])Z")
    }
}
