import CZlib
import CampaignModel
import Glibc

/// The table of contents of a zip file, as far as a workbook needs one. Names are compared and never used as paths; what the
/// table says of sizes is a limit, not a promise.
struct ZipArchive {
    static let entriesMax = 10_000
    static let directoryBytesMax = 4 << 20
    /// Of one part, unpacked.
    static let partBytesMax = Int64(FileLimits.audienceBytesMax)
    /// People's lists shrink to a tenth or a thirtieth; what shrinks far more was made to fill a machine.
    static let ratioMax: Int64 = 200
    private static let ratioFreeBytes: Int64 = 10 << 20

    struct Entry {
        var isEncrypted: Bool
        var method: Int
        var crc: UInt32
        var packed: Int64
        var size: Int64
        var header: Int64
    }

    private let bytes: any ListBytes
    /// By name in lower case, without a leading slash: part names do not tell case.
    private var entries: [String: Entry] = [:]

    /// - Throws: `WorkbookFault`, and what reading throws.
    init(_ bytes: any ListBytes) throws {
        self.bytes = bytes
        let start = try Self.read(bytes, at: 0, count: Int(min(bytes.size, 8)))
        if start.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) { throw WorkbookFault.password }
        guard start.starts(with: [0x50, 0x4B, 0x03, 0x04]) else { throw WorkbookFault.notAWorkbook }
        let directory = try Self.directory(bytes)
        guard directory.count <= Self.entriesMax, directory.size <= Self.directoryBytesMax else {
            throw WorkbookFault.tooLarge
        }
        guard directory.offset >= 0, directory.size >= 0, directory.offset <= bytes.size - directory.size else {
            throw WorkbookFault.damaged
        }
        try readEntries(try Self.read(bytes, at: directory.offset, count: Int(directory.size)), count: directory.count)
    }

    /// Exactly so many bytes.
    private static func read(_ bytes: any ListBytes, at offset: Int64, count: Int) throws -> [UInt8] {
        var read = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = try read.withUnsafeMutableBytes { buffer in
                try bytes.read(at: offset + Int64(filled), into: .init(rebasing: buffer[filled...]))
            }
            guard got > 0 else { throw WorkbookFault.damaged }
            filled += got
        }
        return read
    }

    private static func directory(_ bytes: any ListBytes) throws -> (count: Int64, size: Int64, offset: Int64) {
        // The end record is 22 bytes and a comment of at most 65,535.
        let tailBytes = min(bytes.size, 22 + 65_535)
        guard tailBytes >= 22 else { throw WorkbookFault.damaged }
        let tail = try read(bytes, at: bytes.size - tailBytes, count: Int(tailBytes))
        var place = tail.count - 22
        while place >= 0 {
            if number(tail, place, 4) == 0x0605_4B50, place + 22 + Int(number(tail, place + 20, 2)) <= tail.count {
                break
            }
            place -= 1
        }
        guard place >= 0 else { throw WorkbookFault.damaged }
        let plain = (number(tail, place + 10, 2), number(tail, place + 12, 4), number(tail, place + 16, 4))
        guard plain.0 == 0xFFFF || plain.1 == 0xFFFF_FFFF || plain.2 == 0xFFFF_FFFF else { return plain }
        guard place >= 20, number(tail, place - 20, 4) == 0x0706_4B50 else { throw WorkbookFault.damaged }
        let wideAt = number(tail, place - 12, 8)
        guard wideAt >= 0, wideAt <= bytes.size - 56 else { throw WorkbookFault.damaged }
        let wide = try read(bytes, at: wideAt, count: 56)
        guard number(wide, 0, 4) == 0x0606_4B50 else { throw WorkbookFault.damaged }
        return (number(wide, 32, 8), number(wide, 40, 8), number(wide, 48, 8))
    }

    /// Little-endian. Eight bytes beyond what a file can hold come out negative and are refused by every bound.
    private static func number(_ bytes: [UInt8], _ place: Int, _ width: Int) -> Int64 {
        var value: UInt64 = 0
        for offset in (0..<width).reversed() { value = value << 8 | UInt64(bytes[place + offset]) }
        return Int64(bitPattern: value)
    }

    private mutating func readEntries(_ table: [UInt8], count: Int64) throws {
        var place = 0
        for _ in 0..<count {
            guard place + 46 <= table.count, Self.number(table, place, 4) == 0x0201_4B50 else {
                throw WorkbookFault.damaged
            }
            let nameLength = Int(Self.number(table, place + 28, 2))
            let extraLength = Int(Self.number(table, place + 30, 2))
            let next = place + 46 + nameLength + extraLength + Int(Self.number(table, place + 32, 2))
            guard next <= table.count else { throw WorkbookFault.damaged }
            var entry = Entry(
                isEncrypted: Self.number(table, place + 8, 2) & 1 == 1, method: Int(Self.number(table, place + 10, 2)),
                crc: UInt32(Self.number(table, place + 16, 4)), packed: Self.number(table, place + 20, 4),
                size: Self.number(table, place + 24, 4), header: Self.number(table, place + 42, 4))
            let extra = place + 46 + nameLength
            Self.widen(&entry, table[extra..<(extra + extraLength)], table)
            let name = String(decoding: table[(place + 46)..<extra], as: UTF8.self)
            // Two parts of one name are read as one by some programs and as the other by others.
            guard entries.updateValue(entry, forKey: Self.folded(name)) == nil else { throw WorkbookFault.hostile }
            place = next
        }
    }

    /// Sizes that do not fit four bytes stand in the extra field, in this order and only those that are needed.
    private static func widen(_ entry: inout Entry, _ extra: ArraySlice<UInt8>, _ table: [UInt8]) {
        var place = extra.startIndex
        while place + 4 <= extra.endIndex {
            let length = Int(number(table, place + 2, 2))
            let end = min(place + 4 + length, extra.endIndex)
            if number(table, place, 2) == 1 {
                var at = place + 4
                func take(_ value: inout Int64) {
                    guard value == 0xFFFF_FFFF, at + 8 <= end else { return }
                    value = number(table, at, 8)
                    at += 8
                }
                take(&entry.size)
                take(&entry.packed)
                take(&entry.header)
            }
            place += 4 + length
        }
    }

    private static func folded(_ name: String) -> String {
        let lower = name.lowercased()
        return lower.hasPrefix("/") ? String(lower.dropFirst()) : lower
    }

    /// Whether a word stands, as a whole, in any part: in a workbook in its sheets, its shared texts or its notes.
    /// - Throws: `WorkbookFault` when a part cannot be looked into.
    func holds(_ word: String) throws -> Bool {
        try entries.keys.sorted().contains { name in
            guard let part = try open(name) else { return false }
            return try part.holds(Array(word.utf8))
        }
    }

    func has(_ name: String) -> Bool { entries[Self.folded(name)] != nil }

    /// nil: there is no such part.
    func open(_ name: String, bytesMax: Int64 = partBytesMax) throws -> ZipStream? {
        guard let entry = entries[Self.folded(name)] else { return nil }
        if entry.isEncrypted { throw WorkbookFault.password }
        guard entry.size >= 0, entry.packed >= 0, entry.header >= 0 else { throw WorkbookFault.damaged }
        guard entry.size <= min(bytesMax, Self.partBytesMax),
            entry.size <= Self.ratioFreeBytes || entry.size / Self.ratioMax <= entry.packed
        else { throw WorkbookFault.tooLarge }
        guard entry.header <= bytes.size - 30 else { throw WorkbookFault.damaged }
        let header = try Self.read(bytes, at: entry.header, count: 30)
        guard Self.number(header, 0, 4) == 0x0403_4B50 else { throw WorkbookFault.damaged }
        let start = entry.header + 30 + Self.number(header, 26, 2) + Self.number(header, 28, 2)
        guard start <= bytes.size, entry.packed <= bytes.size - start else { throw WorkbookFault.damaged }
        return try ZipStream(bytes, entry, from: start)
    }
}

