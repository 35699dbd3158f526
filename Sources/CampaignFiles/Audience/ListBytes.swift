import Glibc

/// The bytes of a list, wherever they lie. A workbook's table of contents stands at its end, so they can be read at any place.
package protocol ListBytes: AnyObject {
    var size: Int64 { get }
    /// Fills the buffer as far as there are bytes; 0 at the end.
    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// Read already.
final class HeldBytes: ListBytes {
    private let bytes: [UInt8]
    var size: Int64 { Int64(bytes.count) }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let from = min(Int(offset), bytes.count)
        let count = min(buffer.count, bytes.count - from)
        bytes.withUnsafeBytes { buffer.copyMemory(from: .init(rebasing: $0[from..<from + count])) }
        return count
    }
}

/// Of an open file. The caller closes it.
package final class DescriptorBytes: ListBytes {
    package let size: Int64
    private let descriptor: Int32

    /// - Throws: `AudienceFault.readFailed`.
    package init(descriptor: Int32) throws {
        self.descriptor = descriptor
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw AudienceFault.readFailed(errno: errno) }
        size = Int64(status.st_size)
    }

    package func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
            if count >= 0 { return count }
            guard errno == EINTR else { throw AudienceFault.readFailed(errno: errno) }
        }
    }
}
