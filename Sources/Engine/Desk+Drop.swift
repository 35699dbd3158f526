import Answers
import CampaignFiles
import CampaignModel
import Digests
import Foundation
import Logging
import Ports
import SendingRules
import Words

/// Where pages drop: nothing is judged here that intake and `check` do not judge; what is added is whose files they are.
extension Desk {
    package func bench(as identity: Identity) throws -> BenchSheet {
        let (person, bench) = try atBench(identity)
        let lines = try bench.items(of: person.name).compactMap { item in
            Self.kind(of: item.name).map { BenchSheet.Line(name: item.name, kind: $0, size: item.size) }
        }
        return BenchSheet(
            person: person.name, lines: lines, accounts: setup.accounts.map(\.record.name),
            untaken: setup.inbox.line(in: setup.language).untaken)
    }

    package func receive(_ name: String, as identity: Identity) throws -> any BenchFile {
        let (person, bench) = try atBench(identity)
        if case .control = DropName(name) {
            throw DeskRefusal(.invalid, code: "control_file", Catalogue.Drop.noControl(name))
        }
        guard let kind = Self.kind(of: name) else {
            let isSafe = DropName(name) != .unsafe && DropName(name) != .ignored
            throw DeskRefusal(
                .invalid, code: isSafe ? "not_ours" : "bad_name",
                isSafe ? Catalogue.Drop.notOurs(name) : Catalogue.Drop.badName(name))
        }
        return try DeskRefusal.telling(name) {
            try bench.receive(name, from: person.name, bytesMax: Self.bytesMax(of: kind))
        }
    }

    package func discard(_ name: String, as identity: Identity) throws {
        let (person, bench) = try atBench(identity)
        try DeskRefusal.telling(name) { try bench.remove(name, of: person.name) }
    }

    package func examine(_ name: String, in language: Language, as identity: Identity) throws -> DropSheet {
        let (person, bench) = try atBench(identity)
        guard let examine = setup.examine, Self.kind(of: name) == .campaign else { throw Self.noFile(name) }
        return try DeskRefusal.telling(name) {
            _ = try bench.read(name, of: person.name, bytesMax: FileLimits.campaignBytesMax)
            return try examine(bench.path(of: name, from: person.name), language, setup.clock.now())
        }
    }

    package func badRows(of list: String, in language: Language, as identity: Identity) throws -> String {
        let (person, bench) = try atBench(identity)
        guard let format = AudienceFormat(fileName: list), try isLying(list, person, bench) else {
            throw Self.noFile(list)
        }
        return try DeskRefusal.telling(list) {
            let path = try bench.path(of: list, from: person.name)
            guard let handle = FileHandle(forReadingAtPath: path) else { throw BenchFault.missing(list) }
            defer { handle.closeFile() }
            var lines = ["line,lines,code,reason"]
            var reader = AudienceReader(format: format)
            reader.onBad = { bad in
                guard lines.count <= Self.badRowsMax else { return }
                let why = bad.reason.sentence.text(in: language).replacing("\"", with: "\"\"")
                lines.append("\(bad.line),\(bad.lines),\(bad.reason.rawValue),\"\(why)\"")
            }
            do {
                _ = try reader.read(DescriptorBytes(descriptor: handle.fileDescriptor)) { _ in }
            } catch let fault as AudienceFault {
                throw DeskRefusal(.invalid, code: fault.code, fault.message)
            }
            // Excel takes a file for the machine's own encoding unless it begins so.
            return "\u{FEFF}" + lines.joined(separator: "\r\n") + "\r\n"
        }
    }
    /// Of a file that cannot be read; a mended file may show more.
    private static let linesTold = 50
    /// A list with more has one cause, which the first of them show.
    private static let badRowsMax = 100_000

    package func benchImage(_ name: String, as identity: Identity) throws -> [UInt8] {
        let (person, bench) = try atBench(identity)
        guard Self.kind(of: name) == .image else { throw Self.noFile(name) }
        return try DeskRefusal.telling(name) { try bench.read(name, of: person.name, bytesMax: ImageContent.bytesMax) }
    }

