/// A workbook as Excel, WPS, LibreOffice and the libraries write it (ECMA-376): which sheet is first, what its cells share,
/// and which numbers are dates.
struct Workbook {
    private static let partBytesMax: Int64 = 16 << 20
    private static let sheetsMax = 1000

    private let archive: ZipArchive
    private let sheetName: String
    /// Visible ones that are not read.
    let otherSheets: Int
    private let sharedName: String?
    private let styles: CellStyles

    init(_ bytes: any ListBytes) throws {
        let archive = try ZipArchive(bytes)
        self.archive = archive
        let root = try Relations("", in: archive)
        guard let book = root.first("officeDocument"), archive.has(book) else { throw WorkbookFault.notAWorkbook }
        let parts = try Relations(book, in: archive)
        let contents = try Contents(book, in: archive)
        // A sheet that is hidden is not the one that its author sees first.
        let sheets = contents.sheets.filter { parts.isSheet($0.relation) }
        guard let sheet = sheets.first(where: { !$0.isHidden }) ?? sheets.first,
            let name = parts.target(sheet.relation), archive.has(name)
        else { throw WorkbookFault.notAWorkbook }
        sheetName = name
        otherSheets = sheets.count { !$0.isHidden && $0.relation != sheet.relation }
        sharedName = parts.first("sharedStrings").flatMap { archive.has($0) ? $0 : nil }
        styles = try CellStyles(
            parts.first("styles").flatMap { try archive.open($0, bytesMax: Self.partBytesMax) },
            isFrom1904: contents.isFrom1904)
    }

    func firstSheet() throws -> SheetText {
        let shared = try SharedStrings(sharedName.flatMap { try archive.open($0) })
        guard let stream = try archive.open(sheetName) else { throw WorkbookFault.notAWorkbook }
        return SheetText(XMLReader(stream), shared: shared, styles: styles)
    }

    /// Which part leads to which others.
    private struct Relations {
        private var entries: [(id: String, kind: String, target: String)] = []

        init(_ part: String, in archive: ZipArchive) throws {
            var folder = part.split(separator: "/").map { String($0) }
            let name = folder.popLast() ?? ""
            let path = (folder + ["_rels", "\(name).rels"]).joined(separator: "/")
            guard let stream = try archive.open(path, bytesMax: partBytesMax) else { return }
            let xml = XMLReader(stream)
            while true {
                let token = try xml.next()
                if token == .end { break }
                guard token == .open, xml.isNamed("Relationship"), entries.count < 10 * sheetsMax else { continue }
                guard let id = try xml.attributeText("Id"), let kind = try xml.attributeText("Type"),
                    let target = try xml.attributeText("Target")
                else { continue }
                entries.append((id, kind, Self.resolved(target, from: folder)))
            }
        }

        /// A name within the archive; steps above its top stay at the top.
        private static func resolved(_ target: String, from folder: [String]) -> String {
            var path = target.hasPrefix("/") ? [] : folder
            for step in target.split(separator: "/") {
                switch step {
                case ".": break
                case "..": _ = path.popLast()
                default: path.append(String(step))
                }
            }
            return path.joined(separator: "/")
        }

        func first(_ kind: String) -> String? { entries.first { $0.kind.hasSuffix("/" + kind) }?.target }
        func target(_ id: String) -> String? { entries.first { $0.id == id }?.target }
        func isSheet(_ id: String) -> Bool { entries.contains { $0.id == id && $0.kind.hasSuffix("/worksheet") } }
    }

    private struct Contents {
        struct Sheet {
            var relation: String
            var isHidden: Bool
        }
        private(set) var sheets: [Sheet] = []
        private(set) var isFrom1904 = false

        init(_ part: String, in archive: ZipArchive) throws {
            guard let stream = try archive.open(part, bytesMax: partBytesMax) else { return }
            let xml = XMLReader(stream)
            while true {
                let token = try xml.next()
                if token == .end { break }
                guard token == .open else { continue }
                if xml.isNamed("workbookPr") {
                    isFrom1904 = ["1", "true"].contains(try xml.attributeText("date1904") ?? "")
                } else if xml.isNamed("sheet"), sheets.count < sheetsMax, let relation = try xml.attributeText("id") {
                    let state = try xml.attributeText("state") ?? "visible"
                    sheets.append(Sheet(relation: relation, isHidden: state != "visible"))
                }
            }
        }
    }
}
