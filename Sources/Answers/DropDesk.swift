import CampaignModel
import Foundation
import Ports
import Words

/// Dropping by a page: files lie on a bench of each person's own, are checked there as `curfew check` checks them, and are
/// handed in as whole sets to the same folder and the same intake.
package protocol DropDesk: Sendable {
    func bench(as identity: Identity) throws -> BenchSheet
    /// Begins a file; its name alone says what it may be.
    func receive(_ name: String, as identity: Identity) throws -> any BenchFile
    func discard(_ name: String, as identity: Identity) throws
    /// Everything that `check`, `preview` and `forecast` say of a campaign file there. Long work.
    func examine(_ name: String, in language: Language, as identity: Identity) throws -> DropSheet
    /// The rows of a list that nobody will be written to for, as CSV. Long work.
    func badRows(of list: String, in language: Language, as identity: Identity) throws -> String
    func benchImage(_ name: String, as identity: Identity) throws -> [UInt8]
    /// The campaign file and everything it names that lies beside it.
    func handIn(_ name: String, as identity: Identity) throws -> HandedIn
    /// What became of a file that this person handed in: our report beside it.
    func handedIn(_ name: String, as identity: Identity) throws -> HandedInSheet
    /// Writes a campaign file from a form.
    /// - Returns: its name on the bench.
    func compose(_ draft: CampaignDraft, as identity: Identity) throws -> String
}

package struct BenchSheet: Sendable, Encodable {
    package enum Kind: String, Sendable, Encodable { case campaign, list, image }
    package struct Line: Sendable, Encodable {
        package var name: String
        package var kind: Kind
        package var size: Int64
        package init(name: String, kind: Kind, size: Int64) { (self.name, self.kind, self.size) = (name, kind, size) }
    }
    package var person: String
    package var lines: [Line]
    package var accounts: [String]
    /// Of the drop folder: what lies there and is not taken.
    package var untaken: [InboxLine.Untaken]
    package init(person: String, lines: [Line], accounts: [String], untaken: [InboxLine.Untaken]) {
        (self.person, self.lines, self.accounts, self.untaken) = (person, lines, accounts, untaken)
    }
}

/// The verdict of `curfew check` on one campaign file; its JSON as it stands.
package struct FileVerdict: Sendable, Encodable {
    package struct Found: Sendable, Encodable {
        package var line: Int
        package var column: Int
        package var severity: String
        package var code: String
        package var message: String
        package var hint: String?
        package init(line: Int, column: Int, severity: String, code: String, message: String, hint: String?) {
            (self.line, self.column, self.severity) = (line, column, severity)
            (self.code, self.message, self.hint) = (code, message, hint)
        }
    }
    package struct Counted: Sendable, Encodable {
        package var file: String
        package var rows: Int
        package var bad: Int
        package var encoding: String
        /// The first bad rows, and what should be looked at although nobody was left out for it.
        package var told: [String]
        package init(file: String, rows: Int, bad: Int, encoding: String, told: [String]) {
            (self.file, self.rows, self.bad, self.encoding, self.told) = (file, rows, bad, encoding, told)
        }
    }
    package var file: String
    package var ok: Bool
    /// Author and account were checked against a configuration.
    package var knowsWorld: Bool
    /// When it would be sent next, by the moment that was judged by.
    package var next: String?
    package var problems: [Found]
    package var audience: [Counted]
    /// Of lists, images and the test: each refuses the file.
    package var faults: [String]
    /// nil: the file or its lists could not be read.
    package var review: MachineReview?
    package init(
        file: String, ok: Bool, knowsWorld: Bool, next: String?, problems: [Found], audience: [Counted],
        faults: [String], review: MachineReview?
    ) {
        (self.file, self.ok, self.knowsWorld, self.next) = (file, ok, knowsWorld, next)
        (self.problems, self.audience, self.faults, self.review) = (problems, audience, faults, review)
    }
}

/// A campaign file on the bench, looked at from all sides.
package struct DropSheet: Sendable {
    package var file: String
    package var source: String
    package var verdict: FileVerdict
    package var title: String?
    package var author: String?
    /// When it is sent, in words.
    package var schedule: [String]
    /// Images are named, not by digest.
    package var variants: [ReviewSheet.Variant]
    package var forecast: RunForecast?
    /// What the forecast is drawn upon.
    package var frame: ForecastFrame?
    package init(file: String, source: String, verdict: FileVerdict) {
        (self.file, self.source, self.verdict) = (file, source, verdict)
        schedule = []
        variants = []
    }
}

/// What bounds a forecast: drawn behind it.
package struct ForecastFrame: Sendable, Equatable {
    /// Hours of the day on Shanghai's wall in which nothing is sent.
    package var quiet: DayWindow
    /// The campaign's own hours, on the schedule's wall; nil: all that are allowed.
    package var window: DayWindow?
    package var zone: Zone
    package var peopleADay: Int
    package init(quiet: DayWindow, window: DayWindow?, zone: Zone, peopleADay: Int) {
        (self.quiet, self.window, self.zone, self.peopleADay) = (quiet, window, zone, peopleADay)
    }
}

package struct HandedIn: Sendable, Encodable {
    package var files: [String]
    package init(files: [String]) { self.files = files }
}

package struct HandedInSheet: Sendable, Encodable {
    package var file: String
    /// It lies there and was not taken, or not yet.
    package var waits: Bool
    package var report: String?
    package init(file: String, waits: Bool, report: String?) {
        (self.file, self.waits, self.report) = (file, waits, report)
    }
}

extension DropDesk {
    package func bench(as identity: Identity) throws -> BenchSheet { throw off }
    package func receive(_ name: String, as identity: Identity) throws -> any BenchFile { throw off }
    package func discard(_ name: String, as identity: Identity) throws { throw off }
    package func examine(_ name: String, in language: Language, as identity: Identity) throws -> DropSheet { throw off }
    package func badRows(of list: String, in language: Language, as identity: Identity) throws -> String { throw off }
    package func benchImage(_ name: String, as identity: Identity) throws -> [UInt8] { throw off }
    package func handIn(_ name: String, as identity: Identity) throws -> HandedIn { throw off }
    package func handedIn(_ name: String, as identity: Identity) throws -> HandedInSheet { throw off }
    package func compose(_ draft: CampaignDraft, as identity: Identity) throws -> String { throw off }
    private var off: DeskRefusal { DeskRefusal(.notFound, code: "no_bench", Catalogue.Pages.dropOff) }
}

extension DeskRefusal {
    /// What the bench says of a file while `body` runs, in words.
    package static func telling<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let fault as BenchFault { throw DeskRefusal(fault, name) }
    }

    private init(_ fault: BenchFault, _ name: String) {
        let words = Catalogue.Drop.self
        switch fault {
        case .badName: self.init(.invalid, code: "bad_name", words.badName(name))
        case .tooLarge(let most): self.init(.invalid, code: "too_large", words.tooLarge(name, bytes: most))
        case .full(let most, let files): self.init(.conflict, code: "bench_full", words.full(bytes: most, files: files))
        case .missing(let file): self.init(.notFound, code: "no_such_file", words.missing(file))
        case .taken(let file): self.init(.conflict, code: "name_taken", words.taken(file))
        case .notWritten(let code):
            self.init(.conflict, code: "not_written", words.notWritten(name, String(cString: strerror(code))))
        }
    }
}
