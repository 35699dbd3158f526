import Testing

/// The rules are tried on samples first: a rule that cries wolf is soon switched off.
@Suite("A house rule finds what it is for, and nothing else")
struct HouseRulesTests {
    private func lines(_ offences: [HouseRules.Offence]) -> [Int] { offences.map(\.line) }

    @Test(
        "clocks, sleeps and chance are found",
        arguments: [
            "let now = Date()", "let now = Date.now", "run(at: .now)", "deadline: .now() + 1",
            "let t = ContinuousClock.now",
            "let t = ContinuousClock().now", "DispatchTime.now()", "try await Task.sleep(for: .seconds(1))",
            "try await clock.sleep(until: x)", "usleep(100)", "Int.random(in: 0..<3)", "list.shuffled()",
            "list.randomElement()",
            "Bool.random()", "SystemRandomNumberGenerator()", "UUID()", #"log("at \(Date())")"#, "return .now",
            "let when = isLate ? .now : later", "clock_gettime(CLOCK_REALTIME, &spec)", "Date(timeIntervalSinceNow: 3)",
            "let x =\n    .now",
        ])
    func findsTimeAndChance(sample: String) {
        #expect(HouseRules.timeAndChance(SwiftTokens(sample)).count == 1)
    }

    @Test(
        "moments that were handed in and generators that are named are left alone",
        arguments: [
            "func step(at now: Moment)", "judge(x, at: now)", "demand.now", "demand?.now.text()", "list[0].now",
            "$0.now < $1.now", "let now = clock.now()", "row(of: run).now", "switch when { case .now: 1 }",
            "Int.random(in: 0..<3, using: &generator)", "list.shuffled(using: &generator)",
            "Int64.random(\n    in: 0...max(base / 5, 1),\n    using: &generator)", "// Date() is banned here",
            #"let text = "Date() and .now""#, "Date(timeIntervalSince1970: 3)", "func sleep(for time: Duration)",
            "let asleep = sleepers(3)", "UUID(uuidString: text)", "/* Task.sleep( */", "self.now = now", "Moment.now2",
            "struct Date {}",
            "\"\"\"\nDate()\n\"\"\"", ##"let raw = #"Date() \(Date())"#"##,
        ])
    func leavesTheRestAlone(sample: String) {
        #expect(HouseRules.timeAndChance(SwiftTokens(sample)).isEmpty)
    }

