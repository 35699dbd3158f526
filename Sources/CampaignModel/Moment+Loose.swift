/// Moments as the world writes them: the platform's numbers, exports of shops, and what a spreadsheet makes of both when it
/// saves. Where no zone is named, Shanghai's wall is meant.
extension Moment {
    /// Numbers from here on are milliseconds, microseconds and nanoseconds since 1970; smaller ones are seconds.
    private static let unitSteps: [(from: Int64, divisor: Int64)] = [
        (100_000_000_000_000_000, 1_000_000), (100_000_000_000_000, 1000), (100_000_000_000, 1),
    ]
    /// The year 2001: what is smaller counts something else.
    private static let secondsMin: Int64 = 1_000_000_000

    /// Seconds, or whatever finer unit the number's size says.
    package init?(epoch number: Int64) {
        if let unit = Self.unitSteps.first(where: { number >= $0.from }) {
            self.init(milliseconds: number / unit.divisor)
        } else {
            guard number >= Self.secondsMin else { return nil }
            self.init(seconds: number)
        }
    }

    /// `2026-11-20T09:00:00+08:00`, `2026/11/20 9:00`, `2026年11月20日 上午9:00`, `11/20/2026 9:00 PM`, `1795136400`,
    /// `46346.375`: nil for anything that can be read in two ways, or in none.
    package init?(loose text: String) {
        let plain = Self.plain(text)
        if let exact = Moment(iso8601: Self.withColon(plain), defaultZone: .shanghai) {
            self = exact
            return
        }
        if let number = Int64(plain), number >= Self.secondsMin, let moment = Moment(epoch: number) {
            self = moment
            return
        }
        if let moment = Self.serial(plain) ?? Self.written(plain) {
            self = moment
            return
        }
        return nil
    }

    /// Full-width digits and signs made plain; one kind of blank, none at the ends.
    private static func plain(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0xFF01...0xFF5E: scalars.append(Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar)
            case 0xFEFF, 0x200B...0x200F, 0x202A...0x202E: continue
            default: scalars.append(scalar.properties.isWhitespace ? " " : scalar)
            }
        }
        return String(scalars).split(separator: " ").joined(separator: " ")
    }

    /// `+0800` is written as often as `+08:00`.
    private static func withColon(_ text: String) -> String {
        let tail = text.suffix(5)
        guard text.contains(":"), let sign = tail.first, "+-".contains(sign), tail.dropFirst().allSatisfy(\.isNumber)
        else { return text }
        return text.dropLast(2) + ":" + text.suffix(2)
    }

    // MARK: - A spreadsheet's own number

    /// Days since 1899-12-30, as a cell shows that has lost its format; 1982 to 2119, so that no other number is taken for
    /// one.
    private static let serials: ClosedRange<Int> = 30_000...80_000
    private static let serialOf1970 = 25_569

    private static func serial(_ text: String) -> Moment? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts[0].utf8.count == 5, let days = Int(parts[0]), serials.contains(days)
        else { return nil }
        var milliseconds: Int64 = 0
        if parts.count == 2 {
            let digits = parts[1].utf8.prefix(12)
            guard !digits.isEmpty, digits.count == parts[1].utf8.count || digits.count == 12,
                parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) })
            else { return nil }
            let fraction = digits.reduce(0.0) { $0 * 10 + Double($1 - 0x30) }
            let scale = digits.reduce(1.0) { value, _ in value * 10 }
            // A spreadsheet's clock has no finer hand than the second.
            milliseconds = Int64((fraction / scale * 86_400).rounded()) * 1000
        }
        let wall = Int64(days - serialOf1970) * PlatformDay.millisecondsInDay + milliseconds
        return Moment(milliseconds: wall - PlatformDay.shanghaiOffset.wholeMilliseconds)
    }

    // MARK: - As people write it

    private static let halves: [(word: String, isLate: Bool)] = [
        ("上午", false), ("凌晨", false), ("早上", false), ("下午", true), ("晚上", true), ("AM", false), ("PM", true),
    ]

    private static func written(_ text: String) -> Moment? {
        var text = text.uppercased()
        var isLate: Bool?
        for half in halves where text.contains(half.word) {
            guard isLate == nil else { return nil }
            isLate = half.isLate
            text = text.split(separator: half.word, omittingEmptySubsequences: true).joined(separator: " ")
        }
        for (sign, blank) in [
            ("年", "-"), ("月", "-"), ("日", " "), ("号", " "), ("时", ":"), ("点", ":"), ("分", ":"), ("秒", ""),
        ] {
            text = text.split(separator: sign, omittingEmptySubsequences: false).joined(separator: blank)
        }
        if let place = text.firstIndex(of: "T") { text.replaceSubrange(place...place, with: " ") }
        let words = text.split(separator: " ").map(String.init)
        guard (1...2).contains(words.count), var wall = date(words[0]) else { return nil }
        if words.count == 2 {
            guard let time = time(words[1], isLate: isLate) else { return nil }
            (wall.hour, wall.minute, wall.second) = time
        } else if isLate != nil {
            return nil
        }
        return wall.isValid ? wall.moment(offset: PlatformDay.shanghaiOffset) : nil
    }

    private static func date(_ text: String) -> CivilTime? {
        guard let sign = text.first(where: { "/-.".contains($0) }) else {
            guard text.utf8.count == 8, let number = Int(text) else { return nil }
            return CivilTime(year: number / 10_000, month: number / 100 % 100, day: number % 100)
        }
        let numbers = numbers(text, separator: sign)
        guard let numbers, numbers.count == 3 else { return nil }
        if numbers[0].digits == 4 {
            return CivilTime(year: numbers[0].value, month: numbers[1].value, day: numbers[2].value)
        }
        // The year last: month first or day first. One that fits both ways is not guessed.
        guard numbers[2].digits == 4 else { return nil }
        let (first, second) = (numbers[0].value, numbers[1].value)
        if first > 12 { return CivilTime(year: numbers[2].value, month: second, day: first) }
        if second > 12 || first == second { return CivilTime(year: numbers[2].value, month: first, day: second) }
        return nil
    }

    private static func time(_ text: String, isLate: Bool?) -> (Int, Int, Int)? {
        let whole = text.split(separator: ".", maxSplits: 1)[0]
        var parts = whole.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        while parts.count > 1, parts.last?.isEmpty == true { parts.removeLast() }
        guard (1...3).contains(parts.count), parts.count > 1 || isLate != nil || whole.contains(":") else { return nil }
        var numbers: [Int] = []
        for part in parts {
            guard (1...2).contains(part.utf8.count), let number = Int(part), number >= 0 else { return nil }
            numbers.append(number)
        }
        numbers += [0, 0]
        if let isLate {
            guard (0...23).contains(numbers[0]) else { return nil }
            if isLate, numbers[0] < 12 { numbers[0] += 12 }
            if !isLate, numbers[0] == 12 { numbers[0] = 0 }
        }
        return (numbers[0], numbers[1], numbers[2])
    }

    private static func numbers(_ text: String, separator: Character) -> [(value: Int, digits: Int)]? {
        var numbers: [(value: Int, digits: Int)] = []
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            // `2026-11-20-` is what is left of a date whose last sign was a word.
            if part.isEmpty, index == parts.count - 1, index == 3 { continue }
            guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(part)
            else { return nil }
            numbers.append((number, part.utf8.count))
        }
        return numbers
    }
}
