import CampaignFiles
import Digests
import Ports

/// The bytes of a list as they were when its digest was taken. Its rows are read later and, of a workbook, not even in order:
/// every block is proved again when it is read, so that rows that were swapped in between never stand under an honest digest.
final class ProvenBytes: ListBytes {
    private static let blockBytes = FileLimits.audienceChunkBytes

    let digest: String
    let size: Int64
    var identity: FileIdentity { file.identity }
    private let name: String
    private let file: any TrayFile
    private var proofs: [[UInt8]] = []
    private var block: [UInt8] = []
    private var blockNumber = -1

    /// Reads the whole file once.
    init(_ file: any TrayFile, name: String) throws {
        self.file = file
        self.name = name
        var whole = Digest()
        var size: Int64 = 0
        while true {
            let block = try Self.block(proofs.count, of: file)
            if block.isEmpty { break }
            whole.update(block)
            proofs.append(Self.proof(of: block))
            size += Int64(block.count)
            if block.count < Self.blockBytes { break }
        }
        self.size = size
        digest = whole.finish().hexadecimal
        guard try file.isUnchanged() else { throw changed }
    }

    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard offset < size, !buffer.isEmpty else { return 0 }
        let number = Int(offset) / Self.blockBytes
        if number != blockNumber {
            block = try Self.block(number, of: file)
            guard Self.proof(of: block) == proofs[number] else { throw changed }
            blockNumber = number
        }
        let start = Int(offset) % Self.blockBytes
        let count = min(buffer.count, block.count - start)
        block.withUnsafeBytes { buffer.copyMemory(from: .init(rebasing: $0[start..<(start + count)])) }
        return count
    }

    func isUnchanged() throws -> Bool { try file.isUnchanged() }

    var changed: TrayError { .refused(TrayProblem(name: name, refusal: .changedWhileRead)) }

    private static func block(_ number: Int, of file: any TrayFile) throws -> [UInt8] {
        let start = Int64(number) * Int64(blockBytes)
        var block = try file.read(at: start, upTo: blockBytes)
        while !block.isEmpty, block.count < blockBytes {
            let more = try file.read(at: start + Int64(block.count), upTo: blockBytes - block.count)
            if more.isEmpty { break }
            block += more
        }
        return block
    }

    private static func proof(of block: [UInt8]) -> [UInt8] {
        var digest = Digest()
        digest.update(block)
        return Array(digest.finish())
    }
}
