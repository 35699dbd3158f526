import Answers
import CampaignModel
import ControlAPI
import Engine
import Foundation
import HostSystem
import Ports
import TransportCurl
import Words

/// Every way in which a command or the daemon can end early, in words for people and with the exit code that the READMEs
/// promise. No value of the program's own ever reaches a person through here.
struct Trouble {
    let sentence: Sentence
    let code: Int32

    private init(_ sentence: Sentence, _ code: Int32 = ExitCodes.problems) {
        (self.sentence, self.code) = (sentence, code)
    }

    init(_ error: any Error) {
        switch error {
        case let error as SecretError:
            self.init(
                Catalogue.Failure.secret("\(error.source)", error.problem.sentence),
                error.problem.isAccess ? ExitCodes.noPermission : ExitCodes.configuration)
        case let error as SettingsError:
            self.init(Sentence(zh: error.text(in: .zh), en: error.text(in: .en)), ExitCodes.configuration)
        case let error as LedgerLockError: self.init(error)
        case let error as LedgerError: self.init(error)
        case let error as TrayError: self.init(error)
        case let error as SealFileError:
            self.init(
                Catalogue.Failure.file(error.path, Self.system(error.errno)),
                error.errno == EILSEQ ? ExitCodes.doubt : ExitCodes.noPermission)
        case let doubt as LedgerDoubt: self.init(Catalogue.Recovery.doubt(doubt), ExitCodes.doubt)
        case is ReignLost: self.init(Catalogue.Failure.reignLost, ExitCodes.busy)
        case let error as LedgerUnusable: self.init(Catalogue.Failure.ledgerStorage(error.why), ExitCodes.damage)
        case let error as ControlDoorError: self.init(error.sentence, ExitCodes.configuration)
        case let refusal as DeskRefusal: self.init(refusal.sentence)
        case let failure as ClientFailure: self.init(failure.sentence)
        case let doubt as IdentityDoubt: self.init(doubt.sentence, ExitCodes.configuration)
        case let low as DescriptorLimit.TooLow: self.init(low.sentence, ExitCodes.configuration)
        case let error as FolderError:
            self.init(Catalogue.Failure.state(error.path, Self.system(error.errno)), ExitCodes.noPermission)
        case let error as WordsUnreadable: self.init(error.sentence, ExitCodes.configuration)
        case let error as RehearsalFileError:
            self.init(Catalogue.Failure.clockFile(line: error.line, error.problem.rawValue), ExitCodes.configuration)
        default: self.init(foreign: error)
        }
    }

    private init(_ error: LedgerLockError) {
        switch error {
        case .held(let path, let pid, let since):
            self.init(
                Catalogue.Failure.held(path, pid: pid.map(Int.init), since: since?.minuteText()), ExitCodes.busy)
        case .unusable(let path, let code):
            self.init(Catalogue.Failure.state(path, Self.system(code)), ExitCodes.noPermission)
        }
    }

    private init(_ error: LedgerError) {
        switch error {
        case .fenced: self.init(Catalogue.Failure.reignLost, ExitCodes.busy)
        case .storage(let why): self.init(Catalogue.Failure.ledgerStorage(why))
        case .refusedRow: self.init(Catalogue.Failure.refusedRow)
        case .unknownRun(let name): self.init(Catalogue.Desk.runNotFound(name))
        case .unknownAccount(let name): self.init(Catalogue.Failure.accountUnknown(name))
        case .campaignTaken(let author): self.init(Catalogue.Failure.campaignTaken(author))
        case .notPossible(let state): self.init(Catalogue.Desk.notPossible("", state: Catalogue.runState(state)))
        case .newerSchema(let path): self.init(Catalogue.Failure.ledgerNewer(path), ExitCodes.configuration)
        case .corrupt(let why): self.init(Catalogue.Failure.ledgerStorage(why), ExitCodes.damage)
        }
    }

    private init(_ error: TrayError) {
        switch error {
        case .folder(let path, let code):
            self.init(Catalogue.Failure.inbox(path, Self.system(code)), ExitCodes.noPermission)
        case .notWritten(let name, let code):
            self.init(Catalogue.Failure.inbox(name, Self.system(code)), ExitCodes.noPermission)
        case .otherLedger(let path, let owner):
            self.init(Catalogue.Inbox.otherLedger(path, owner: owner), ExitCodes.doubt)
        case .refused(let problem):
            self.init(Catalogue.Intake.trayRefusal(file: problem.name, code: problem.refusal.code))
        }
    }

    /// Foundation's, the network library's, and whatever nobody thought of: by the file and the system's own words where
    /// they are known, else by the kind alone.
    private init(foreign error: any Error) {
        if let error = error as? any CustomStringConvertible & TroubleText {
            let words = "\(error)"
            self.init(Sentence(zh: words, en: words))
            return
        }
        let cocoa = error as NSError
        let path = cocoa.userInfo[NSFilePathErrorKey] as? String
        let underlying = (cocoa.userInfo[NSUnderlyingErrorKey] as? NSError) ?? cocoa
        let why = underlying.domain == NSPOSIXErrorDomain ? Self.system(Int32(underlying.code)) : nil
        if let path {
            let isWriting = cocoa.domain == NSCocoaErrorDomain && (512..<1024).contains(cocoa.code)
            let words = isWriting ? Catalogue.Failure.unwritableFile.en : Catalogue.Failure.unreadableFile.en
            self.init(Catalogue.Failure.file(path, why ?? words), ExitCodes.problems)
        } else if let why {
            self.init(Catalogue.Failure.unexpected(why))
        } else {
            self.init(Catalogue.Failure.unexpected(String(describing: type(of: error))))
        }
    }

    private static func system(_ code: Int32) -> String { String(cString: strerror(code)) }
}

extension Sentence {
    /// The system's own words, which it has in one language.
    static func system(_ code: Int32) -> Sentence {
        let words = String(cString: strerror(code))
        return Sentence(zh: words.inChinese, en: words)
    }
}

/// An error whose description was written for people.
package protocol TroubleText {}
extension TransportTrouble: TroubleText {}

/// The state directory cannot be made.
struct FolderError: Error {
    let path: String
    let errno: Int32
}
