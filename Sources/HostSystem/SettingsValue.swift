import CampaignModel
import Foundation
import Glibc
import Words

/// One value of the configuration, of the type that its row of `Catalogue.settingKeys` asks for.
enum SettingsValue: Sendable {
    case text(String)
    case texts([String])
    case integer(Int)
    case duration(Duration)
    case boolean(Bool)
    case secret(SecretSource)
    case secrets([SecretSource])
    case pace(PaceSpec)
    case dayWindow(DayWindow)
    case zone(Zone)
    case moment(Moment)
    case baseURL(String, isLoopback: Bool)
    case listenAddress(host: String, port: Int)
}

/// What the text of one scalar is refused for.
struct SettingsRefusal: Error {
    let code: SettingsProblem.Code
    let sentence: Sentence

    init(_ code: SettingsProblem.Code, _ sentence: Sentence) { (self.code, self.sentence) = (code, sentence) }
}

extension SettingsValue {
    /// Reads one scalar.
    /// - Parameter isRule: a number past its range would widen a rule, and the refusal says so.
    init(_ text: String, as kind: SettingKey.Kind, isRule: Bool) throws(SettingsRefusal) {
        let wrongType = SettingsRefusal(.wrongType, Catalogue.SettingSentence.wrongType(wanted: Catalogue.wanted(kind)))
        func required<Value>(_ value: Value?) throws(SettingsRefusal) -> Value {
            guard let value else { throw wrongType }
            return value
        }
        switch kind {
        case .text(let lengthMax), .texts(let lengthMax, _):
            let isPlain = !text.isEmpty && text.count <= lengthMax && !text.unicodeScalars.contains { $0.value < 0x20 }
            self = .text(try required(isPlain ? text : nil))
        case .path:
            self = .text(try required(text.isEmpty || text.utf8.contains(0) ? nil : text))
        case .secret, .secrets:
            guard let source = SecretSource(text) else {
                throw SettingsRefusal(.inlineSecret, Catalogue.SettingSentence.inlineSecret)
            }
            self = .secret(source)
        case .integer(let range):
            let number = try required(Self.wholeNumber(text))
            try Self.check(number, in: range, isRule: isRule) { String($0) }
            self = .integer(number)
        case .duration(let range):
            let duration = try required(DurationText.parse(text))
            try Self.check(duration, in: range, isRule: isRule, DurationText.print)
            self = .duration(duration)
        case .boolean:
            self = .boolean(try required(text == "true" ? true : text == "false" ? false : nil))
        case .oneOf(let words), .someOf(let words):
            self = .text(try required(words.contains(text) ? text : nil))
        case .pace:
            self = .pace(try required(PaceSpec(text)))
        case .dayWindow:
            self = .dayWindow(try required(Self.dayWindow(text)))
        case .zone:
            self = .zone(try required(Zone(identifier: text)))
        case .moment:
            self = .moment(try required(Moment(iso8601: text, defaultZone: .shanghai)))
        case .baseURL:
            self = try Self.baseURL(text, wrongType)
        case .listenAddress:
            self = try required(Self.listenAddress(text))
        case .block, .blocks:
            throw wrongType
        }
    }

    private static func check<Value: Comparable>(
        _ value: Value, in range: ClosedRange<Value>, isRule: Bool, _ print: (Value) -> String
    ) throws(SettingsRefusal) {
        if range.contains(value) { return }
        if isRule && value > range.upperBound {
            throw SettingsRefusal(.wouldWiden, Catalogue.SettingSentence.wouldWiden(limit: print(range.upperBound)))
        }
        throw SettingsRefusal(
            .outOfRange,
            Catalogue.SettingSentence.outOfRange(from: print(range.lowerBound), to: print(range.upperBound)))
    }

    /// Digits only: YAML's octal, hexadecimal and underscored numbers surprise more than they serve.
    private static func wholeNumber(_ text: String) -> Int? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        guard digits.count == 1 || !digits.hasPrefix("0") else { return nil }
        return Int(text)
    }

    private static func dayWindow(_ text: String) -> DayWindow? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(minuteOfDay)
        guard ends.count == 2, let from = ends[0], let to = ends[1] else { return nil }
        return DayWindow(fromMinute: from, toMinute: to)
    }

    private static func minuteOfDay(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ $0.count == 2 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
        else { return nil }
        return hour * 60 + minute
    }

    private static func baseURL(_ text: String, _ wrongType: SettingsRefusal) throws(SettingsRefusal) -> SettingsValue {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme, let host = parts.host, !host.isEmpty,
            ["http", "https"].contains(scheme), parts.user == nil, parts.query == nil, parts.fragment == nil,
            parts.path.isEmpty || parts.path == "/"
        else { throw wrongType }
        let isLoopback = isLoopback(host: host)
        guard scheme == "https" || isLoopback else {
            throw SettingsRefusal(.notLoopback, Catalogue.SettingSentence.plainHTTPNeedsLoopback)
        }
        return .baseURL(text.hasSuffix("/") ? String(text.dropLast()) : text, isLoopback: isLoopback)
    }

    /// By address, not by prefix: `127.0.0.1.example.com` is not this machine.
    static func isLoopback(host: String) -> Bool {
        var address = in_addr()
        if inet_pton(AF_INET, host, &address) == 1 { return UInt32(bigEndian: address.s_addr) >> 24 == 127 }
        return ["localhost", "::1", "[::1]"].contains(host)
    }

    private static func listenAddress(_ text: String) -> SettingsValue? {
        guard let colon = text.lastIndex(of: ":"), let port = wholeNumber(String(text[text.index(after: colon)...])),
            (0...65535).contains(port)
        else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty, !host.contains(where: { $0.isWhitespace || $0 == "/" }) else { return nil }
        return .listenAddress(host: host, port: port)
    }
}

/// `500ms`, `5s`, `30m`, `24h`, `2d`.
enum DurationText {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    static func parse(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, digits.count <= 12, let count = Int64(digits),
            let unit = units.first(where: { $0.name == text.dropFirst(digits.count) })
        else { return nil }
        let (milliseconds, overflowed) = count.multipliedReportingOverflow(by: unit.milliseconds)
        return overflowed ? nil : .milliseconds(milliseconds)
    }

    /// In the largest unit that divides it.
    static func print(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMilliseconds
        guard milliseconds > 0 else { return "0s" }
        // Hours before days: 24h is how the rules are written.
        let unit = units.dropFirst().first { milliseconds % $0.milliseconds == 0 } ?? units[4]
        return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }
}