/// One part, unpacked piece by piece, never further than the table says, and proved by its sum at the end.
final class ZipStream {
    private static let pieceBytes = 64 * 1024

    private let bytes: any ListBytes
    private let entry: ZipArchive.Entry
    private var offset: Int64
    private var packedLeft: Int64
    private var produced: Int64 = 0
    private var sum: UInt
    private var isOver = false
    private let input: UnsafeMutableRawBufferPointer
    private var inputStart = 0
    private var inputEnd = 0
    /// On the heap: zlib refuses a state that was moved. nil: stored as it is.
    private let state: UnsafeMutablePointer<z_stream>?

    init(_ bytes: any ListBytes, _ entry: ZipArchive.Entry, from start: Int64) throws {
        (self.bytes, self.entry) = (bytes, entry)
        offset = start
        packedLeft = entry.packed
        sum = crc32(0, nil, 0)
        switch entry.method {
        case 0: state = nil
        case 8:
            let state = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
            state.initialize(to: z_stream())
            // Negative: without zlib's own header, as zip files have it.
            guard inflateInit2_(state, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
                state.deallocate()
                throw WorkbookFault.damaged
            }
            self.state = state
        default: throw WorkbookFault.damaged
        }
        input = .allocate(byteCount: Self.pieceBytes, alignment: 16)
    }

