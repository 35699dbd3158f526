import CampaignModel
import Glibc

/// A person's token as a file of its own: made by the machine's chance, readable by its owner alone.
package enum TokenFile {
    /// 256 bits.
    private static let bytes = 32
    /// Of a text token: 128 bits in base64. What a person makes up is shorter, or repeats itself.
    package static let lengthMin = 22
    private static let distinctMin = 8

    package static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        return Base64URL.text((0..<bytes).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }

    /// - Throws: `SealFileError` with `EEXIST` when the file is there already: a token is never written over.
    package static func write(_ token: String, to path: String) throws(SealFileError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw SealFileError(path: path, errno: errno) }
        defer { close(descriptor) }
        let line = Array("\(token)\n".utf8)
        guard fchmod(descriptor, 0o600) == 0, Glibc.write(descriptor, line, line.count) == line.count,
            fsync(descriptor) == 0
        else {
            let code = errno
            unlink(path)
            throw SealFileError(path: path, errno: code)
        }
    }

    /// The file is there before the token is made: whoever cannot write it has ended nothing.
    /// - Throws: `SealFileError`, or what `make` throws; then no file stays.
    package static func write(to path: String, making make: () throws -> String) throws {
        try write("", to: path)
        do {
            let token = try make()
            unlink(path)
            try write(token, to: path)
        } catch {
            unlink(path)
            throw error
        }
    }

    package static func isWeak(_ token: Secret) -> Bool {
        token.withBytes { $0.count < lengthMin || Set($0).count < distinctMin }
    }
}

/// RFC 4648, section 5, without padding: it stands in a header as it is.
enum Base64URL {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func text(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var rest = 0
        var bits = 0
        for byte in bytes {
            rest = rest << 8 | Int(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(letters[rest >> bits & 63])
            }
            rest &= (1 << bits) - 1
        }
        if bits > 0 { text.append(letters[rest << (6 - bits) & 63]) }
        return String(decoding: text, as: UTF8.self)
    }
}