    package func handIn(_ name: String, as identity: Identity) throws -> HandedIn {
        let (person, bench) = try atBench(identity)
        guard Self.kind(of: name) == .campaign else { throw Self.noFile(name) }
        return try DeskRefusal.telling(name) {
            let bytes = try bench.read(name, of: person.name, bytesMax: FileLimits.campaignBytesMax)
            let reading = CampaignReader.parse(
                bytes: bytes, fileName: name, context: FileContext(setup, at: setup.clock.now()))
            guard let campaign = reading.campaign else {
                var refusal = DeskRefusal(.conflict, code: "not_readable", Catalogue.Drop.mendFirst(name))
                refusal.lines = reading.problems.filter { $0.severity == .error }.prefix(Self.linesTold).map {
                    DeskRefusal.Line(
                        line: $0.line, column: $0.column, code: $0.code, message: $0.message, hint: $0.hint)
                }
                throw refusal
            }
            guard campaign.author == person.name else {
                throw DeskRefusal(
                    .forbidden, code: "not_the_author", Catalogue.Drop.notTheAuthor(campaign.author, person.name))
            }
            let lying = Set(try bench.items(of: person.name).map(\.name))
            let known = try setup.ledger.audienceDigests(campaign: campaign.id)
            // A list that an earlier version brought need not come again.
            let lacking = campaign.fileNames.filter { !lying.contains($0) && known[$0] == nil }
            guard lacking.isEmpty else {
                throw DeskRefusal(.conflict, code: "files_missing", Catalogue.Drop.filesMissing(lacking))
            }
            // The campaign last: who looks at the folder meanwhile finds lists that nobody names yet.
            let files = campaign.fileNames.filter(lying.contains) + [name]
            var marks = [name: Digest.of(bytes).hexadecimal]
            for list in files where list != name {
                marks[list] = try ProvenBytes(bench.open(list, of: person.name), name: list).digest
            }
            try handIn(files, marks, of: person.name, bench)
            setup.logger.notice(
                "files handed in", metadata: ["person": "\(person.name)", "files": "\(files.joined(separator: " "))"])
            return HandedIn(files: files)
        }
    }

    /// Written down once nothing stands in the way, and before anything moves, so that intake never meets a file without
    /// its record. Before that it would make every name this person's, also of what is refused.
    private func handIn(_ files: [String], _ marks: [String: String], of person: String, _ bench: any DropBench) throws
    {
        func record(_ act: String) throws {
            try setup.reigning {
                try setup.ledger.recordDrop(
                    DropDemand(
                        now: setup.clock.now(), term: setup.term, person: person, act: act,
                        files: files.map { .init(name: $0, mark: marks[$0] ?? "") }))
            }
        }
        var isRecorded = false
        do {
            try bench.handIn(files, of: person) { name, lying in
                // Safe because what changes while it is read is not what anybody handed in.
                guard let digest = try? ProvenBytes(lying, name: name).digest else { return false }
                return try setup.ledger.dropper(of: name, digest: digest) == person
            } onReady: {
                try record(DropDemand.act)
                isRecorded = true
            }
        } catch {
            if isRecorded { try record(DropDemand.takenBack) }
            throw error
        }
    }

    package func handedIn(_ name: String, as identity: Identity) throws -> HandedInSheet {
        let (person, bench) = try atBench(identity)
        guard try isLatestDrop(name, of: person.name) else { throw Self.noFile(name) }
        return try DeskRefusal.telling(name) {
            HandedInSheet(file: name, waits: bench.isInFolder(name), report: try bench.report(beside: name))
        }
    }

    package func compose(_ draft: CampaignDraft, as identity: Identity) throws -> String {
        let (person, _) = try atBench(identity)
        let name = draft.id + ".yaml"
        guard !draft.id.isEmpty, Self.kind(of: name) == .campaign else {
            throw DeskRefusal(.invalid, code: "bad_name", Catalogue.Drop.idNeeded)
        }
        let file = try receive(name, as: identity)
        try DeskRefusal.telling(name) {
            try file.write(Array(CampaignWriting.yaml(of: draft, author: person.name).utf8))
            try file.keep()
        }
        return name
    }

    // MARK: - Parts

    private func atBench(_ identity: Identity) throws -> (PersonSetup, any DropBench) {
        let person = try prove(identity, for: .drop)
        guard let bench = setup.bench else {
            throw DeskRefusal(.notFound, code: "no_bench", Catalogue.Pages.dropOff)
        }
        return (person, bench)
    }

    private func isLying(_ name: String, _ person: PersonSetup, _ bench: any DropBench) throws -> Bool {
        try bench.items(of: person.name).contains { $0.name == name }
    }

    private func isLatestDrop(_ name: String, of person: String) throws -> Bool {
        try setup.ledger.latestDrop(of: name)?.person == person
    }

    private static func kind(of name: String) -> BenchSheet.Kind? {
        if EventFile.isName(name) { return nil }
        return switch DropName(name) {
        case .campaign: .campaign
        case .audience: .list
        case .image: .image
        case .ignored, .unsafe, .control, .other: nil
        }
    }

    private static func bytesMax(of kind: BenchSheet.Kind) -> Int64 {
        switch kind {
        case .campaign: Int64(FileLimits.campaignBytesMax)
        case .list: Int64(FileLimits.audienceBytesMax)
        case .image: Int64(ImageContent.bytesMax)
        }
    }

    private static func noFile(_ name: String) -> DeskRefusal {
        DeskRefusal(.notFound, code: "no_such_file", Catalogue.Drop.missing(name))
    }
}

extension FileContext {
    /// What a reader must know of this house.
    init(_ setup: EngineSetup, at now: Moment) {
        self.init(
            authors: setup.people.filter { $0.roles.contains(.author) }.map(\.name),
            accounts: setup.accounts.map {
                KnownAccount(
                    name: $0.record.name, kind: $0.record.kind == .personal ? .personal : .enterprise,
                    role: $0.record.role == .brand ? .brand : .staff, openID: $0.record.openID,
                    app: $0.record.appName)
            }, now: now, words: setup.review.words)
        isOptOut = { [words = setup.optOut] in words.match(in: $0) != nil }
    }
}
