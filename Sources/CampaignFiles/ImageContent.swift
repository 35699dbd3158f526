import CampaignModel
import Words

/// Whether the content of a file is a picture that the platform takes, whatever the file is called: by its first bytes, its
/// own account of its length, and its end. The picture itself is not decoded.
package enum ImageContent {
    package static let bytesMax = 10 << 20

    package struct Fault: Error, Equatable, Sendable {
        /// Stable: what scripts read.
        package let code: String
        package let sentence: Sentence
    }

    package static func fault(of bytes: [UInt8], named name: String) -> Fault? {
        if bytes.isEmpty { return Fault(code: "image_empty", sentence: Catalogue.Files.imageEmpty(name)) }
        if bytes.count > bytesMax {
            return Fault(
                code: "image_too_large", sentence: Catalogue.Files.imageTooLarge(name, limitMiB: bytesMax >> 20))
        }
        guard let isWhole = isWhole(bytes) else {
            let isGIF = bytes.starts(with: Array("GIF8".utf8))
            return Fault(code: "not_an_image", sentence: Catalogue.Files.notAnImage(name, isGIF: isGIF))
        }
        return isWhole ? nil : Fault(code: "image_cut", sentence: Catalogue.Files.imageCut(name))
    }

    /// nil: no picture of the four kinds.
    private static func isWhole(_ bytes: [UInt8]) -> Bool? {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return isWholePNG(bytes) }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return isWholeJPEG(bytes) }
        if bytes.starts(with: Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) {
            return bytes.count >= 20 && UInt64(bytes.count) >= UInt64(little(bytes, at: 4)) + 8
        }
        if bytes.starts(with: Array("BM".utf8)), bytes.count >= 26 {
            // The length it states, where it states one; else its header must fit.
            let length = UInt64(little(bytes, at: 2))
            guard (12...200).contains(little(bytes, at: 14)) else { return nil }
            return UInt64(bytes.count) >= max(length, UInt64(little(bytes, at: 10)) + 1)
        }
        return nil
    }

    /// Chunk after chunk to the one that ends it.
    private static func isWholePNG(_ bytes: [UInt8]) -> Bool {
        var position = 8
        var hasContent = false
        while position + 12 <= bytes.count {
            let length = Int(big(bytes, at: position))
            let kind = bytes[(position + 4)..<(position + 8)]
            guard length <= bytes.count - position - 12 else { return false }
            if kind.elementsEqual("IDAT".utf8), length > 0 { hasContent = true }
            if kind.elementsEqual("IEND".utf8) { return hasContent }
            position += length + 12
        }
        return false
    }

    /// A frame, a scan, and the mark that ends them; cameras write a little after it.
    private static func isWholeJPEG(_ bytes: [UInt8]) -> Bool {
        var position = 2
        while position + 4 <= bytes.count, bytes[position] == 0xFF {
            let marker = bytes[position + 1]
            if marker == 0xFF {
                position += 1
                continue
            }
            let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
            guard length >= 2 else { return false }
            position += 2 + length
            // What follows the header of a scan has no length: its end is looked for.
            if marker == 0xDA { return hasEnd(bytes, from: position) }
        }
        return false
    }

    private static func hasEnd(_ bytes: [UInt8], from start: Int) -> Bool {
        var index = bytes.count - 2
        while index >= start {
            if bytes[index] == 0xFF, bytes[index + 1] == 0xD9 { return true }
            index -= 1
        }
        return false
    }

    private static func little(_ bytes: [UInt8], at index: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[index + $1]) << UInt32(8 * $1) }
    }

    private static func big(_ bytes: [UInt8], at index: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 << 8 | UInt32(bytes[index + $1]) }
    }
}
