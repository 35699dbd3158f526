/// The texts that the cells of a workbook share: each stands once, and cells name it by its number. They are the one thing of
/// a workbook that has to be held, in pieces of a mebibyte and up to a limit.
final class SharedStrings {
    static let pieceBytes = 1 << 20
    static let piecesMax = 160
    static let countMax = 4_194_304
    /// A text longer than a cell may be is kept one byte too long, so that its row is told.
    private static let textBytesMax = FileLimits.audienceFieldBytesMax + 1

    private var pieces: [UnsafeMutableRawBufferPointer] = []
    private var used = pieceBytes
    /// Piece and place of each text, which begins with its length.
    private var places: [UInt32] = []

    /// - Parameter stream: nil: the cells share nothing.
    init(_ stream: ZipStream?) throws {
        guard let stream else { return }
        let xml = XMLReader(stream)
        var text: [UInt8] = []
        var (isText, isReading) = (false, false)
        while true {
            switch try xml.next() {
            case .end: return
            case .open:
                if xml.isNamed("si") {
                    text.removeAll(keepingCapacity: true)
                    if xml.isEmpty { try add(text) }
                } else if xml.isNamed("rPh") {
                    // How a text is read aloud is no part of it.
                    isReading = !xml.isEmpty
                } else if xml.isNamed("t") {
                    isText = !xml.isEmpty
                }
            case .close:
                if xml.isNamed("si") {
                    try add(text)
                } else if xml.isNamed("rPh") {
                    isReading = false
                } else if xml.isNamed("t") {
                    isText = false
                }
            case .text:
                if isText, !isReading, text.count < Self.textBytesMax { text += xml.text }
            }
        }
    }

    deinit { for piece in pieces { piece.deallocate() } }

    private func add(_ text: [UInt8]) throws {
        let count = min(text.count, Self.textBytesMax)
        if used + count + 2 > Self.pieceBytes {
            guard pieces.count < Self.piecesMax else { throw WorkbookFault.tooLarge }
            pieces.append(.allocate(byteCount: Self.pieceBytes, alignment: 16))
            used = 0
        }
        guard places.count < Self.countMax else { throw WorkbookFault.tooLarge }
        let piece = pieces[pieces.count - 1]
        places.append(UInt32((pieces.count - 1) << 20 | used))
        piece[used] = UInt8(count & 0xFF)
        piece[used + 1] = UInt8(count >> 8)
        text.withUnsafeBytes {
            UnsafeMutableRawBufferPointer(rebasing: piece[(used + 2)...]).copyMemory(
                from: .init(rebasing: $0[..<count]))
        }
        used += count + 2
    }

    /// nil: there is no such text.
    subscript(_ number: Int) -> UnsafeBufferPointer<UInt8>? {
        guard places.indices.contains(number) else { return nil }
        let piece = pieces[Int(places[number] >> 20)]
        let place = Int(places[number] & 0xF_FFFF)
        let count = Int(piece[place]) | Int(piece[place + 1]) << 8
        let start = piece.baseAddress! + place + 2
        return UnsafeBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: count)
    }
}
