/// How a workbook's formats show a number, as far as it would be read as another one without them: a date is stored as a number
/// and nothing else tells it from one.
struct CellStyles {
    enum Format: Equatable {
        case plain, date
        /// `[h]:mm`: hours that go on beyond a day.
        case elapsed
        /// `0000`: at least so many digits, as ids of cards and shops are written.
        case digits(Int)
    }

    private static let formatsMax = 65_536

    let isFrom1904: Bool
    private var formats: [Format] = []

    init(_ stream: ZipStream?, isFrom1904: Bool) throws {
        self.isFrom1904 = isFrom1904
        guard let stream else { return }
        let xml = XMLReader(stream)
        var own: [String: Format] = [:]
        var isInCells = false
        while true {
            switch try xml.next() {
            case .end: return
            case .text: break
            case .close: if xml.isNamed("cellXfs") { isInCells = false }
            case .open:
                if xml.isNamed("numFmt"), own.count < Self.formatsMax,
                    let id = try xml.attributeText("numFmtId"), let code = try xml.attributeText("formatCode")
                {
                    own[id] = Self.format(code)
                } else if xml.isNamed("cellXfs") {
                    isInCells = !xml.isEmpty
                } else if isInCells, xml.isNamed("xf"), formats.count < Self.formatsMax {
                    let id = try xml.attributeText("numFmtId") ?? "0"
                    formats.append(own[id] ?? Int(id).map(Self.format) ?? .plain)
                }
            }
        }
    }

    func format(of style: Int) -> Format { formats.indices.contains(style) ? formats[style] : .plain }

    /// The formats that every program knows by number; 27 to 58 are those of East Asia.
    private static func format(_ builtIn: Int) -> Format {
        switch builtIn {
        case 14...22, 27...36, 45, 47, 50...58: .date
        case 46: .elapsed
        default: .plain
        }
    }

    private static func format(_ code: String) -> Format {
        let lower = code.lowercased()
        if ["[h]", "[hh]", "[m]", "[mm]", "[s]", "[ss]"].contains(where: lower.hasPrefix) { return .elapsed }
        if (2...SheetNumber.digitsKept).contains(code.count), code.allSatisfy({ $0 == "0" }) {
            return .digits(code.count)
        }
        return showsDate(code) ? .date : .plain
    }

    /// `yyyy"年"m"月"d"日"`, but not `[Red]0.00` or `"days" 0`.
    static func showsDate(_ code: String) -> Bool {
        var (isQuoted, isEscaped, bracket, shows) = (false, false, false, false)
        for character in code.lowercased() {
            if isEscaped {
                isEscaped = false
            } else if isQuoted {
                isQuoted = character != "\""
            } else if bracket {
                bracket = character != "]"
            } else {
                switch character {
                case "\\", "_", "*": isEscaped = true
                case "\"": isQuoted = true
                case "[": bracket = true
                case "#", "?", "@": return false
                case "y", "m", "d", "h", "s": shows = true
                // Only the first part is for ordinary numbers.
                case ";": return shows
                default: break
                }
            }
        }
        return shows
    }
}
