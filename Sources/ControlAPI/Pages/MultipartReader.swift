import Foundation
import Glibc

/// A form with files, read as it comes: nothing of a file is kept here. What is cut off, or written in another way than
/// browsers write it, is a fault and no end.
struct MultipartReader {
    enum Event: Equatable {
        /// Fields come whole.
        case field(name: String, value: String)
        case file(name: String, fileName: String)
        case bytes([UInt8])
        case fileEnd
        /// What comes after it is nobody's.
        case end
    }
    struct Fault: Error, Equatable {}

    static let fieldBytesMax = 64 << 10
    static let fieldsMax = 200
    private static let headBytesMax = 8 << 10
    private static let boundaryBytesMax = 70

    private enum Place: Equatable {
        case preamble, head, field(String), file, afterBoundary, over
    }
    /// `\r\n--boundary`
    private let mark: [UInt8]
    private var place = Place.preamble
    /// The first boundary has no line before it: one is put there.
    private var pending: [UInt8] = [13, 10]
    private var fields = 0

    /// nil: no such form.
    init?(contentType: String?) {
        guard let contentType else { return nil }
        let parts = contentType.split(separator: ";").map { $0.drop { $0 == " " } }
        guard parts.first?.lowercased() == "multipart/form-data" else { return nil }
        let named = parts.dropFirst().filter { $0.lowercased().hasPrefix("boundary=") }
        guard named.count == 1, var boundary = named.first?.dropFirst("boundary=".count) else { return nil }
        if boundary.hasPrefix("\""), boundary.hasSuffix("\""), boundary.count > 2 {
            boundary = boundary.dropFirst().dropLast()
        }
        guard (1...Self.boundaryBytesMax).contains(boundary.utf8.count),
            boundary.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x22 })
        else { return nil }
        mark = [13, 10, 45, 45] + Array(boundary.utf8)
    }

    var isOver: Bool { place == .over }

    mutating func take(_ bytes: [UInt8], _ tell: (Event) throws -> Void) throws {
        if place == .over { return }
        pending += bytes
        while try step(tell) {}
    }

    /// - Throws: when the form was cut off.
    func finish() throws { if place != .over { throw Fault() } }

    /// - Returns: whether there may be more to do with what is there.
    private mutating func step(_ tell: (Event) throws -> Void) throws -> Bool {
        switch place {
        case .over: return false
        case .preamble:
            guard let found = Self.first(mark, in: pending) else {
                guard pending.count <= Self.headBytesMax else { throw Fault() }
                return false
            }
            pending.removeFirst(found + mark.count)
            place = .afterBoundary
            return true
        case .afterBoundary:
            guard pending.count >= 2 else { return false }
            let two = pending[..<2]
            pending.removeFirst(2)
            if two.elementsEqual([45, 45]) {
                place = .over
                pending = []
                try tell(.end)
                return false
            }
            guard two.elementsEqual([13, 10]) else { throw Fault() }
            place = .head
            return true
        case .head: return try head(tell)
        case .field(let name):
            guard let found = Self.first(mark, in: pending) else {
                guard pending.count <= Self.fieldBytesMax + mark.count else { throw Fault() }
                return false
            }
            guard found <= Self.fieldBytesMax, let value = String(validating: pending[..<found], as: UTF8.self) else {
                throw Fault()
            }
            pending.removeFirst(found + mark.count)
            place = .afterBoundary
            try tell(.field(name: name, value: value))
            return true
        case .file: return try file(tell)
        }
    }

    private mutating func file(_ tell: (Event) throws -> Void) throws -> Bool {
        if let found = Self.first(mark, in: pending) {
            if found > 0 { try tell(.bytes(Array(pending[..<found]))) }
            pending.removeFirst(found + mark.count)
            place = .afterBoundary
            try tell(.fileEnd)
            return true
        }
        // The last bytes may be the beginning of a boundary.
        let safe = pending.count - (mark.count - 1)
        if safe > 0 {
            try tell(.bytes(Array(pending[..<safe])))
            pending.removeFirst(safe)
        }
        return false
    }

    private mutating func head(_ tell: (Event) throws -> Void) throws -> Bool {
        guard let found = Self.first([13, 10, 13, 10], in: pending) else {
            guard pending.count <= Self.headBytesMax else { throw Fault() }
            return false
        }
        guard found <= Self.headBytesMax, let text = String(validating: pending[..<found], as: UTF8.self) else {
            throw Fault()
        }
        pending.removeFirst(found + 4)
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: true)
            .filter { $0.lowercased().hasPrefix("content-disposition:") }
        guard lines.count == 1, let line = lines.first, let name = Self.parameter("name", in: line) else {
            throw Fault()
        }
        fields += 1
        guard fields <= Self.fieldsMax else { throw Fault() }
        if let fileName = Self.parameter("filename", in: line) {
            place = .file
            try tell(.file(name: name, fileName: fileName))
        } else {
            place = .field(name)
        }
        return true
    }

    /// `filename="…"`: browsers write a quote in it as `%22` and a line end as `%0D%0A`.
    private static func parameter(_ name: String, in line: Substring) -> String? {
        guard let start = line.range(of: "; \(name)=\"") else { return nil }
        let rest = line[start.upperBound...]
        guard let end = rest.firstIndex(of: "\"") else { return nil }
        return String(rest[..<end]).replacing("%22", with: "\"").replacing("%0D", with: "\r").replacing(
            "%0A", with: "\n")
    }

    /// Needles begin with a carriage return, which is rare.
    static func first(_ needle: [UInt8], in bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBytes { hay in
            guard let base = hay.baseAddress, hay.count >= needle.count else { return nil }
            var start = 0
            let last = hay.count - needle.count
            while start <= last {
                guard let found = memchr(base + start, Int32(needle[0]), last - start + 1) else { return nil }
                let place = UnsafeRawPointer(found) - base
                if memcmp(base + place, needle, needle.count) == 0 { return place }
                start = place + 1
            }
            return nil
        }
    }
}
