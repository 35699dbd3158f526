import Answers
import CampaignModel
import Ports
import SendingRules
import Words

extension Desk {
    private static let pagePeople = 1000

    package func export(_ request: ExportRequest, as identity: Identity) throws -> ExportPage {
        let person = try prove(identity, for: .export)
        let several = try setup.ledger.occurrences(of: request.run)
        let isSeveral = several.count > 1
        let runs = try isSeveral ? several : [reading.find(request.run)]
        let rest = runs.drop { run in request.after?.run.map { $0 != run.id } ?? false }
        guard let run = rest.first else { return ExportPage(rows: [], next: nil) }
        let account = try setup.ledger.accounts().first { $0.id == run.lane.account }
        guard let account, ExportRule.mayExport(account.kind) else {
            throw DeskRefusal(
                .forbidden, code: "export_not_allowed", Catalogue.Account.exportNotAllowed(account?.name ?? "?"))
        }
        var page = ExportPage(rows: [], next: nil)
        if run.isErased {
            page.erased = [.init(run: run.name, at: run.erasedAt?.iso8601 ?? "")]
        } else {
            // Once a list, with its first page; a cursor of the caller's own making begins one as well.
            let goesOn = request.after.map { cursor in
                setup.exports.takes(cursor, of: person.name) && cursor != Self.beginning(of: run)
            }
            if goesOn != true {
                try setup.ledger.noteExport(run: run.id, person: person.name, at: setup.clock.now(), term: setup.term)
            }
            page = try setup.ledger.exportPage(run: run.id, after: request.after, limit: Self.pagePeople)
        }
        defer { if let next = page.next { setup.exports.gave(next, to: person.name) } }
        // A file that was given a trigger later has runs of both kinds: one heading fits them all.
        if runs.contains(where: \.isTriggered) {
            for index in page.rows.indices where page.rows[index].happened == nil { page.rows[index].happened = "" }
            page.isTriggered = true
        }
        guard isSeveral else { return page }
        for index in page.rows.indices { page.rows[index].run = run.name }
        page.next?.run = run.id
        if page.next == nil { page.next = rest.dropFirst().first.map { Self.beginning(of: $0) } }
        return page
    }

    private static func beginning(of run: RunRecord) -> ExportCursor {
        ExportCursor(segment: 0, position: -1, run: run.id)
    }
}
