import CampaignModel
import Glibc

/// The moving window over an audience's UTF-8: finds rows, checks them, hands good ones over.
final class RowWindow {
    private let source: AudienceSource
    private let format: AudienceFormat
    private let rules: RowRules
    private let requiredColumns: [String]
    private let limits: AudienceLimits

    private let base: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    private let cells: UnsafeMutablePointer<Cell>
    private var start = 0
    private var end = 0
    private var isLast = false
    /// Where the row at `start` begins.
    private var line = 1
    /// In a row that was given up as too long: nothing counts until the next line.
    private var isSkipping = false
    private var unclosedQuotes = 0
    /// Up to where line ends are line feeds.
    private var feedsTo = 0
    /// An id of this list, to tell swallowed rows by.
    private var exampleID: [UInt8]?

    private var csv: CSVRowScanner
    private var json: JSONLineScanner
    private var header: AudienceHeader?
    private var reading = AudienceReading()
    var onBad: ((BadRow) throws -> Void)?

    init(
        format: AudienceFormat, rules: RowRules, requiredColumns: [String], limits: AudienceLimits,
        source: AudienceSource
    ) {
        precondition(
            limits.rowBytesMax * 2 <= limits.chunkBytes && limits.chunkBytes >= AudienceSource.targetBytesMin * 4,
            "a row must fit into a chunk with room to read on")
        (self.format, self.rules, self.requiredColumns) = (format, rules, requiredColumns)
        (self.limits, self.source) = (limits, source)
        capacity = limits.chunkBytes
        base = .allocate(capacity: capacity)
        cells = .allocate(capacity: FileLimits.audienceColumnsMax)
        cells.initialize(repeating: .absent, count: FileLimits.audienceColumnsMax)
        csv = CSVRowScanner(cells: cells, cellsMax: FileLimits.audienceColumnsMax)
        json = JSONLineScanner(cells: cells, cellsMax: FileLimits.audienceColumnsMax, base: base)
        if format == .workbook {
            csv.delimiter = SheetText.cellEnd
            csv.rowEnd = SheetText.rowEnd
            csv.quote = SheetText.never
        }
    }

    deinit {
        base.deallocate()
        cells.deallocate()
    }

    func readAll(
        _ pull: AudienceSource.Pull, _ each: (borrowing AudienceRow) throws -> Void
    ) throws -> AudienceReading {
        try refill(pull)
        try findBeginning()
        while start < end {
            switch format {
            case .csv, .workbook: try stepCSV(pull, each)
            case .jsonLines: try stepJSON(pull, each)
            }
        }
        guard header != nil || format == .jsonLines && reading.rows > 0 else { throw AudienceFault.empty }
        reading.columns = header?.columns ?? json.columns
        reading.encoding = source.encoding
        reading.otherEncoding = source.otherEncoding
        reading.bytes = source.bytes
        return reading
    }

    // MARK: The window

    /// Moves what is left to the front and reads on until the window is full or the file over.
    private func refill(_ pull: AudienceSource.Pull) throws {
        if start > 0 {
            memmove(base, base + start, end - start)
            end -= start
            feedsTo = max(0, feedsTo - start)
            start = 0
        }
        while capacity - end >= AudienceSource.targetBytesMin, !isLast {
            let room = UnsafeMutableRawBufferPointer(start: base + end, count: capacity - end)
            let count = try source.fill(room, pull)
            if count == 0 { isLast = true }
            end += count
        }
        // DOS ends a file with it.
        if isLast, format != .workbook, end > start, base[end - 1] == Self.controlZ { end -= 1 }
        if format != .workbook { makeFeeds() }
    }

    /// A carriage return alone is a line end as well (Excel for Mac); it becomes a line feed, so that the rest knows one.
    private func makeFeeds() {
        while feedsTo < end, let found = memchr(base + feedsTo, 0x0D, end - feedsTo) {
            let index = found.assumingMemoryBound(to: UInt8.self) - UnsafeMutablePointer(base)
            if index + 1 == end, !isLast { return feedsTo = index }
            if index + 1 == end || base[index + 1] != CSVRowScanner.lineFeed { base[index] = CSVRowScanner.lineFeed }
            feedsTo = index + 1
        }
        feedsTo = end
    }

