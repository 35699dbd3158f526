import Foundation

/// Looks at a write-ahead log before SQLite does. SQLite takes the first frame whose checksum does not fit for the end of
/// the log, which is right after a power loss and wrong after rot: it would silently forget every later transaction.
///
/// The two can be told apart, because under full sync a transaction is on the disk before the next one begins: the end
/// of a *later* transaction behind the break proves that the break is no crash. Only the last two transactions
/// cannot be judged so.
enum LogExamination {
    private static let headerSize = 32
    private static let frameHeaderSize = 24

    /// - Returns: what is wrong, or nil. Reads the log once; it is bounded by the checkpoints.
    static func damage(ofLogAt path: String) -> String? {
        guard let bytes = FileManager.default.contents(atPath: path).map(Array.init), bytes.count > headerSize else {
            return nil
        }
        let magic = word(bytes, 0)
        let pageSize = Int(word(bytes, 8))
        let isMagic = magic == 0x377F_0682 || magic == 0x377F_0683
        guard isMagic, pageSize >= 512, pageSize <= 65_536, pageSize & (pageSize - 1) == 0 else {
            return "the log's header is not one"
        }
        let isBig = magic & 1 == 1
        let frameSize = frameHeaderSize + pageSize
        let frames = (bytes.count - headerSize) / frameSize
        var sum = checksum(bytes, 0..<24, from: (0, 0), isBig)
        guard sum == (word(bytes, 24), word(bytes, 28)) else {
            return frames > 0 ? "the log's header does not fit its checksum" : nil
        }
        let salts = (word(bytes, 16), word(bytes, 20))
        var frame = 0
        while frame < frames {
            let start = headerSize + frame * frameSize
            guard (word(bytes, start + 8), word(bytes, start + 12)) == salts else { break }
            sum = checksum(bytes, start..<(start + 8), from: sum, isBig)
            sum = checksum(bytes, (start + frameHeaderSize)..<(start + frameSize), from: sum, isBig)
            guard sum == (word(bytes, start + 16), word(bytes, start + 20)) else { break }
            frame += 1
        }
        // Behind the break: do two transactions of this log end there? One may be the one that a crash cut; frames that
        // a rolled back transaction left behind end none.
        let ends = (frame..<max(frame, frames)).filter { later in
            let start = headerSize + later * frameSize
            return (word(bytes, start + 8), word(bytes, start + 12)) == salts && word(bytes, start + 4) != 0
        }
        if ends.count > 1 { return "frame \(frame + 1) of the log is broken, and later transactions stand behind it" }
        return nil
    }

    /// Everything before the last two transactions: damage there is always told from a crash. When their own ends are
    /// hit, one end behind the break is all there is left.
    static func provableEnd(of bytes: [UInt8]) -> Int {
        guard bytes.count > headerSize else { return 0 }
        let frameSize = frameHeaderSize + Int(word(bytes, 8))
        let salts = (word(bytes, 16), word(bytes, 20))
        let ends = (0..<((bytes.count - headerSize) / frameSize)).filter { frame in
            let start = headerSize + frame * frameSize
            return (word(bytes, start + 8), word(bytes, start + 12)) == salts && word(bytes, start + 4) != 0
        }
        return ends.count > 2 ? headerSize + (ends[ends.count - 3] + 1) * frameSize : 0
    }

    private static func word(_ bytes: [UInt8], _ at: Int) -> UInt32 {
        UInt32(bytes[at]) << 24 | UInt32(bytes[at + 1]) << 16 | UInt32(bytes[at + 2]) << 8 | UInt32(bytes[at + 3])
    }

    /// SQLite's own running sum over pairs of words (its file format, "WAL checksum algorithm").
    private static func checksum(
        _ bytes: [UInt8], _ range: Range<Int>, from start: (UInt32, UInt32), _ isBig: Bool
    ) -> (UInt32, UInt32) {
        var (first, second) = start
        bytes.withUnsafeBytes { raw in
            for at in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
                let one = raw.loadUnaligned(fromByteOffset: at, as: UInt32.self)
                let two = raw.loadUnaligned(fromByteOffset: at + 4, as: UInt32.self)
                first = first &+ (isBig ? UInt32(bigEndian: one) : UInt32(littleEndian: one)) &+ second
                second = second &+ (isBig ? UInt32(bigEndian: two) : UInt32(littleEndian: two)) &+ first
            }
        }
        return (first, second)
    }
}