    deinit {
        input.deallocate()
        if let state {
            inflateEnd(state)
            state.deallocate()
        }
    }

    /// How many bytes were filled; 0 at the end.
    func fill(_ target: UnsafeMutableRawBufferPointer) throws -> Int {
        while !isOver {
            if inputStart == inputEnd, packedLeft > 0 { try refill() }
            let count = try state.map { try inflate($0, target) } ?? copy(target)
            produced += Int64(count)
            guard produced <= entry.size else { throw WorkbookFault.damaged }
            if count > 0 {
                sum = crc32(sum, target.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(count))
            }
            if isOver {
                guard produced == entry.size, UInt32(truncatingIfNeeded: sum) == entry.crc else {
                    throw WorkbookFault.damaged
                }
            }
            if count > 0 { return count }
            // Nothing came and nothing is left to come from: the part is cut.
            guard isOver || inputStart < inputEnd || packedLeft > 0 else { throw WorkbookFault.damaged }
        }
        return 0
    }

    /// Read to its end; neighbouring pieces overlap by the word's length and what stands around it.
    func holds(_ word: [UInt8]) throws -> Bool {
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceBytes, alignment: 16)
        defer { piece.deallocate() }
        var text: [UInt8] = []
        while case let count = try fill(piece), count > 0 {
            text += piece[..<count]
            // The last bytes wait for what follows them: a longer id may go on there.
            let end = text.count - (word.count + 1)
            if let found = WholeID.first(word, in: text), found.upperBound <= end { return true }
            if end > word.count { text.removeFirst(end - word.count) }
        }
        return WholeID.first(word, in: text) != nil
    }

    private func refill() throws {
        let wanted = Int(min(packedLeft, Int64(input.count)))
        let got = try bytes.read(at: offset, into: .init(rebasing: input[..<wanted]))
        guard got > 0 else { throw WorkbookFault.damaged }
        (inputStart, inputEnd) = (0, got)
        offset += Int64(got)
        packedLeft -= Int64(got)
    }

    private func copy(_ target: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(target.count, inputEnd - inputStart)
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[inputStart..<(inputStart + count)]))
        inputStart += count
        isOver = inputStart == inputEnd && packedLeft == 0
        return count
    }

    private func inflate(_ state: UnsafeMutablePointer<z_stream>, _ target: UnsafeMutableRawBufferPointer) throws -> Int
    {
        state.pointee.next_in = input.baseAddress?.advanced(by: inputStart).assumingMemoryBound(to: UInt8.self)
        state.pointee.avail_in = UInt32(inputEnd - inputStart)
        state.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
        state.pointee.avail_out = UInt32(target.count)
        let code = CZlib.inflate(state, Z_NO_FLUSH)
        inputStart = inputEnd - Int(state.pointee.avail_in)
        switch code {
        case Z_STREAM_END: isOver = true
        case Z_OK: break
        case Z_BUF_ERROR:
            // Wants more input than it has; an error only when there is none.
            guard packedLeft > 0 || inputStart < inputEnd else { throw WorkbookFault.damaged }
        default: throw WorkbookFault.damaged
        }
        return target.count - Int(state.pointee.avail_out)
    }
}

/// A file that is packed, looked into for a person's id and nothing else.
package enum PackedFile {
    /// - Returns: also true when it cannot be looked into: whoever erases a person has to be told of it.
    package static func mayHold(_ openID: String, at path: String) -> Bool {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return errno != ENOENT }
        defer { close(descriptor) }
        do { return try ZipArchive(DescriptorBytes(descriptor: descriptor)).holds(openID) } catch { return true }
    }
}
