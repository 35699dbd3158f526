import CCurl
import CCurlShim
import Foundation
import Synchronization
import Testing
import Wire

@testable import TransportCurl

/// The reader against libcurl's own reading of the same bytes: whatever is taken for a reply here, libcurl reads the
/// same of it. Where libcurl takes what is refused here, the reason is one of those for which the reader is stricter.
@Suite("What is read of a reply is what libcurl reads", .timeLimit(.minutes(5)))
struct DifferentialTests {
    /// Faults in things that libcurl 7.88 lets pass, each known.
    private static let stricter: Set<ReplyReader.Fault> = [
        // A reply cut in its first line, or in its header, is a success with status 200 to libcurl.
        .nothing, .cut,
        // Folded lines, blanks before the colon, returns inside a line.
        .field, .statusLine,
        .lengths, .coding, .noBody, .chunk,
        // Limits that libcurl does not have, or has elsewhere.
        .headerTooLarge, .bodyTooLarge,
    ]

    @Test("every recorded reply is read alike")
    func recorded() throws {
        let libcurl = try LibcurlReader()
        for reply in Corpus.replies {
            let bytes = Array(reply.utf8)
            let ours = Self.ours(bytes, by: bytes.count)
            let theirs = try libcurl.reading(of: bytes)
            Self.compare(ours, theirs, bytes)
            #expect(ours.response != nil && theirs.code == CURLE_OK, "\(reply.debugDescription)")
        }
    }

    @Test("twelve thousand mutated replies, in pieces: nothing is taken that libcurl refuses or reads otherwise")
    func mutated() throws {
        let libcurl = try LibcurlReader()
        var generator = SeededDraws(seed: 20_260_311)
        var whole = 0
        var refusedByUs = 0
        for _ in 0..<12_000 {
            let bytes = Corpus.mutated(using: &generator)
            let step = Int.random(in: 1...max(1, bytes.count), using: &generator)
            let ours = Self.ours(bytes, by: step)
            let theirs = try libcurl.reading(of: bytes)
            Self.compare(ours, theirs, bytes)
            if ours.response != nil { whole += 1 }
            if ours.response == nil, theirs.code == CURLE_OK { refusedByUs += 1 }
        }
        // A comparison in which nothing is whole, or nothing differs in strictness, would say nothing.
        #expect(whole > 2_000)
        #expect(refusedByUs > 500)
    }

    private struct Ours {
        var response: HTTPResponse?
        var fault: ReplyReader.Fault?
    }

    private static func ours(_ bytes: [UInt8], by step: Int) -> Ours {
        var reader = ReplyReader()
        reader.begin(bodyBytesMax: 1 << 20)
        var at = 0
        while at < bytes.count, reader.end == nil {
            let piece = Array(bytes[at...].prefix(max(1, step)))
            at += piece.withUnsafeBytes { reader.take($0) }
        }
        reader.takeEnd()
        guard case .broken(let fault) = reader.end else { return Ours(response: reader.takeResponse()) }
        return Ours(fault: fault)
    }

    private static func compare(_ ours: Ours, _ theirs: LibcurlReader.Reading, _ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self).debugDescription
        if let response = ours.response {
            #expect(theirs.code == CURLE_OK, "taken here, refused by libcurl: \(text)")
            #expect(theirs.status == response.status, "\(text)")
            #expect(theirs.body == response.body, "\(text)")
        } else if theirs.code == CURLE_OK, let fault = ours.fault {
            #expect(stricter.contains(fault), "refused here for \(fault), taken by libcurl: \(text)")
        }
    }
}

/// A gateway that answers with given bytes and then closes in an orderly way, and libcurl's easy interface before it.
private final class LibcurlReader {
    struct Reading {
        var code = CURLE_OK
        var status = 0
        var body: [UInt8] = []
    }

    private final class Body {
        var bytes: [UInt8] = []
    }

    private let gateway: HostileGateway
    private let reply: SharedBytes

    private final class SharedBytes: Sendable {
        let bytes = Mutex<[UInt8]>([])
    }

    init() throws {
        let reply = SharedBytes()
        gateway = try HostileGateway { connection in
            guard connection.readRequest() != nil else { return }
            connection.write(reply.bytes.withLock { $0 })
            connection.endOutput()
            connection.waitForHangUp()
        }
        self.reply = reply
    }

    deinit { gateway.stop() }

