import CampaignModel
import Testing
import Wire

@testable import TransportCurl

@Suite("A reply is read byte by byte")
struct ReplyReaderTests {
    static let ok = "HTTP/1.1 200 OK\r\n"
    static let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        let bytes: String
        let comesTo: String
        var testDescription: String { name }
        init(_ name: String, _ bytes: String, _ comesTo: String) {
            (self.name, self.bytes, self.comesTo) = (name, bytes, comesTo)
        }
    }

    /// `200 body`, `+` behind it when the connection may stay, `~` and a number when that many bytes were left over; or
    /// the fault.
    static let rows: [Row] = [
        Row("whole", ok + "Content-Length: 2\r\n\r\n{}", "200 {} +"),
        Row("blanks around the length", ok + "Content-Length: \t 2 \t\r\n\r\n{}", "200 {} +"),
        Row("a length behind zeros", ok + "Content-Length: 0002\r\n\r\n{}", "200 {} +"),
        Row("an empty length", ok + "Content-Length:\r\n\r\n{}", "lengths"),
        Row("a length with a sign", ok + "Content-Length: +2\r\n\r\n{}", "lengths"),
        Row("a length in sixteens", ok + "Content-Length: 0x2\r\n\r\n{}", "lengths"),
        Row("a list of lengths", ok + "Content-Length: 2, 2\r\n\r\n{}", "lengths"),
        Row("a length beyond numbers", ok + "Content-Length: 99999999999999999999\r\n\r\n{}", "lengths"),
        Row("surplus", ok + "Content-Length: 2\r\n\r\n{}HTTP", "200 {} + ~4"),
        Row("surplus behind no body", ok + "Content-Length: 0\r\n\r\nHTTP", "200  + ~4"),
        Row("surplus behind 204", "HTTP/1.1 204 None\r\nContent-Length: 4\r\n\r\nHTTP", "204  + ~4"),
        Row("surplus behind chunks", chunked + "2\r\n{}\r\n0\r\n\r\nHTTP", "200 {} + ~4"),
        Row("304 promises what it does not send", "HTTP/1.1 304 Same\r\nContent-Length: 9\r\n\r\n", "304  +"),
        Row("asked to close", ok + "Connection: close\r\nContent-Length: 2\r\n\r\n{}", "200 {}"),
        Row("asked to close among others", ok + "Connection: x , CLOSE\r\nContent-Length: 2\r\n\r\n{}", "200 {}"),
        Row("asked to stay", ok + "connection: keep-alive\r\nContent-Length: 2\r\n\r\n{}", "200 {} +"),
        Row("version 1.0 does not stay", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", "200 {}"),
        Row("version 1.0 knows no chunks", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "coding"),
        Row("up to the close", ok + "\r\n{}", "200 {}"),
        Row("nothing up to the close", ok + "\r\n", "noBody"),
        Row(
            "a length and chunks", ok + "Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            "200 {}"),
        Row("chunked twice", ok + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", "coding"),
        Row(
            "chunked in two fields",
            ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "coding"),
        Row("another coding", ok + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "coding"),
        Row("a coding that only ends so", ok + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "coding"),
        Row("the coding that is none", ok + "Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}", "200 {} +"),
        Row("chunks with extensions", chunked + "2;a=\"b\" ; c\r\n{}\r\n0;last\r\n\r\n", "200 {} +"),
        Row("chunks of fixed width", chunked + "0002  \r\n{}\r\n0000\r\n\r\n", "200 {} +"),
        Row(
            "chunk sizes in either case", chunked + "a\r\n0123456789\r\nB\r\n0123456789a\r\n0\r\n\r\n",
            "200 01234567890123456789a +"),
        Row("chunks behind bare line feeds", chunked + "2\n{}\n0\n\n", "200 {} +"),
        Row("a chunk without a size", chunked + "\r\n{}\r\n0\r\n\r\n", "chunk"),
        Row("a chunk with a sign", chunked + "-2\r\n{}\r\n0\r\n\r\n", "chunk"),
        Row("a chunk in words", chunked + "2 bytes\r\n{}\r\n0\r\n\r\n", "chunk"),
        Row("a chunk longer than it says", chunked + "2\r\n{}}\r\n0\r\n\r\n", "chunk"),
        Row("a chunk size beyond numbers", chunked + "10000000000000000\r\n", "chunk"),
        Row("a line of a chunk without end", chunked + "2;" + String(repeating: "x", count: 300), "chunk"),
        Row("chunks beyond the limit", chunked + "41\r\n", "bodyTooLarge"),
        Row("trailers", chunked + "2\r\n{}\r\n0\r\nA: b\r\nC: d\r\n\r\n", "200 {} +"),
        Row("a trailer that is none", chunked + "2\r\n{}\r\n0\r\nnonsense\r\n\r\n", "field"),
        Row("trailers without end", chunked + "0\r\n" + String(repeating: "A: b\r\n", count: 300), "headerTooLarge"),
        Row("cut among the trailers", chunked + "2\r\n{}\r\n0\r\nA: b\r\n", "cut"),
        Row("an interim one first", "HTTP/1.1 100 Go\r\n\r\n" + ok + "Content-Length: 2\r\n\r\n{}", "200 {} +"),
        Row(
            "an interim one asks to close",
            "HTTP/1.1 103 H\r\nConnection: close\r\nContent-Length: 9\r\n\r\n" + ok
                + "Content-Length: 2\r\n\r\n{}", "200 {} +"),
        Row("only interim ones", "HTTP/1.1 102 Wait\r\n\r\nHTTP/1.1 1", "cut"),
        Row("interim ones without end", String(repeating: "HTTP/1.1 100 Go\r\n\r\n", count: 200), "headerTooLarge"),
        Row("another protocol", "HTTP/1.1 101 Switch\r\n\r\n", "otherProtocol"),
        Row("no reason", "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n{}", "200 {} +"),
        Row("a status without a number", "HTTP/1.1 2x0 OK\r\n\r\n", "statusLine"),
        Row("a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n", "statusLine"),
        Row("a status of 600", "HTTP/1.1 600 OK\r\n\r\n", "statusLine"),
        Row("a status of 099", "HTTP/1.1 099 OK\r\n\r\n", "statusLine"),
        Row("two blanks", "HTTP/1.1  200 OK\r\n\r\n", "statusLine"),
        Row("an empty line first", "\r\n" + ok + "\r\n{}", "statusLine"),
        Row("another case", "http/1.1 200 OK\r\n\r\n", "statusLine"),
        Row("a longer version", "HTTP/1.12 200 OK\r\n\r\n", "statusLine"),
        Row("the preface of another version", "PRI * HTTP/2.0\r\n\r\n", "statusLine"),
        Row("one byte that is none of it", "X", "statusLine"),
        Row("a return in the first line", "HTTP/1.1 200 O\rK\r\n\r\n", "statusLine"),
        Row("a name with a blank before its colon", ok + "Content-Length : 2\r\n\r\n{}", "field"),
        Row("a nameless field", ok + ": 2\r\n\r\n{}", "field"),
        Row("a field without a colon", ok + "Content-Length\r\n\r\n{}", "field"),
        Row("a folded field", ok + "A: b\r\n\tc\r\n\r\n{}", "field"),
        Row("a zero in a field", ok + "A: b\0c\r\n\r\n{}", "field"),
        Row("a return in a field", ok + "A: b\rContent-Length: 0\r\n\r\n{}", "field"),
        Row("nothing", "", "nothing"),
        Row("cut in the first line", "HTTP/1.1 200 OK", "nothing"),
        Row("cut in the header", ok + "Content-Length: 2\r\n", "cut"),
        Row("cut in the body", ok + "Content-Length: 2\r\n\r\n{", "cut"),
        Row("more than may be", ok + "Content-Length: 65\r\n\r\n", "bodyTooLarge"),
        Row("more than may be, up to the close", ok + "\r\n" + String(repeating: "z", count: 65), "bodyTooLarge"),
        Row("a first line without end", "HTTP/1.1 200 " + String(repeating: "x", count: 70_000), "headerTooLarge"),
    ]

    @Test("what bytes come to, and that the pieces in which they come change nothing", arguments: rows)
    func pieces(row: Row) {
        let bytes = Array(row.bytes.utf8)
        let steps = bytes.count > 2_000 ? [bytes.count, 4_099] : [bytes.count, 1, 2, 3, 7]
        for step in steps { #expect(Self.reading(bytes, by: max(1, step)) == row.comesTo) }
    }

    @Test("a reader used again knows nothing of the reply before")
    func again() {
        var reader = ReplyReader()
        for row in Self.rows + Self.rows.reversed() {
            #expect(Self.reading(Array(row.bytes.utf8), by: .max, with: &reader) == row.comesTo)
        }
    }

    @Test("a header that differs in one byte from the one before is not taken for it")
    func otherHeader() {
        var reader = ReplyReader()
        var seen: [String?] = []
        for value in ["a", "b", "b", "a"] {
            reader.begin(bodyBytesMax: 64)
            let bytes = Array((Self.ok + "X: \(value)\r\nContent-Length: 2\r\n\r\n{}").utf8)
            _ = bytes.withUnsafeBytes { reader.take($0) }
            seen.append(reader.takeResponse().header("x"))
        }
        #expect(seen == ["a", "b", "b", "a"])
    }

    static func reading(_ bytes: [UInt8], by step: Int) -> String {
        var reader = ReplyReader()
        return reading(bytes, by: step, with: &reader)
    }

    static func reading(_ bytes: [UInt8], by step: Int, with reader: inout ReplyReader) -> String {
        reader.begin(bodyBytesMax: 64)
        var used = 0
        while used < bytes.count, reader.end == nil {
            let piece = Array(bytes[used...].prefix(step))
            let taken = piece.withUnsafeBytes { reader.take($0) }
            used += taken
            if taken < piece.count { break }
        }
        reader.takeEnd()
        switch reader.end {
        case .broken(let fault): return fault.rawValue
        case .whole:
            let stays = reader.keepsConnection ? " +" : ""
            let response = reader.takeResponse()
            let left = used < bytes.count ? " ~\(bytes.count - used)" : ""
            return "\(response.status) \(String(decoding: response.body, as: UTF8.self))\(stays)\(left)"
        case nil: return "no end"
        }
    }
}

@Suite("How an exchange ended is said in one place")
struct EndJudgementTests {
    typealias Row = (EndSight, EndJudgement.Verdict)

    static let rows: [Row] = [
        (EndSight(cause: .refused(.optedOut), hasLeft: false), .notLeft(.optedOut)),
        (EndSight(cause: .closing, hasLeft: false), .notLeft(.closing)),
        (EndSight(cause: .closing, hasLeft: true), .lost(.orphaned)),
        (EndSight(cause: .broke, hasLeft: false), .notLeft(.connectFailed)),
        (EndSight(cause: .timedOut, hasLeft: false), .notLeft(.connectFailed)),
        // Whatever it says, it is no reply to a request of which nothing has left.
        (EndSight(cause: .replied(.whole), hasLeft: false, status: 200), .notLeft(.connectFailed)),
        (EndSight(cause: .replied(.whole), hasLeft: true, status: 200), .complete),
        (EndSight(cause: .replied(.whole), hasLeft: true, hasLeftWhole: false, status: 413), .complete),
        (EndSight(cause: .replied(.whole), hasLeft: true, hasLeftWhole: false, status: 200), .lost(.unreadable)),
        (EndSight(cause: .timedOut, hasLeft: true, replyHasBegun: true), .lost(.timedOut)),
        (EndSight(cause: .broke, hasLeft: true), .lost(.connectionLost)),
        (EndSight(cause: .broke, hasLeft: true, hasLeftWhole: false), .lost(.connectionLost)),
        (EndSight(cause: .broke, hasLeft: true, replyHasBegun: true), .lost(.truncated)),
    ]

    @Test("only what has left can be lost, and only what was answered whole is complete", arguments: rows.indices)
    func judgement(index: Int) {
        let (sight, verdict) = Self.rows[index]
        #expect(EndJudgement.judge(sight) == verdict)
    }

    @Test(
        "every fault of a reply is a loss once a byte has left, and none before", arguments: ReplyReader.Fault.allCases)
    func faults(fault: ReplyReader.Fault) {
        let sight = EndSight(cause: .replied(.broken(fault)), hasLeft: true, replyHasBegun: true, status: 200)
        #expect(EndJudgement.judge(sight) == .lost(fault.loss))
        var unsent = sight
        unsent.hasLeft = false
        #expect(EndJudgement.judge(unsent) == .notLeft(.connectFailed))
    }
}
