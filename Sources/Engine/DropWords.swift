import Answers
import CampaignFiles
import CampaignModel
import Foundation
import Logging
import Ports
import Words

/// Puts a word beside everything that lies in the drop folder and is not taken, so that nobody waits for what will not
/// come. What lies there is never touched.
struct DropWords {
    /// A list may come before the campaign that names it.
    static let unnamedAfter: Duration = .seconds(30)

    private struct Word: Equatable {
        var code: String
        var sentence: Sentence
    }

    private let setup: EngineSetup
    private let tray: any DropTray
    private let reports: ReportWriter
    private var told: [String: Word] = [:]
    /// When a list or an image that nobody names was first seen.
    private var unnamed: [TrayItem: Duration] = [:]

    init(_ setup: EngineSetup, tray: any DropTray, reports: ReportWriter) {
        self.setup = setup
        self.tray = tray
        self.reports = reports
    }

    /// Intake has written a report of its own there: it is not a word of ours any more.
    mutating func forget(_ name: String) { told[name] = nil }

    /// A control file that stopped nothing stays, with its answer beside it; when it goes, the answer goes.
    mutating func note(_ name: String, code: String, _ sentence: Sentence) {
        told[name] = Word(code: code, sentence: sentence)
    }

    func has(_ name: String) -> Bool { told[name] != nil }

    var lines: [InboxLine.Untaken] {
        told.sorted { $0.key < $1.key }.map { name, word in
            InboxLine.Untaken(file: name, code: word.code, word.sentence, in: setup.language)
        }
    }

    /// - Parameter wanted: what the campaign files in the folder name.
    /// - Parameter near: which of them means the same name in other capitals.
    mutating func tell(_ listing: TrayListing, near: @escaping (String) -> String?, wanted: (String) -> Bool) {
        let real = setup.clock.monotonic()
        var present: Set<String> = []
        var unnamedNow: [TrayItem: Duration] = [:]
        for problem in listing.problems {
            present.insert(problem.name)
            let code = problem.refusal.code
            tell(problem.name, Word(code: code, sentence: Catalogue.Inbox.refusal(problem.name, code: code)))
        }
        for item in listing.items {
            present.insert(item.name)
            switch Self.kind(item.name, near, keepsLists: setup.keepAudienceFiles) {
            case .taken: break
            case .never(let word): if item.settled { tell(item.name, word) }
            case .whenNamed(let word):
                if wanted(item.name) {
                    retract(item.name)
                    continue
                }
                let first = unnamed[item] ?? real
                unnamedNow[item] = first
                if item.settled, real - first >= Self.unnamedAfter { tell(item.name, word()) }
            }
        }
        unnamed = unnamedNow
        for name in told.keys.sorted() where !present.contains(name) { retract(name) }
    }

    /// Another of the names, the same but for capitals and width, which people take for the same.
    static func near(among names: some Sequence<String>) -> (String) -> String? {
        func folded(_ name: String) -> String { name.precomposedStringWithCompatibilityMapping.lowercased() }
        // Asked about lists that nobody names, which most looks have none of.
        var known: [String: String]?
        return { name in
            let all = known ?? Dictionary(names.map { (folded($0), $0) }, uniquingKeysWith: min)
            known = all
            return all[folded(name)].flatMap { $0 == name ? nil : $0 }
        }
    }

    private enum Kind {
        /// Somebody looks at it.
        case taken
        case never(Word)
        case whenNamed(() -> Word)
    }

    private static func kind(
        _ name: String, _ near: @escaping (String) -> String?, keepsLists: Bool
    ) -> Kind {
        let words = Catalogue.Inbox.self
        let list = { Word(code: "not_named", sentence: words.unnamedList(name, near: near(name))) }
        let lower = name.lowercased()
        if EventFile.isName(name) { return .taken }
        if lower.hasSuffix(".yaml.txt") || lower.hasSuffix(".yml.txt"), DropName(name) == .audience {
            let sentence = words.endsWithTxt(name, String(name.dropLast(4)))
            return .never(Word(code: "not_a_campaign_name", sentence: sentence))
        }
        switch DropName(name) {
        case .campaign, .control, .ignored: return .taken
        case .unsafe: return .never(Word(code: "bad_name", sentence: words.refusal(name, code: "bad_name")))
        case .audience: return keepsLists ? .taken : .whenNamed(list)
        case .image:
            return keepsLists ? .taken : .whenNamed { Word(code: "not_named", sentence: words.unnamedImage(name)) }
        case .other:
            switch DropName.fileExtension(of: name) {
            case "xlsx": return keepsLists ? .taken : .whenNamed(list)
            case "zip", "rar", "7z", "gz", "tar", "tgz":
                return .never(Word(code: "archive", sentence: words.packed(name)))
            default: return .never(Word(code: "not_ours", sentence: words.notOurs(name)))
            }
        }
    }

    private mutating func tell(_ name: String, _ word: Word) {
        guard told[name] != word else { return }
        told[name] = word
        setup.logger.warning("not taken from the inbox", metadata: ["file": "\(name)", "why": "\(word.code)"])
        // A folder that is too full is told in the log and in the status: one more file would not help it.
        if name != "." { reports.word(name, word.sentence) }
    }

    private mutating func retract(_ name: String) {
        guard told.removeValue(forKey: name) != nil, name != "." else { return }
        reports.retract(name)
    }
}
