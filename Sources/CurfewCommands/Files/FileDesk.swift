import Answers
import ArgumentParser
import CampaignFiles
import CampaignModel
import Engine
import Foundation
import Glibc
import HostSystem
import LedgerSQLite
import SendingRules
import Words

/// Reads campaign files where they lie, for the commands that look before anything is dropped.
struct FileDesk {
    let settings: Settings?
    let language: Language
    let now: Moment
    let review: ReviewTerms

    /// - Parameters:
    ///   - searchPaths: where a configuration is looked for when `config` names none; a test looks nowhere, because its
    ///     machine may have one of its own.
    ///   - now: the one moment that everything is judged by; nil: the clock's.
    init(
        config: String?, lang: Language?, now: Moment? = nil, searching searchPaths: [String] = SettingsFile.searchPaths
    ) throws {
        self.now = now ?? SystemClock().now()
        do { settings = try SettingsFile.load(path: config, searching: searchPaths).settings } catch {
            // An explicit configuration that cannot be read is an error; none at all only means that fewer things
            // can be checked.
            if config != nil {
                Standard.complain(error.text(in: Standard.language))
                throw ExitCode(ExitCodes.configuration)
            }
            settings = nil
        }
        language = lang ?? settings?.language ?? Standard.language
        guard let settings else {
            review = ReviewTerms()
            return
        }
        do { review = try ReviewTerms(settings) } catch {
            Standard.complain(error.sentence.text(in: language))
            throw ExitCode(ExitCodes.configuration)
        }
    }

    /// Of a daemon, which has read its configuration.
    init(settings: Settings, language: Language, now: Moment, review: ReviewTerms) {
        (self.settings, self.language, self.now, self.review) = (settings, language, now, review)
    }

    /// What the house remembers, opened for reading; nil: no daemon was ever started here.
    func ledger() throws -> LedgerSQLite? {
        guard let state = settings?.state else { return nil }
        let path = Paths.ledger(in: state)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        var options = LedgerSQLite.Options()
        options.readOnly = true
        return try LedgerSQLite(path: path, options: options)
    }

    var knowsWorld: Bool { settings.map { !$0.apps.isEmpty } ?? false }

    func read(_ path: String) throws -> CampaignReading {
        let bytes = try Self.bytes(of: path)
        let people = settings?.people.filter { $0.roles.contains(.author) }.map(\.name) ?? []
        let accounts = settings?.apps.flatMap { app in
            app.accounts.map {
                KnownAccount(
                    name: $0.name, kind: $0.kind == .personal ? .personal : .enterprise,
                    role: $0.role == .brand ? .brand : .staff, openID: $0.openID, app: app.id)
            }
        }
        let name = (path as NSString).lastPathComponent
        var context = FileContext(authors: people, accounts: accounts ?? [], now: now, words: review.words)
        context.isWorldKnown = knowsWorld
        context.isOptOut = { [words = OptOutWords()] in words.match(in: $0) != nil }
        return CampaignReader.parse(bytes: bytes, fileName: name, context: context)
    }

    /// At most a byte more than a campaign may have: enough to see that it is too large, and a gigabyte is not read for it.
    private static func bytes(of path: String) throws -> [UInt8] {
        if PathStatus(path)?.isFolder == true {
            throw ValidationError(Catalogue.Usage.cannotRead(path, String(cString: strerror(EISDIR))))
        }
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw ValidationError(Catalogue.Usage.cannotRead(path, String(cString: strerror(errno))))
        }
        return Array(try file.read(upToCount: FileLimits.campaignBytesMax + 1) ?? Data())
    }

    /// What intake would refuse an image for.
    func fault(ofImage name: String, beside path: String) -> (code: String, sentence: Sentence)? {
        let file = ((path as NSString).deletingLastPathComponent as NSString).appendingPathComponent(name)
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return ("image_missing", Catalogue.Files.imageMissing(name)) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        // Safe because what cannot be read is told as missing, as intake would tell it.
        guard let bytes = try? handle.read(upToCount: ImageContent.bytesMax + 1) ?? Data() else {
            return ("image_missing", Catalogue.Files.imageMissing(name))
        }
        return ImageContent.fault(of: Array(bytes), named: name).map { ($0.code, $0.sentence) }
    }

    /// Streams an audience file beside the campaign.
    func rows(
        _ name: String, beside path: String, _ rules: RowRules, required: [String] = [],
        each: (borrowing AudienceRow) throws -> Void
    ) throws -> AudienceReading {
        let file = ((path as NSString).deletingLastPathComponent as NSString).appendingPathComponent(name)
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw ValidationError(Catalogue.Usage.cannotRead(file, String(cString: strerror(errno))))
        }
        defer { close(descriptor) }
        // Safe because the campaign's reader has refused what is no list by its name.
        let format = AudienceFormat(fileName: name) ?? .csv
        return try AudienceReader(format: format, rules: rules, requiredColumns: required)
            .read(DescriptorBytes(descriptor: descriptor), each: each)
    }

    /// The same for whoever wants its people: a list that cannot be read is refused by its name, in the words of `check`.
    func listedRows(
        _ name: String, beside path: String, _ rules: RowRules, required: [String] = [],
        each: (borrowing AudienceRow) throws -> Void
    ) throws -> AudienceReading {
        do { return try rows(name, beside: path, rules, required: required, each: each) } catch let fault
            as AudienceFault
        {
            throw DeskRefusal(.invalid, code: fault.code, Catalogue.Intake.fileFault(file: name, fault.message))
        }
    }

    /// The people of a campaign's files as the planner would take them: distinct, without the excluded, and only those
    /// for whom its conditions hold.
    func people(
        _ campaign: Campaign, beside path: String, each: (String, @escaping (String) -> String?) throws -> Void
    ) throws -> Int {
        try listed(campaign, beside: path) { openID, _, value in try each(openID, value) }
    }

    /// The same with the line of the list.
    func listed(
        _ campaign: Campaign, beside path: String, each: (String, Int, @escaping (String) -> String?) throws -> Void
    ) throws -> Int {
        var out: Set<String> = []
        let rules = RowRules(campaign.channel)
        for name in campaign.audience.exclude {
            _ = try listedRows(name, beside: path, rules) { out.insert($0.openIDText) }
        }
        var seen: Set<String> = []
        for name in campaign.audience.files {
            var filter = RowFilter(campaign.audience.conditions)
            _ = try listedRows(name, beside: path, rules, required: campaign.requiredColumns) { row in
                let openID = row.openIDText
                guard !out.contains(openID), seen.insert(openID).inserted, filter.keeps(row) else { return }
                var values: [String: String] = [:]
                for (index, column) in row.columns.enumerated() { values[column] = row.text(index) }
                try each(openID, row.line) { values[$0].flatMap { $0.isEmpty ? nil : $0 } }
            }
        }
        return seen.count
    }
}
