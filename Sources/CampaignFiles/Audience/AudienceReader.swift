import CampaignModel

/// Reads an audience file as a stream: a chunk of 256 KiB is all the memory it takes, however long the file is; of a workbook
/// also the texts that its cells share. A bad row is counted and reported with its line and never stops the good ones; the
/// caller drops duplicates.
package struct AudienceReader {
    private let format: AudienceFormat
    private let rules: RowRules
    private let requiredColumns: [String]
    private let limits: AudienceLimits
    /// Told of every bad row, also of those past what the answer keeps.
    package var onBad: ((BadRow) throws -> Void)?

    /// - Parameter requiredColumns: besides `open_id`: the columns of `where`, and of fields without a default. Their
    ///   lack in a header refuses the file; a JSON line that lacks one is a row without that value.
    package init(
        format: AudienceFormat, rules: RowRules = .people, requiredColumns: [String] = [],
        limits: AudienceLimits = .standard
    ) {
        (self.format, self.rules, self.requiredColumns, self.limits) = (format, rules, requiredColumns, limits)
    }

    /// - Parameters:
    ///   - piece: asked before each 256 KiB of text, whatever stands in them. An error it throws ends the reading.
    ///   - each: called for every good row in order. An error it throws ends the reading and is passed on.
    /// - Throws: `AudienceFault` when the whole file is refused. Rows may have been handed over before: the caller's
    ///   transaction is what makes that nothing.
    package func read(
        _ bytes: any ListBytes, piece: () throws -> Void = {}, each: (borrowing AudienceRow) throws -> Void
    ) throws -> AudienceReading {
        switch format {
        case .csv, .jsonLines:
            var offset: Int64 = 0
            return try read(
                pull: { buffer in
                    try piece()
                    let count = try bytes.read(at: offset, into: buffer)
                    offset += Int64(count)
                    return count
                }, each: each)
        case .workbook:
            do {
                let book = try Workbook(bytes)
                let sheet = try book.firstSheet()
                var reading: AudienceReading
                do {
                    reading = try read(
                        pull: {
                            try piece()
                            return try sheet.fill($0)
                        }, each: each)
                } catch AudienceFault.openIDMissing(let columns, _) {
                    throw AudienceFault.openIDMissing(columns: columns, otherSheets: book.otherSheets)
                }
                reading.otherSheets = book.otherSheets
                reading.hiddenRows = sheet.hiddenRows
                reading.emptyFormulas = sheet.emptyFormulas
                reading.firstEmptyFormula = sheet.firstEmptyFormula
                return reading
            } catch let fault as WorkbookFault {
                throw AudienceFault.workbook(fault)
            }
        }
    }

    /// For CSV and JSON Lines, whose bytes come in order.
    ///
    /// - Parameter pull: fills the buffer with up to its size and returns how many bytes; 0 at the end.
    package func read(
        pull: (UnsafeMutableRawBufferPointer) throws -> Int, each: (borrowing AudienceRow) throws -> Void
    ) throws -> AudienceReading {
        let source = AudienceSource(limits: limits)
        try source.open(pull)
        let window = RowWindow(
            format: format, rules: rules, requiredColumns: requiredColumns, limits: limits, source: source)
        window.onBad = onBad
        return try window.readAll(pull, each)
    }
}
