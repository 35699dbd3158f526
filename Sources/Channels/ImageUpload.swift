import CampaignModel
import Wire

/// The upload of an image's content, which gives the `media_id` that image messages carry (`douyin-api.md` §3.6).
package struct ImageUpload: Sendable {
    /// The platform's limit.
    package static let imageBytesMax = 10 * 1024 * 1024
    package static let replyBytesMax = 64 * 1024
    package static let mediaIDBytesMax = 1024

    /// What the platform takes, told by the first bytes: a file's name proves nothing.
    package enum Format: String, Sendable, CaseIterable {
        case jpeg, png, bmp, webp

        package init?(_ image: [UInt8]) {
            if image.starts(with: [0xff, 0xd8, 0xff]) {
                self = .jpeg
            } else if image.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) {
                self = .png
            } else if image.starts(with: Array("BM".utf8)) {
                self = .bmp
            } else if image.starts(with: Array("RIFF".utf8)), image.dropFirst(8).starts(with: Array("WEBP".utf8)) {
                self = .webp
            } else {
                return nil
            }
        }
    }

    /// Why an image cannot be uploaded: a fault of the file.
    package enum Defect: Error, Equatable {
        case unknownFormat
        case tooLarge(bytes: Int)
    }

    private let baseURL: PlatformAddress

    package init(baseURL: PlatformAddress) { self.baseURL = baseURL }

    /// - Parameter clientToken: the app's client token; an account's token is refused here.
    package func request(for image: [UInt8], clientToken: AccessToken) throws(Defect) -> HTTPRequest {
        guard image.count <= Self.imageBytesMax else { throw .tooLarge(bytes: image.count) }
        guard let format = Format(image) else { throw .unknownFormat }
        let boundary = Self.boundary(for: image)
        var body: [UInt8] = []
        body.reserveCapacity(image.count + 512)
        body += "--\(boundary)\r\n".utf8
        body += "Content-Disposition: form-data; name=\"image\"; filename=\"image.\(format.rawValue)\"\r\n".utf8
        body += "Content-Type: image/\(format.rawValue)\r\n\r\n".utf8
        body += image
        body += "\r\n--\(boundary)--\r\n".utf8
        return HTTPRequest(
            method: .post, url: baseURL.url("/tool/imagex/client_upload/"),
            headers: [
                HTTPHeader("Content-Type", "multipart/form-data; boundary=\(boundary)"),
                HTTPHeader("access-token", clientToken.revealed),
            ],
            body: body)
    }

    /// The `media_id` of the uploaded image.
    package static func mediaID(from response: HTTPResponse) -> Result<String, CallFailure> {
        Result { () throws(CallFailure) -> String in
            let reply = try PlatformReply.success(of: response, bytesMax: replyBytesMax)
            guard let id = reply["image_id"]?.string, !id.isEmpty, id.utf8.count <= mediaIDBytesMax else {
                throw .unreadable
            }
            return id
        }
    }

    /// A line that does not occur in the image, found by looking rather than by luck: the same image gives the same
    /// request, so an upload can be compared byte for byte.
    static func boundary(for image: [UInt8]) -> String {
        var number = 0
        while true {
            let boundary = "curfew-image-boundary-\(number)"
            if !image.contains(sequence: Array("--\(boundary)".utf8)) { return boundary }
            number += 1
        }
    }
}

extension [UInt8] {
    /// Plain search; images are uploaded once each, not once a person.
    fileprivate func contains(sequence: [UInt8]) -> Bool {
        guard let first = sequence.first, count >= sequence.count else { return false }
        var index = 0
        while let found = self[index...].firstIndex(of: first) {
            if self[found...].starts(with: sequence) { return true }
            index = found + 1
        }
        return false
    }
}
