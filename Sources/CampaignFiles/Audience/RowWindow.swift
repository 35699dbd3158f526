import CampaignModel
import Glibc

/// The moving window over an audience's UTF-8: finds rows, checks them, hands good ones over.
final class RowWindow {
    private let source: AudienceSource
    private let format: AudienceFormat
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

    private var csv: CSVRowScanner
    private var json: JSONLineScanner
    private var header: AudienceHeader?
    private var reading = AudienceReading()

    init(format: AudienceFormat, requiredColumns: [String], limits: AudienceLimits, source: AudienceSource) {
        precondition(
            limits.rowBytesMax * 2 <= limits.chunkBytes && limits.chunkBytes >= AudienceSource.targetBytesMin * 4,
            "a row must fit into a chunk with room to read on")
        self.format = format
        self.requiredColumns = requiredColumns
        self.limits = limits
        self.source = source
        capacity = limits.chunkBytes
        base = .allocate(capacity: capacity)
        cells = .allocate(capacity: FileLimits.audienceColumnsMax)
        cells.initialize(repeating: .absent, count: FileLimits.audienceColumnsMax)
        csv = CSVRowScanner(cells: cells, cellsMax: FileLimits.audienceColumnsMax)
        json = JSONLineScanner(cells: cells, cellsMax: FileLimits.audienceColumnsMax, base: base)
    }

    deinit {
        base.deallocate()
        cells.deallocate()
    }

    func readAll(
        _ pull: AudienceSource.Pull, _ each: (borrowing AudienceRow) throws -> Void
    ) throws -> AudienceReading {
        try refill(pull)
        if format == .csv { csv.delimiter = guessDelimiter() }
        while start < end {
            switch format {
            case .csv: try stepCSV(pull, each)
            case .jsonLines: try stepJSON(pull, each)
            }
        }
        guard header != nil || format == .jsonLines && reading.rows > 0 else { throw AudienceFault.empty }
        reading.columns = header?.columns ?? json.columns
        reading.encoding = source.encoding
        reading.bytes = source.bytes
        return reading
    }

    // MARK: The window

    /// Moves what is left to the front and reads on until the window is full or the file over.
    private func refill(_ pull: AudienceSource.Pull) throws {
        if start > 0 {
            memmove(base, base + start, end - start)
            end -= start
            start = 0
        }
        while capacity - end >= AudienceSource.targetBytesMin, !isLast {
            let room = UnsafeMutableRawBufferPointer(start: base + end, count: capacity - end)
            let count = try source.fill(room, pull)
            if count == 0 { isLast = true }
            end += count
        }
    }

    private func lineFeed(from index: Int) -> Int? {
        guard index < end, let found = memchr(base + index, 0x0A, end - index) else { return nil }
        return found.assumingMemoryBound(to: UInt8.self) - UnsafeMutablePointer(base)
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
            try takeCSV(contentEnd: contentEnd, each)
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

    private func takeCSV(contentEnd: Int, _ each: (borrowing AudienceRow) throws -> Void) throws {
        if isBlank(contentEnd: contentEnd) { return }
        if let fault = textFault(contentEnd: contentEnd, hasHighBytes: csv.hasHighBytes) { return try refuse(fault) }
        if csv.hasEscapes { csv.resolveEscapes(base) }
        guard let header else {
            guard csv.cellCount <= FileLimits.audienceColumnsMax else { throw AudienceFault.tooManyColumns }
            let names = (0..<csv.cellCount).map { String(decoding: cells[$0].trimmed(in: base), as: UTF8.self) }
            self.header = try AudienceHeader(columns: names, required: requiredColumns)
            return
        }
        guard csv.cellCount == header.columns.count else { return try refuse(.columnCount) }
        try hand(columns: header.columns, openID: header.openID, each)
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
        for byte: UInt8 in [0x2C, 0x09, 0x3B] {
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
        guard let openID = json.columns.firstIndex(where: { $0 == "open_id" || $0 == "group_id" }),
            cells[openID].start >= 0
        else {
            return try refuse(.missingOpenID)
        }
        try hand(columns: json.columns, openID: openID, each)
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
        columns: [String], openID: Int, _ each: (borrowing AudienceRow) throws -> Void
    ) throws {
        for column in 0..<columns.count
        where Int(cells[column].end - cells[column].start) > FileLimits.audienceFieldBytesMax {
            return try refuse(.fieldTooLong)
        }
        let id = cells[openID].trimmed(in: base)
        guard !id.isEmpty else { return try refuse(.missingOpenID) }
        guard id.count <= FileLimits.openIDBytesMax, id.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return try refuse(.badOpenID)
        }
        try count()
        let row = AudienceRow(
            line: line, columns: columns, openID: id, base: base, cells: cells, cellCount: columns.count)
        try each(row)
    }

    private func refuse(_ reason: BadRowReason) throws {
        if format == .csv, header == nil { throw AudienceFault.headerBroken(reason) }
        try count()
        reading.badRows += 1
        if reading.bad.count < FileLimits.badRowsKept { reading.bad.append(BadRow(line: line, reason: reason)) }
    }

    private func count() throws {
        reading.rows += 1
        guard reading.rows <= limits.rowsMax else { throw AudienceFault.tooManyRows(rowsMax: limits.rowsMax) }
    }
}
