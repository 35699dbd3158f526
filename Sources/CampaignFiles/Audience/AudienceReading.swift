import CampaignModel
import Words

/// How an audience file is written.
package enum AudienceFormat: String, Sendable {
    /// A workbook of Excel and others: its first sheet.
    case workbook
    /// Comma, tab or semicolon, told apart by the first line.
    case csv
    /// One flat JSON object a line.
    case jsonLines

    static let endings = ["xlsx", "csv", "tsv", "txt", "jsonl", "ndjson"]

    /// By the name's ending; nil for what is no audience.
    package init?(fileName: String) {
        switch DropName.fileExtension(of: fileName) {
        case "csv", "tsv", "txt": self = .csv
        case "jsonl", "ndjson": self = .jsonLines
        case "xlsx": self = .workbook
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
    /// What it looks like instead of GB18030; nil: like what it was read as.
    package var otherEncoding: String?
    /// Visible sheets of a workbook besides the one that is read.
    package var otherSheets = 0
    /// Rows of people, good and bad; the header and empty lines are none. A bad row of several lines counts each of them.
    package var rows = 0
    package var badRows = 0
    /// The first `FileLimits.badRowsKept`, with line and reason; all are counted in `badRows`.
    package var bad: [BadRow] = []
    /// Raw bytes read.
    package var bytes = 0
    /// Lines above the one that names the columns.
    package var titleLines = 0
    /// Ids of more digits than a spreadsheet keeps, with zeros for the rest. They are taken: some ids end so.
    package var looksRounded = 0
    package var firstLooksRounded: Int?
    /// Rows of a workbook that a filter or somebody has hidden. They are read.
    package var hiddenRows = 0
    /// Cells of a workbook that a program wrote a formula into and no spreadsheet has ever worked out.
    package var emptyFormulas = 0
    package var firstEmptyFormula = 0

    mutating func noteRounded(line: Int) {
        looksRounded += 1
        firstLooksRounded = firstLooksRounded ?? line
    }

    /// Besides, where a field's default serves everybody because the list has no such column.
    package func warnings(fields: [Field]) -> [Sentence] {
        let missing = fields.compactMap { field in
            field.defaultValue.flatMap { value in
                ColumnName.place(of: field.name, in: columns) == nil
                    ? Catalogue.AudienceFiles.defaultForAll(
                        field.name, value: value, columns: ColumnName.quoted(columns)) : nil
            }
        }
        return warnings + missing
    }

    /// What a marketer should look at although nobody was left out for it.
    package var warnings: [Sentence] {
        var warnings: [Sentence] = []
        if let otherEncoding { warnings.append(Catalogue.AudienceFiles.otherEncoding(otherEncoding)) }
        if otherSheets > 0 { warnings.append(Catalogue.AudienceFiles.otherSheets(otherSheets)) }
        if titleLines > 0 { warnings.append(Catalogue.AudienceFiles.titleLines(titleLines)) }
        if looksRounded > 0 {
            warnings.append(Catalogue.AudienceFiles.looksRounded(looksRounded, line: firstLooksRounded ?? 0))
        }
        if hiddenRows > 0 { warnings.append(Catalogue.AudienceFiles.hiddenRows(hiddenRows)) }
        if emptyFormulas > 0 {
            warnings.append(Catalogue.AudienceFiles.emptyFormulas(emptyFormulas, row: firstEmptyFormula))
        }
        return warnings
    }
}

/// A row that was left out.
package struct BadRow: Sendable, Equatable {
    /// Where it begins, from 1; lines inside quoted cells count.
    package let line: Int
    package let reason: BadRowReason
    /// How many lines it takes.
    package let lines: Int
    package init(line: Int, reason: BadRowReason, lines: Int = 1) {
        (self.line, self.reason, self.lines) = (line, reason, lines)
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
    case roundedOpenID = "rounded_open_id"
    case fullWidthComma = "full_width_comma"
    case unknownGroupKind = "unknown_group_kind"
    case badMembers = "bad_members"

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
        case .roundedOpenID: Catalogue.AudienceFiles.roundedOpenID
        case .fullWidthComma: Catalogue.AudienceFiles.fullWidthComma
        case .unknownGroupKind: Catalogue.AudienceFiles.unknownGroupKind
        case .badMembers: Catalogue.AudienceFiles.badMembers
        }
    }
}

/// Why a whole audience file is refused. The marketer's to mend, except `readFailed`, which is the machine's.
package enum AudienceFault: Error, Equatable, Sendable {
    case empty
    /// - Parameter otherSheets: visible ones of a workbook that are not read.
    case openIDMissing(columns: [String], otherSheets: Int = 0)
    case duplicateColumn(String)
    case tooManyColumns
    case columnMissing(String)
    case headerBroken(BadRowReason)
    case tooLarge(bytesMax: Int)
    case tooManyRows(rowsMax: Int)
    /// A JSON array in a file of JSON Lines.
    case jsonArray
    /// One column, and no other line ends than single carriage returns.
    case returnsOnly
    /// An Excel file that is called something else, or one of the old format or with a password.
    case workbookByAnotherName
    /// A workbook that cannot be read.
    case workbook(WorkbookFault)
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
        case .jsonArray: "json_array"
        case .returnsOnly: "single_returns"
        case .workbookByAnotherName: "workbook_by_another_name"
        case .workbook(let fault): fault.rawValue
        case .readFailed: "read_failed"
        }
    }

    package var message: Sentence {
        switch self {
        case .empty: Catalogue.AudienceFiles.empty
        case .openIDMissing(let columns, let sheets):
            Catalogue.AudienceFiles.openIDMissing(columns: columns, otherSheets: sheets)
        case .duplicateColumn(let name): Catalogue.AudienceFiles.duplicateColumn(name)
        case .tooManyColumns: Catalogue.AudienceFiles.tooManyColumns(limit: FileLimits.audienceColumnsMax)
        case .columnMissing(let name): Catalogue.AudienceFiles.columnMissing(name)
        case .headerBroken(let reason): Catalogue.AudienceFiles.headerBroken(reason.sentence)
        case .tooLarge(let bytesMax): Catalogue.AudienceFiles.tooLarge(limitMiB: bytesMax >> 20)
        case .tooManyRows(let rowsMax): Catalogue.AudienceFiles.tooManyRows(limit: rowsMax)
        case .jsonArray: Catalogue.AudienceFiles.jsonArray
        case .returnsOnly: Catalogue.AudienceFiles.returnsOnly
        case .workbookByAnotherName: Catalogue.AudienceFiles.workbookByAnotherName
        case .workbook(let fault): fault.sentence
        case .readFailed: Catalogue.AudienceFiles.readFailed
        }
    }
}

/// Why a workbook is refused. It comes from outside: whatever is in it, reading it costs a bounded time and memory.
package enum WorkbookFault: String, Error, Sendable, CaseIterable {
    /// No zip file, or one without the parts of a workbook.
    case notAWorkbook = "not_a_workbook"
    /// Cut, or with sums that do not fit.
    case damaged = "workbook_damaged"
    case password = "workbook_password"
    /// More text than any sheet holds, or packed far more tightly than people's lists are.
    case tooLarge = "workbook_too_large"
    /// Definitions of its own in the XML, or nested without end: no spreadsheet writes that.
    case hostile = "workbook_not_plain"

    package var sentence: Sentence {
        switch self {
        case .notAWorkbook: Catalogue.AudienceFiles.notAWorkbook
        case .damaged: Catalogue.AudienceFiles.workbookDamaged
        case .password: Catalogue.AudienceFiles.workbookPassword
        case .tooLarge: Catalogue.AudienceFiles.workbookTooLarge
        case .hostile: Catalogue.AudienceFiles.workbookNotPlain
        }
    }
}
