import CampaignModel
import Ports
import Words

package struct ExportRequest: Sendable, Codable {
    package var run: String
    package var after: ExportCursor?
    package init(run: String, after: ExportCursor? = nil) { (self.run, self.after) = (run, after) }
}

/// Refused for personal accounts with `export_not_allowed`.
package protocol ExportDesk: Sendable {
    func export(_ request: ExportRequest, as identity: Identity) throws -> ExportPage
}

extension ExportDesk {
    package func export(_ request: ExportRequest, as identity: Identity) throws -> ExportPage {
        throw DeskRefusal(.notFound, code: "not_kept", Catalogue.Account.notKept)
    }
}
