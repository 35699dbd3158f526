import CampaignModel
import Ports
import SendingRules

extension Desk {
    private static let pagePeople = 1000

    package func export(_ request: ExportRequest, as identity: Identity) throws -> ExportPage {
        let person = try operating(identity, .export)
        let run = try reading.find(request.run)
        let account = try setup.ledger.accounts().first { $0.id == run.lane.account }
        guard let account, ExportRule.mayExport(account.kind) else {
            throw DeskRefusal(
                .forbidden, code: "export_not_allowed", Catalogue.Account.exportNotAllowed(account?.name ?? "?"))
        }
        // Once a list, with its first page.
        if request.after == nil {
            try setup.ledger.noteExport(run: run.id, person: person.name, at: setup.clock.now(), term: setup.term)
        }
        return try setup.ledger.exportPage(run: run.id, after: request.after, limit: Self.pagePeople)
    }
}
