import Testing

/// Reads the checkout and fails on what the compiler lets pass. Each test names every place, so that one run is enough.
@Suite("The house stands as it was drawn")
struct HouseTests {
    /// Files that were longer than `HouseRules.fileLinesMax` when the rule was made, and their lines. The list may only
    /// shrink: a file that grew fails, and so does one that no longer needs its row.
    private static let longFiles: [String: Int] = [:]
    /// Functions that were longer than `HouseRules.functionLinesMax`, as `path name`, and their lines. Likewise.
    private static let longFunctions: [String: Int] = [:]

    /// Read once for all tests.
    private static let checkout = Result {
        (sources: try House.files(below: "Sources"), tests: try House.files(below: "Tests"))
    }

    private let sources: [House.File]
    private let tests: [House.File]

    init() throws { (sources, tests) = try Self.checkout.get() }

    private func expectNone(_ offences: [String]) {
        #expect(offences.isEmpty, "\(offences.count) places:\n\(offences.joined(separator: "\n"))")
    }

    private func offences(
        in files: [House.File], _ rule: (SwiftTokens) -> [HouseRules.Offence]
    ) -> [String] {
        files.flatMap { file in rule(file.code).map { "\(file.path):\($0)" } }
    }

    @Test("the checkout was found")
    func checkoutFound() {
        #expect(sources.contains { $0.path == "Sources/CampaignModel/Moment.swift" })
        #expect(tests.contains { $0.path == "Tests/HouseTests/HouseTests.swift" })
    }

    @Test("every folder of Sources is a room of the house")
    func everyRoomIsDrawn() throws {
        let drawn = Set(House.rooms.map(\.name)).union(House.roomsOfC)
        expectNone(try House.roomsOnDisk().filter { !drawn.contains($0) })
    }

    @Test("a room imports only what its row names", arguments: House.rooms.map(\.name))
    func imports(name: String) throws {
        let room = try #require(House.rooms.first { $0.name == name })
        let files = sources.filter { $0.path.hasPrefix("Sources/\(name)/") }
        expectNone(offences(in: files) { HouseRules.imports($0, allowed: House.allowedImports(of: room)) })
    }

    /// An arrow that nobody walks is drawn all the same, and the next reader believes it.
    @Test("a room's row names nothing that the room does not import", arguments: House.rooms.map(\.name))
    func idleArrows(name: String) throws {
        let room = try #require(House.rooms.first { $0.name == name })
        let files = sources.filter { $0.path.hasPrefix("Sources/\(name)/") }
        let made = Set(files.flatMap { HouseRules.imports($0.code, allowed: []).map(\.what) })
        let drawn = room.mayImport.union(room.departures.keys)
        expectNone(drawn.filter { !made.contains("import \($0)") }.sorted())
    }

    @Test("only HostSystem reads a clock, sleeps or draws by chance")
    func timeAndChance() {
        let free = House.rooms.filter(\.touchesTime).map { "Sources/\($0.name)/" }
        let bound = sources.filter { file in !free.contains { file.path.hasPrefix($0) } }
        expectNone(offences(in: bound, HouseRules.timeAndChance))
    }

    @Test("nothing is public: the house is one package")
    func publicNames() {
        expectNone(offences(in: sources, HouseRules.publicNames))
    }

    /// What a library or the language calls by itself.
    private static let calledByOthers: Set<String> = ["enqueue", "escapeText"]

    @Test("nothing is offered to other rooms that nobody, not even a test, asks for")
    func unused() {
        var words: [String: Int] = [:]
        for file in sources + tests { for token in file.code.tokens { words[token.text, default: 0] += 1 } }
        let found = sources.flatMap { file in HouseRules.offered(file.code).map { (file: file.path, offered: $0) } }
        #expect(found.count > 3000, "the rule sees what is offered")
        expectNone(
            found.filter { words[$0.offered.what] == 1 && !Self.calledByOthers.contains($0.offered.what) }
                .map { "\($0.file):\($0.offered)" })
    }

    @Test("an error is only thrown away with its reason beside it")
    func silencedErrors() {
        expectNone(offences(in: sources, HouseRules.silencedErrors))
    }

    @Test("no type has a name that says nothing")
    func emptyNames() {
        expectNone(offences(in: sources + tests, HouseRules.emptyNames))
    }

    @Test("a test that lost its @Test is found")
    func forgottenTests() {
        expectNone(offences(in: tests, HouseRules.forgottenTests))
    }

    @Test("a test that may be skipped says why")
    func silentlySkipped() {
        expectNone(offences(in: tests, HouseRules.silentlySkipped))
    }

    /// The laboratory tells its stories itself, and the pretend platform speaks as people write to it.
    @Test("sentences for people stand in the catalogues of Words, where they are read by a proof-reader")
    func spokenHere() {
        let free = ["Words", "Sandbox", "Simulator", "curfew-lab"].map { "Sources/\($0)/" }
        expectNone(
            offences(
                in: sources.filter { file in !free.contains { file.path.hasPrefix($0) } }, HouseRules.spokenHere))
    }

    @Test("each room says in fifteen lines what it is for, what it never does and where to start")
    func rooms() throws {
        expectNone(
            try House.rooms.compactMap { room in
                guard let text = try House.text(of: "Sources/\(room.name)/README.md") else {
                    return "\(room.name) has no README.md"
                }
                let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                guard lines.count <= 15 else { return "\(room.name): \(lines.count) lines" }
                guard lines.first == "# \(room.name)", text.contains("**Never.**"), text.contains("**Start with**")
                else {
                    return "\(room.name): not what it never does, or not where to start"
                }
                // A file that it names and that is gone sends the reader nowhere.
                let gone = House.filesNamed(in: text).filter { !House.stands($0, in: room.name) }
                return gone.isEmpty ? nil : "\(room.name) names \(gone.joined(separator: ", "))"
            })
    }

    @Test("no file is longer than 500 lines, and the exceptions only shrink")
    func fileLengths() {
        let found = (sources + tests).filter { $0.code.lineCount > HouseRules.fileLinesMax }
            .map { (name: $0.path, lines: $0.code.lineCount) }
        expectNone(ratchet(found, known: Self.longFiles))
    }

    @Test("no function is longer than 60 lines, and the exceptions only shrink")
    func functionLengths() {
        let found = (sources + tests).flatMap { file in
            HouseRules.longFunctions(file.code).map { (name: "\(file.path) \($0.name)", lines: $0.lines) }
        }
        expectNone(ratchet(found, known: Self.longFunctions))
    }

    /// What is too long and not known, what is known and grew, and what is known and no longer too long.
    private func ratchet(_ found: [(name: String, lines: Int)], known: [String: Int]) -> [String] {
        let over = found.filter { $0.lines > known[$0.name, default: 0] }.map { "\($0.name): \($0.lines) lines" }
        let gone = known.keys.sorted().filter { name in
            !found.contains { $0.name == name && $0.lines == known[name] }
        }
        return over
            + gone.filter { name in !over.contains { $0.hasPrefix(name + ": ") } }
            .map { "\($0): is shorter now; lower or strike its row" }
    }
}