    /// The next line's end, or the next row's in a workbook.
    private func lineFeed(from index: Int) -> Int? {
        guard index < end, let found = memchr(base + index, Int32(csv.rowEnd), end - index) else { return nil }
        return found.assumingMemoryBound(to: UInt8.self) - UnsafeMutablePointer(base)
    }

    // MARK: The beginning

    /// Passes over what people and programs put above the line that names the columns, and learns what separates cells.
    private func findBeginning() throws {
        if source.mark.starts(with: Self.zipMark) || source.mark.starts(with: Self.oleMark) {
            throw AudienceFault.workbookByAnotherName
        }
        switch format {
        case .jsonLines:
            let first = (start..<end).first { base[$0] > 0x20 }
            if let first, base[first] == 0x5B { throw AudienceFault.jsonArray }
        case .csv:
            try refuseSingleReturns()
            let told = passSeparatorLine()
            csv.delimiter = findHeader(among: told.map { [$0] } ?? Self.delimiters) ?? told ?? guessDelimiter()
        case .workbook:
            _ = findHeader(among: [SheetText.cellEnd])
        }
    }

    private static let controlZ: UInt8 = 0x1A
    private static let zipMark: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
    private static let oleMark: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0]
    private static let delimiters: [UInt8] = [0x2C, 0x09, 0x3B]

    /// One column and no line feed at all: nothing shows that the returns end lines, and a whole list may stand in one cell.
    private func refuseSingleReturns() throws {
        guard let line = source.lineBeforeReturn, source.encoding == .utf8 || source.encoding == .gb18030 else {
            return
        }
        guard line.contains(where: { Self.delimiters.contains($0) }) else { throw AudienceFault.returnsOnly }
    }

    /// `sep=;`, which Excel reads and does not show.
    private func passSeparatorLine() -> UInt8? {
        let lineEnd = lineFeed(from: start) ?? end
        let line = UnsafeBufferPointer(start: base + start, count: lineEnd - start)
        let word = line.filter { $0 != 0x22 && $0 != 0x0D && $0 != 0x20 }
        guard word.count == 5, String(decoding: word.prefix(4), as: UTF8.self).lowercased() == "sep=" else {
            return nil
        }
        start = min(lineEnd + 1, end)
        self.line += 1
        return word[4]
    }

    /// Looks a few lines down for the one that names the column of ids: above it stand titles. Where no line does, nothing
    /// is passed over, and the first line is refused for the lack.
    private func findHeader(among delimiters: [UInt8]) -> UInt8? {
        var (from, number) = (start, line)
        let first = line
        for _ in 0..<FileLimits.titleLinesMax where from < end {
            let lineEnd = lineFeed(from: from) ?? end
            let text = UnsafeBufferPointer(start: base + from, count: lineEnd - from)
            if let found = ColumnName.delimiter(ofHeader: text, among: delimiters) {
                (start, line) = (from, number)
                reading.titleLines = number - first
                return found
            }
            from = lineEnd + 1
            number += 1
        }
        return nil
    }

    /// Gives the row at `start` up and goes on at the next line.
    private func skipLine(_ reason: BadRowReason, _ pull: AudienceSource.Pull) throws {
        try refuse(reason)
        if let feed = lineFeed(from: start) {
            start = feed + 1
            line += 1
        } else {
            start = end
            isSkipping = true
            try refill(pull)
        }
    }

    /// True when the rest of a given-up row is still to be passed over.
    private func passSkipped(_ pull: AudienceSource.Pull) throws -> Bool {
        guard isSkipping else { return false }
        if let feed = lineFeed(from: start) {
            start = feed + 1
            line += 1
            isSkipping = false
        } else {
            start = end
        }
        if start == end { try refill(pull) }
        return true
    }

    // MARK: CSV

    private func stepCSV(_ pull: AudienceSource.Pull, _ each: (borrowing AudienceRow) throws -> Void) throws {
        if try passSkipped(pull) { return }
        let spansLines = unclosedQuotes < FileLimits.unclosedQuotesMax
        switch csv.scan(base, from: start, to: end, isLast: isLast, spansLines: spansLines) {
        case .row(let next, let contentEnd, let lines):
            if lines > 1, hasSwallowedRows() {
                unclosedQuotes += 1
                try skipLine(.unclosedQuote, pull)
                break
            }
            try takeCSV(contentEnd: contentEnd, lines: lines, each)
            start = next
            line += lines
        case .needMore(let inQuotes):
            if end - start < limits.rowBytesMax {
                try refill(pull)
            } else if inQuotes {
                unclosedQuotes += 1
                try skipLine(.unclosedQuote, pull)
            } else {
                try skipLine(.rowTooLong, pull)
            }
        case .broken(let reason, let next):
            try refuse(reason)
            start = next
            line += 1
        case .unclosed:
            unclosedQuotes += 1
            try skipLine(.unclosedQuote, pull)
        }
        if start == end, !isLast { try refill(pull) }
    }

    /// Whether a quoted cell of the row just scanned holds rows of its own.
    private func hasSwallowedRows() -> Bool {
        let idPlace = header?.openID ?? headerPlace()
        var example = exampleID
        if header != nil, idPlace < csv.cellCount {
            let own = cells[idPlace].trimmed(in: base)
            if OpenIDCell.isValid(own) { example = Array(own) }
        }
        let search = SwallowedRows(
            delimiter: csv.delimiter, columnCount: header?.columns.count ?? csv.cellCount, openID: idPlace,
            example: example)
        return (0..<min(csv.cellCount, FileLimits.audienceColumnsMax)).contains { number in
            search.stands(in: cells[number], isOpenID: number == idPlace, base)
        }
    }

    /// In the first line, before its names are known.
    private func headerPlace() -> Int {
        let count = min(csv.cellCount, FileLimits.audienceColumnsMax)
        return (0..<count).first {
            ColumnName.idColumn(String(decoding: cells[$0].trimmed(in: base), as: UTF8.self)) != nil
        } ?? 0
    }

    private func takeCSV(
        contentEnd: Int, lines: Int, _ each: (borrowing AudienceRow) throws -> Void
    ) throws {
        if isBlank(contentEnd: contentEnd) { return }
        if let fault = textFault(contentEnd: contentEnd, hasHighBytes: csv.hasHighBytes) {
            return try refuse(fault, lines: lines)
        }
        if csv.hasEscapes { csv.resolveEscapes(base) }
        guard let header else {
            guard csv.cellCount <= FileLimits.audienceColumnsMax else { throw AudienceFault.tooManyColumns }
            let names = (0..<csv.cellCount).map { String(decoding: cells[$0].trimmed(in: base), as: UTF8.self) }
            self.header = try AudienceHeader(columns: names, required: requiredColumns)
            return
        }
        let wanted = header.columns.count
        if csv.cellCount != wanted {
            guard surplusIsEmpty(beyond: wanted) else { return try refuse(.columnCount, lines: lines) }
            // Spreadsheets leave out the empty cells at a row's end, or write some too many.
            for number in min(csv.cellCount, wanted)..<wanted {
                cells[number] = Cell(start: Int32(contentEnd), end: Int32(contentEnd))
            }
        }
        try hand(columns: header.columns, openID: header.openID, lines: lines, each)
    }

    private func surplusIsEmpty(beyond wanted: Int) -> Bool {
        guard csv.cellCount > wanted else { return true }
        guard csv.cellCount <= FileLimits.audienceColumnsMax else { return false }
        return (wanted..<csv.cellCount).allSatisfy { cells[$0].trimmed(in: base).isEmpty }
    }

    /// An empty line, or the commas that Excel leaves of a deleted row.
    private func isBlank(contentEnd: Int) -> Bool {
        guard base[start] == csv.delimiter || base[start] < 0x21 else { return contentEnd == start }
        return (start..<contentEnd).allSatisfy { base[$0] == csv.delimiter || base[$0] == 0x20 || base[$0] == 0x0D }
    }

    /// What separates the first line's names: the most frequent of comma, tab and semicolon; comma when in doubt.
    private func guessDelimiter() -> UInt8 {
        let lineEnd = lineFeed(from: start) ?? end
        var best: (byte: UInt8, count: Int) = (0x2C, 0)
        for byte in Self.delimiters {
            let count = (start..<lineEnd).count { base[$0] == byte }
            if count > best.count { best = (byte, count) }
        }
        return best.byte
    }

    // MARK: JSON Lines

    private func stepJSON(_ pull: AudienceSource.Pull, _ each: (borrowing AudienceRow) throws -> Void) throws {
        if try passSkipped(pull) { return }
        guard let lineEnd = lineFeed(from: start) ?? (isLast ? end : nil) else {
            if end - start < limits.rowBytesMax { return try refill(pull) }
            return try skipLine(.rowTooLong, pull)
        }
        try takeJSON(lineEnd: lineEnd, each)
        start = min(lineEnd + 1, end)
        line += 1
        if start == end, !isLast { try refill(pull) }
    }

    private func takeJSON(lineEnd: Int, _ each: (borrowing AudienceRow) throws -> Void) throws {
        if (start..<lineEnd).allSatisfy({ base[$0] == 0x20 || base[$0] == 0x0D || base[$0] == 0x09 }) { return }
        guard lineEnd - start <= limits.rowBytesMax else { return try refuse(.rowTooLong) }
        if let fault = textFault(contentEnd: lineEnd, hasHighBytes: true) { return try refuse(fault) }
        if let fault = json.scan(from: start, to: lineEnd) { return try refuse(fault) }
        guard let openID = json.idColumn(), cells[openID].start >= 0 else { return try refuse(.missingOpenID) }
        try hand(columns: json.columns, openID: openID, lines: 1, each)
    }

    // MARK: Rows

    @inline(__always)
    private func textFault(contentEnd: Int, hasHighBytes: Bool) -> BadRowReason? {
        let length = contentEnd - start
        if memchr(base + start, 0, length) != nil { return .nulByte }
        guard hasHighBytes else { return nil }
        return UTF8Check.isValid(UnsafeRawBufferPointer(start: base + start, count: length)) ? nil : .badEncoding
    }

    private func hand(
        columns: [String], openID: Int, lines: Int, _ each: (borrowing AudienceRow) throws -> Void
    ) throws {
        for column in 0..<columns.count
        where Int(cells[column].end - cells[column].start) > FileLimits.audienceFieldBytesMax {
            return try refuse(.fieldTooLong, lines: lines)
        }
        let id: UnsafeBufferPointer<UInt8>
        switch OpenIDCell.read(cells[openID], in: base) {
        // Blanks of whatever alphabet in every cell: a deleted row, as commas alone are.
        case .bad(.missingOpenID) where format != .jsonLines && isEmpty(columns.count): return
        case .bad(let reason): return try refuse(reason, lines: lines)
        case .id(let read, let looksRounded):
            // Lists that were put together name their columns again: that line is nobody.
            if read.count == columns[openID].utf8.count, read.elementsEqual(columns[openID].utf8) { return }
            id = read
            if looksRounded { reading.noteRounded(line: line) }
        }
        let row = AudienceRow(
            line: line, columns: columns, openID: id, base: base, cells: cells, cellCount: columns.count)
        if let reason = rules.fault(of: row) { return try refuse(reason, lines: lines) }
        try count(1)
        if exampleID == nil { exampleID = Array(id) }
        try each(row)
    }

    private func isEmpty(_ count: Int) -> Bool {
        (0..<count).allSatisfy { cells[$0].trimmed(in: base).isEmpty }
    }

    /// A bad row of several lines counts each of them: who stood in one is in the sum.
    private func refuse(_ reason: BadRowReason, lines: Int = 1) throws {
        if format != .jsonLines, header == nil { throw AudienceFault.headerBroken(reason) }
        try count(lines)
        reading.badRows += lines
        let bad = BadRow(line: line, reason: reason, lines: lines)
        if reading.bad.count < FileLimits.badRowsKept { reading.bad.append(bad) }
        try onBad?(bad)
    }

    private func count(_ rows: Int) throws {
        reading.rows += rows
        guard reading.rows <= limits.rowsMax else { throw AudienceFault.tooManyRows(rowsMax: limits.rowsMax) }
    }
}
