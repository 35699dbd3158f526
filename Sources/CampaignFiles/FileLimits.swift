/// Bounds on everything that comes from a dropped file. A file beyond one is refused with a sentence; nothing is half taken.
package enum FileLimits {
    package static let campaignBytesMax = 256 * 1024
    /// Levels of lists and mappings; the format itself needs six.
    package static let yamlDepthMax = 16
    package static let variantsMax = 20
    package static let fieldsMax = 50
    package static let conditionsMax = 50
    package static let audienceFilesMax = 50
    package static let exceptDatesMax = 1000
    package static let queryItemsMax = 50
    package static let titleCharactersMax = 200
    package static let identifierCharactersMax = 64
    package static let fileNameBytesMax = 255
    /// The platform's limit is not published; this is what it is known to take.
    package static let textCharactersMax = 1000

    package static let audienceBytesMax = 1 << 30
    package static let audienceRowsMax = 10_000_000
    package static let audienceChunkBytes = 256 * 1024
    package static let audienceRowBytesMax = 64 * 1024
    package static let audienceFieldBytesMax = 4 * 1024
    package static let audienceColumnsMax = 256
    package static let openIDBytesMax = 128
    /// The line that names the columns is looked for in the first so many.
    package static let titleLinesMax = 10
    /// Bad rows are all counted; this many are kept with line and reason.
    package static let badRowsKept = 100
    /// After this many unclosed quotes a quoted cell may no longer span lines: each costs a scan of a whole row's limit.
    package static let unclosedQuotesMax = 100
    package static let keywordsMax = 50
    package static let keywordCharactersMax = 40
}
