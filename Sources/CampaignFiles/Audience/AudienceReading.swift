import CampaignModel

/// How an audience file is written.
package enum AudienceFormat: String, Sendable {
    /// Comma, tab or semicolon, told apart by the first line.
    case csv
    /// One flat JSON object a line.
    case jsonLines

    /// By the name's ending; nil for what is no audience.
    package init?(fileName: String) {
        switch DropName.fileExtension(of: fileName) {
        case "csv", "tsv", "txt": self = .csv
        case "jsonl", "ndjson": self = .jsonLines
        default: return nil
        }
    }
}

/// The bytes of text in an audience file, as Excel and others in China write it.
package enum TextEncoding: String, Sendable {
    case utf8 = "UTF-8"
    case utf16LittleEndian = "UTF-16LE"
    case utf16BigEndian = "UTF-16BE"
    /// Includes GBK and GB2312.
    case gb18030 = "GB18030"
}

/// Bounds of one reading. Tests make them small; everything else uses `standard`.
package struct AudienceLimits: Sendable {
    package var bytesMax = FileLimits.audienceBytesMax
    package var rowsMax = FileLimits.audienceRowsMax
    package var chunkBytes = FileLimits.audienceChunkBytes
    package var rowBytesMax = FileLimits.audienceRowBytesMax
    package init() {}
    package static let standard = AudienceLimits()
}

/// What came of reading one audience file to its end.
package struct AudienceReading: Sendable, Equatable {
    package var columns: [String] = []
    package var encoding: TextEncoding = .utf8
    /// Rows of people, good and bad; the header and empty lines are none.
    package var rows = 0
    package var badRows = 0
    /// The first `FileLimits.badRowsKept`, with line and reason; all are counted in `badRows`.
    package var bad: [BadRow] = []
    /// Raw bytes read.
    package var bytes = 0
}

/// A row that was left out.
package struct BadRow: Sendable, Equatable {
    /// Where it begins, from 1; lines inside quoted cells count.
    package let line: Int
    package let reason: BadRowReason
    package init(line: Int, reason: BadRowReason) {
        self.line = line
        self.reason = reason
    }
}

package enum BadRowReason: String, Sendable, CaseIterable {
    case missingOpenID = "missing_open_id"
    case badOpenID = "bad_open_id"
    case columnCount = "column_count"
    case nulByte = "nul_byte"
    case fieldTooLong = "field_too_long"
    case rowTooLong = "row_too_long"
    case unclosedQuote = "unclosed_quote"
    case textAfterQuote = "text_after_quote"
    case badEncoding = "bad_encoding"
    case notJSON = "not_json"
    case notFlat = "not_flat"
    case repeatedKey = "repeated_key"
    case tooManyColumns = "too_many_columns"

    package var sentence: Sentence {
        switch self {
        case .missingOpenID: Catalogue.AudienceFiles.missingOpenID
        case .badOpenID: Catalogue.AudienceFiles.badOpenID
        case .columnCount: Catalogue.AudienceFiles.columnCount
        case .nulByte: Catalogue.AudienceFiles.nulByte
        case .fieldTooLong: Catalogue.AudienceFiles.fieldTooLong
        case .rowTooLong: Catalogue.AudienceFiles.rowTooLong
        case .unclosedQuote: Catalogue.AudienceFiles.unclosedQuote
        case .textAfterQuote: Catalogue.AudienceFiles.textAfterQuote
        case .badEncoding: Catalogue.AudienceFiles.badEncoding
        case .notJSON: Catalogue.AudienceFiles.notJSON
        case .notFlat: Catalogue.AudienceFiles.notFlat
        case .repeatedKey: Catalogue.AudienceFiles.repeatedKey
        case .tooManyColumns: Catalogue.AudienceFiles.tooManyColumns(limit: FileLimits.audienceColumnsMax)
        }
    }
}

/// Why a whole audience file is refused. The marketer's to mend, except `readFailed`, which is the machine's.
package enum AudienceFault: Error, Equatable, Sendable {
    case empty
    case openIDMissing(columns: [String])
    case duplicateColumn(String)
    case tooManyColumns
    case columnMissing(String)
    case headerBroken(BadRowReason)
    case tooLarge(bytesMax: Int)
    case tooManyRows(rowsMax: Int)
    /// `errno` of a failed read, or of a conversion that this machine lacks.
    case readFailed(errno: Int32)

    package var code: String {
        switch self {
        case .empty: "audience_empty"
        case .openIDMissing: "open_id_missing"
        case .duplicateColumn: "duplicate_column"
        case .tooManyColumns: "too_many_columns"
        case .columnMissing: "column_missing"
        case .headerBroken: "header_broken"
        case .tooLarge: "audience_too_large"
        case .tooManyRows: "too_many_rows"
        case .readFailed: "read_failed"
        }
    }

    package var message: Sentence {
        switch self {
        case .empty: Catalogue.AudienceFiles.empty
        case .openIDMissing(let columns): Catalogue.AudienceFiles.openIDMissing(columns: columns)
        case .duplicateColumn(let name): Catalogue.AudienceFiles.duplicateColumn(name)
        case .tooManyColumns: Catalogue.AudienceFiles.tooManyColumns(limit: FileLimits.audienceColumnsMax)
        case .columnMissing(let name): Catalogue.AudienceFiles.columnMissing(name)
        case .headerBroken(let reason): Catalogue.AudienceFiles.headerBroken(reason.sentence)
        case .tooLarge(let bytesMax): Catalogue.AudienceFiles.tooLarge(limitMiB: bytesMax >> 20)
        case .tooManyRows(let rowsMax): Catalogue.AudienceFiles.tooManyRows(limit: rowsMax)
        case .readFailed: Catalogue.AudienceFiles.readFailed
        }
    }
}
