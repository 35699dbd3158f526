import Testing

@testable import ControlAPI

@Suite("Forms with files")
struct MultipartTests {
    private static let type = "multipart/form-data; boundary=XyZ"

    /// - Parameter piece: so many bytes arrive at once.
    private static func events(_ text: String, piece: Int, type: String = type) throws -> [MultipartReader.Event] {
        var reader = try #require(MultipartReader(contentType: type))
        var events: [MultipartReader.Event] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            try reader.take(Array(rest.prefix(piece))) { event in
                // Pieces of a file are put together: how many there are is nobody's business.
                if case .bytes(let more) = event, case .bytes(let before) = events.last {
                    events[events.count - 1] = .bytes(before + more)
                } else {
                    events.append(event)
                }
            }
            rest = rest.dropFirst(piece)
        }
        try reader.finish()
        return events
    }

    private static let form = """
        --XyZ\r\nContent-Disposition: form-data; name="title"\r\n\r\n春季 & "x"\r\n\
        --XyZ\r\nContent-Disposition: form-data; name="files"; filename="名单.csv"\r\nContent-Type: text/csv\r\n\r\n\
        open_id\r\n--Xy\r\n_000a\r\n\r\n--XyZ\r\nContent-Disposition: form-data; name="files"; filename=""\r\n\r\n\r\n\
        --XyZ--\r\n
        """

    @Test("a form is the same however its bytes arrive", arguments: [1, 2, 3, 7, 64, 4096])
    func pieces(piece: Int) throws {
        let events = try Self.events(Self.form, piece: piece)
        #expect(
            events == [
                .field(name: "title", value: "春季 & \"x\""), .file(name: "files", fileName: "名单.csv"),
                .bytes(Array("open_id\r\n--Xy\r\n_000a\r\n".utf8)), .fileEnd, .file(name: "files", fileName: ""),
                .fileEnd, .end,
            ])
    }

    @Test(
        "what is cut off, or is no such form, is a fault",
        arguments: [
            "--XyZ\r\nContent-Disposition: form-data; name=\"a\"; filename=\"x.csv\"\r\n\r\nopen_id\r\n_0",
            "--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nvalue\r\n--XyZ", "--XyZ\r\n\r\n\r\n--XyZ--",
            "--XyZ\r\nContent-Type: text/csv\r\n\r\nx\r\n--XyZ--", "--Other\r\n", "",
            "--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" + String(repeating: "x", count: 70_000)
                + "\r\n--XyZ--",
            "--XyZ\r\nContent-Disposition: form-data; name=\"a\"" + String(repeating: "x", count: 9000) + "\r\n\r\n",
        ])
    func broken(text: String) {
        #expect(throws: MultipartReader.Fault.self) { try Self.events(text, piece: 512) }
    }

    @Test(
        "only a form with one boundary is read",
        arguments: [
            nil, "", "text/plain", "multipart/form-data", "multipart/form-data; boundary=",
            "multipart/form-data; boundary=a; boundary=b", "multipart/mixed; boundary=a",
            "multipart/form-data; boundary=" + String(repeating: "b", count: 71),
        ])
    func types(type: String?) { #expect(MultipartReader(contentType: type) == nil) }
}