    @Test("an import is read with its attribute, its access and its kind")
    func imports() {
        let file = SwiftTokens(
            """
            import CampaignModel
            @preconcurrency import Foundation
            package import Wire
            import struct Yams.Node
            // import Comment
            let text = "import Text"
            """)
        #expect(
            HouseRules.imports(file, allowed: ["CampaignModel", "Foundation"]).map(\.what) == [
                "import Wire", "import Yams",
            ])
        #expect(lines(HouseRules.imports(file, allowed: ["CampaignModel", "Foundation"])) == [3, 4])
    }

    @Test("public names are found, words that only look like it are not")
    func publicNames() {
        let file = SwiftTokens(
            """
            public struct A {
                public init() {}
                public private(set) var b = 1
                public(set) var c = 1
                open class D {}
                let open = open(path, 0)
                case public
                var isOpen: Bool { state == .open }
                /// public func in words
            }
            """)
        #expect(lines(HouseRules.publicNames(file)) == [1, 2, 3, 4, 5])
    }

    @Test("a function's length runs from its first line to its last; a requirement has none")
    func longFunctions() {
        let body = String(repeating: "    let x = 1\n", count: 59)
        let long =
            "protocol P {\n    func a(_ b: Int) -> Int\n    init()\n}\nfunc long(x: () -> Void = {}) {\n\(body)}\n"
        let found = HouseRules.longFunctions(SwiftTokens(long))
        #expect(found.map(\.name) == ["long"] && found.map(\.lines) == [61] && found.map(\.line) == [5])
        let short = String(repeating: "    let x = 1\n", count: 58)
        #expect(HouseRules.longFunctions(SwiftTokens("init<T>(x: T) where T: P {\n\(short)}\n")).isEmpty)
        let generic = "struct S {\nfunc g<T: Q>(_ x: T) async throws -> (Int, [T]) where T: P {\n\(body)}\n}"
        #expect(HouseRules.longFunctions(SwiftTokens(generic)).map(\.name) == ["g"])
        #expect(
            HouseRules.longFunctions(SwiftTokens("self.init(x)\nlet y = Z.init(x)\nif y {\n\(body)\(body)}")).isEmpty)
    }

    @Test("a thrown-away error has its reason beside it or right above")
    func silencedErrors() {
        let file = SwiftTokens(
            """
            let a = try? b()
            let c = try? d()  // Safe because it is only a hint.
            // Safe because the file may be gone,
            // which is what is wanted.
            let e = try? f()
            // Not safe, but short.
            let g = try? h()
            // Safe because of something far away.

            let i = try? j()
            let k = try l() ? 1 : 2
            """)
        #expect(lines(HouseRules.silencedErrors(file)) == [1, 7, 10])
    }

    @Test(
        "empty words in type names are found as words, not as letters",
        arguments: [
            ("struct LaneManager {}", true), ("enum Utils {}", true), ("final class DataReader {}", true),
            ("protocol RequestHandler {}", true), ("struct HTTPInfo {}", true), ("typealias UserData = Int", true),
            ("struct Database {}", false), ("struct Information {}", false), ("struct Processing {}", false),
            ("let handler = 1", false), ("actor Commoner {}", false), ("struct OutcomeRow {}", false),
            ("func handler() {}", false), ("class func manager() {}", false),
        ])
    func emptyNames(sample: String, isFound: Bool) {
        #expect(HouseRules.emptyNames(SwiftTokens(sample)).isEmpty == !isFound)
    }

    @Test("a function that expects and is no test is found; helpers with parameters and private ones are not")
    func forgottenTests() {
        let file = SwiftTokens(
            """
            @Suite("A")
            struct A {
                @Test("one") func one() { #expect(true) }
                @Test("two", arguments: [{ 1 }()])
                @available(*, unavailable) static func two(x: Int) { #expect(true) }
                @Test func bare() async throws { try #require(nil) }
                func three() throws {
                    #expect(true)
                }
                func expectOpen(at x: Int) { #expect(true) }
                private func shared() { #expect(true) }
                func fixture() -> Int { 1 }
                @Test("four") func four() {
                    func inner() { #expect(true) }
                }
            }
            struct B { func outside() { #expect(true) } }
            """)
        #expect(HouseRules.forgottenTests(file).map(\.what) == ["three() has no @Test"])
    }

    @Test(
        "a sentence that is written where it is used is found; what somebody else wrote, and a test that says why, are not"
    )
    func spokenAndSkipped() {
        let spoken = SwiftTokens(
            """
            let a = Sentence(zh: "一", en: "one")
            let b = Sentence(
                zh:
                    "\\(count) 个", en: "many")
            let c = Sentence(zh: words, en: words)
            case .zh: "二"
            """)
        #expect(lines(HouseRules.spokenHere(spoken)) == [1, 3, 6])
        let tests = SwiftTokens(
            """
            @Test("a", .enabled(if: isLong)) func a() {}
            @Test("b", .enabled(if: isLong, "minutes long")) func b() {}
            @Suite("c", .enabled(if: Tool.isThere(at: "x")), .serialized)
            """)
        #expect(lines(HouseRules.silentlySkipped(tests)) == [1, 3])
    }

    @Test("literals of every kind are skipped to their end, and lines are counted through them")
    func literals() {
        let file = SwiftTokens(
            """
            let a = "x \\" y"
            let b = #"raw " quote"#
            let c = \"\"\"
                many "lines"
                \\(inside(1, "nested"))
                \"\"\"
            let d = "\\(f("\\(g)"))"
            last
            """)
        #expect(file.tokens.last == .init(text: "last", line: 8, followsDirectly: false))
        #expect(file.tokens.contains { $0.text == "inside" && $0.line == 5 })
        #expect(file.tokens.contains { $0.text == "g" && $0.line == 7 })
        #expect(!file.tokens.contains { ["x", "raw", "many", "lines", "nested"].contains($0.text) })
        #expect(file.lineCount == 8)
    }
}
