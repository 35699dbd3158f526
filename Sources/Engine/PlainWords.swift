import CampaignModel
import Channels
import Foundation
import Ports
import Words

/// What went wrong, in words for people: the system's own where it spoke, and never a value of the program's.
package enum PlainWords {
    package static func of(_ error: any Error) -> Sentence {
        switch error {
        case let error as LedgerError: ledger(error)
        case TrayError.folder(_, let code), TrayError.notWritten(_, let code): same(String(cString: strerror(code)))
        case TrayError.otherLedger(let path, let owner): Catalogue.Inbox.otherLedger(path, owner: owner)
        case TrayError.refused(let problem):
            Catalogue.Intake.trayRefusal(file: problem.name, code: problem.refusal.code)
        case let error as CocoaError: same(error.localizedDescription)
        default: Catalogue.Failure.unexpected(String(describing: type(of: error)))
        }
    }

    private static func same(_ words: String) -> Sentence { Sentence(zh: words.inChinese, en: words) }

    private static func ledger(_ error: LedgerError) -> Sentence {
        switch error {
        case .storage(let why), .corrupt(let why), .refusedRow(let why): same(why)
        case .fenced: Catalogue.Failure.reignLost
        case .unknownRun(let name): Catalogue.Desk.runNotFound(name)
        case .unknownAccount(let name): Catalogue.Failure.accountUnknown(name)
        case .campaignTaken(let author): Catalogue.Failure.campaignTaken(author)
        case .notPossible(let state): Catalogue.Desk.notPossible("", state: Catalogue.runState(state))
        case .newerSchema(let path): Catalogue.Failure.ledgerNewer(path)
        }
    }
}
