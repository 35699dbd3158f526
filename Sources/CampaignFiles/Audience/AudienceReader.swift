import CampaignModel
import Glibc

/// Reads an audience file as a stream: a chunk of 256 KiB is all the memory it takes, however long the file is.
/// A bad row is counted and reported with its line and never stops the good ones; the caller drops duplicates.
package struct AudienceReader {
    private let format: AudienceFormat
    private let requiredColumns: [String]
    private let limits: AudienceLimits

    /// - Parameter requiredColumns: besides `open_id`: the columns of `where`, and of fields without a default. Their
    ///   lack in a CSV header refuses the file; a JSON line that lacks one is a row without that value.
    package init(format: AudienceFormat, requiredColumns: [String] = [], limits: AudienceLimits = .standard) {
        self.format = format
        self.requiredColumns = requiredColumns
        self.limits = limits
    }

    /// Reads from an open descriptor, from where it stands to its end. The caller closes it.
    package func read(
        descriptor: Int32, each: (borrowing AudienceRow) throws -> Void
    ) throws -> AudienceReading {
        try read(
            pull: { buffer in
                while true {
                    let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                    if count >= 0 { return count }
                    guard errno == EINTR else { throw AudienceFault.readFailed(errno: errno) }
                }
            }, each: each)
    }

    /// - Parameters:
    ///   - pull: fills the buffer with up to its size and returns how many bytes; 0 at the end.
    ///   - each: called for every good row in order. An error it throws ends the reading and is passed on.
    /// - Throws: `AudienceFault` when the whole file is refused. Rows may have been handed over before: the caller's
    ///   transaction is what makes that nothing.
    package func read(
        pull: (UnsafeMutableRawBufferPointer) throws -> Int, each: (borrowing AudienceRow) throws -> Void
    ) throws -> AudienceReading {
        let source = AudienceSource(limits: limits)
        try source.open(pull)
        let window = RowWindow(format: format, requiredColumns: requiredColumns, limits: limits, source: source)
        return try window.readAll(pull, each)
    }
}

/// Column names and their order, with the place of `open_id`.
struct AudienceHeader {
    var columns: [String]
    let openID: Int

    init(columns: [String], required: [String]) throws(AudienceFault) {
        guard columns.count <= FileLimits.audienceColumnsMax else { throw .tooManyColumns }
        for (index, name) in columns.enumerated() where !name.isEmpty && columns[..<index].contains(name) {
            throw .duplicateColumn(name)
        }
        guard let openID = columns.firstIndex(of: "open_id") ?? columns.firstIndex(of: "group_id") else {
            throw .openIDMissing(columns: columns)
        }
        for name in required where !columns.contains(name) { throw .columnMissing(name) }
        self.columns = columns
        self.openID = openID
    }
}
