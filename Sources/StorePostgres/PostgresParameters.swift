import CPostgres

/// The values of one statement, as they go over the wire.
struct PostgresParameters {
    private enum Kind: Equatable { case null, int, real, text, bytes }
    private struct Place {
        var kind = Kind.null
        var bytes: [UInt8] = []
    }
    private var places: [Place]

    init(count: Int) { places = Array(repeating: Place(), count: count) }

    mutating func setNull(_ index: Int32) { places[Int(index) - 1].kind = .null }
    mutating func set(_ index: Int32, int: Int64) {
        withUnsafeBytes(of: int.bigEndian) { set(index, .int, $0) }
    }
    mutating func set(_ index: Int32, real: Double) {
        withUnsafeBytes(of: real.bitPattern.bigEndian) { set(index, .real, $0) }
    }
    mutating func set(_ index: Int32, text: UnsafeBufferPointer<UInt8>) {
        set(index, .text, UnsafeRawBufferPointer(text))
    }
    mutating func set(_ index: Int32, bytes: UnsafeBufferPointer<UInt8>) {
        set(index, .bytes, UnsafeRawBufferPointer(bytes))
    }

    private mutating func set(_ index: Int32, _ kind: Kind, _ bytes: UnsafeRawBufferPointer) {
        places[Int(index) - 1].kind = kind
        places[Int(index) - 1].bytes.removeAll(keepingCapacity: true)
        places[Int(index) - 1].bytes.append(contentsOf: bytes)
    }

    func isNull(_ index: Int) -> Bool { places[index - 1].kind == .null }

    /// What the server is told of each. A NULL stands in the text itself; what is said of it here is nothing's type.
    var types: [UInt32] {
        places.map { place in
            switch place.kind {
            case .null, .int: PostgresType.int8
            case .real: PostgresType.float8
            case .text: PostgresType.text
            case .bytes: PostgresType.bytea
            }
        }
    }

    typealias Send<Result> = (
        Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
    ) -> Result

    /// The pointers are good within `body`.
    func send<Result>(_ body: Send<Result>) -> Result {
        var all: [UInt8] = []
        for place in places where place.kind != .null { all += place.bytes }
        // Never empty: an empty text has an address too.
        all.append(0)
        let lengths = places.map { $0.kind == .null ? 0 : Int32($0.bytes.count) }
        let formats = places.map { _ in Int32(1) }
        return all.withUnsafeBytes { raw in
            var offset = 0
            let pointers: [UnsafePointer<CChar>?] = places.enumerated().map { index, place in
                guard place.kind != .null else { return nil }
                defer { offset += Int(lengths[index]) }
                return raw.baseAddress!.advanced(by: offset).assumingMemoryBound(to: CChar.self)
            }
            return pointers.withUnsafeBufferPointer { pointers in
                lengths.withUnsafeBufferPointer { lengths in
                    formats.withUnsafeBufferPointer { formats in
                        body(Int32(places.count), pointers.baseAddress, lengths.baseAddress, formats.baseAddress)
                    }
                }
            }
        }
    }
}