    /// On a handle of its own: libcurl 7.88 remembers the last field of the reply before on the same handle, and unfolds a
    /// folded first line of the next one into memory that is no longer its own.
    func reading(of bytes: [UInt8]) throws -> Reading {
        guard let easy = curl_easy_init() else { throw POSIXError(.ENOMEM) }
        defer { curl_easy_cleanup(easy) }
        reply.bytes.withLock { $0 = bytes }
        let body = Body()
        curlshim_set_text(easy, CURLOPT_URL, gateway.url())
        curlshim_set_text(easy, CURLOPT_PROXY, "")
        curlshim_set_long(easy, CURLOPT_POSTFIELDSIZE, 0)
        curlshim_set_long(easy, CURLOPT_POST, 1)
        curlshim_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        curlshim_set_long(easy, CURLOPT_HTTP09_ALLOWED, 0)
        curlshim_set_long(easy, CURLOPT_NOSIGNAL, 1)
        curlshim_set_long(easy, CURLOPT_TIMEOUT_MS, 20_000)
        curlshim_set_pointer(easy, CURLOPT_WRITEDATA, Unmanaged.passUnretained(body).toOpaque())
        curlshim_set_bytes_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            if let bytes, let context {
                let raw = UnsafeRawBufferPointer(start: bytes, count: size * count)
                Unmanaged<Body>.fromOpaque(context).takeUnretainedValue().bytes.append(contentsOf: raw)
            }
            return size * count
        }
        let code = curl_easy_perform(easy)
        let status = curlshim_get_long(easy, CURLINFO_RESPONSE_CODE)
        return withExtendedLifetime(body) { Reading(code: code, status: status, body: body.bytes) }
    }
}

private enum Corpus {
    static let accepted =
        #"{"msg_id":"@9VwDhqNrtqfX3Yy8=","data":{"error_code":0,"description":""},"extra":{"error_code":0,"logid":"2026"}}"#

    /// Forms in which gateways answer, all of them whole.
    static let replies: [String] =
        [
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(accepted.utf8.count)\r\n\r\n\(accepted)",
            "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Tue, 10 Mar 2026 08:00:00 GMT\r\n"
                + "Content-Type: application/json; charset=utf-8\r\nTransfer-Encoding: chunked\r\n"
                + "Connection: keep-alive\r\nX-Tt-Logid: 20260310160000\r\nVary: Accept-Encoding\r\n\r\n"
                + "\(String(accepted.utf8.count, radix: 16))\r\n\(accepted)\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                + "5;name=value\r\n{\"a\":\r\n2\r\n1}\r\n0\r\nX-Sum: 1\r\n\r\n",
            "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\n{}",
            "HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 13\r\n\r\n<html></html>",
            "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.0 503 Busy\r\n\r\n<html></html>",
            "HTTP/1.1 200 OK\r\n\r\n{\"until\":\"the close\"}",
            "HTTP/1.1 200\r\ncontent-length:2\r\n\r\n{}",
            "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 403 No\r\nContent-Length: 4\r\n\r\nnope",
            "HTTP/1.1 307 Elsewhere\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 2\r\n\r\n{}",
            "HTTP/1.1 200 OK\nContent-Length: 2\n\n{}",
        ]

    private static let pieces = [
        "\r\n", "\n", "\r", "\0", " ", "\t", ":", ";", ",", "0\r\n\r\n", "Content-Length: 2\r\n",
        "Content-Length: 5\r\n",
        "content-length:0\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip, chunked\r\n",
        "Connection: close\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\n", "HTTP/1.0 ", " folded: x\r\n",
        "Content-Encoding: gzip\r\n", "Set-Cookie: a=b\r\n", "1", "f", "-", "{}", "é", "Upgrade: h2c\r\n",
        "HTTP/2 200\r\n", "\r\n\r\n", "Location: http://127.0.0.1:1/\r\n", "2\r\n{}\r\n",
    ]

    static func mutated(using generator: inout SeededDraws) -> [UInt8] {
        var bytes = Array(replies[Int.random(in: 0..<replies.count, using: &generator)].utf8)
        for _ in 0..<Int.random(in: 1...3, using: &generator) { mutate(&bytes, using: &generator) }
        return bytes
    }

    private static func mutate(_ bytes: inout [UInt8], using generator: inout SeededDraws) {
        let at = Int.random(in: 0...bytes.count, using: &generator)
        switch Int.random(in: 0..<10, using: &generator) {
        case 0 where at < bytes.count: bytes[at] = UInt8.random(in: 0...255, using: &generator)
        case 1 where at < bytes.count: bytes.remove(at: at)
        case 2: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: at)
        case 3: bytes.removeSubrange(at...)
        case 4: bytes.removeFirst(min(bytes.count, Int.random(in: 1...4, using: &generator)))
        case 5, 6:
            let piece = pieces[Int.random(in: 0..<pieces.count, using: &generator)]
            // At the beginning of a line, where it means most.
            let starts = bytes.indices.filter { $0 > 0 && bytes[$0 - 1] == 0x0A }
            let place = starts.randomElement(using: &generator) ?? at
            bytes.insert(contentsOf: Array(piece.utf8), at: place)
        case 7 where at < bytes.count && (0x30...0x39).contains(bytes[at]):
            bytes[at] = UInt8.random(in: 0x30...0x39, using: &generator)
        case 8:
            let end = min(bytes.count, at + Int.random(in: 1...40, using: &generator))
            bytes.insert(contentsOf: Array(bytes[at..<end]), at: at)
        default: bytes += Array(replies[Int.random(in: 0..<replies.count, using: &generator)].utf8)
        }
    }
}

/// The same draws for the same seed, anywhere.
private struct SeededDraws: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
