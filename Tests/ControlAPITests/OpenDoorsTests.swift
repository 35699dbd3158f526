import CampaignModel
import Testing

@testable import ControlAPI

@Suite("Doors that are open") struct OpenDoorsTests {
    @Test(
        "the date of a reply is written as RFC 9110 wants it",
        arguments: [
            (784_111_777_999, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (1_709_164_799_000, "Wed, 28 Feb 2024 23:59:59 GMT"), (1_709_164_800_000, "Thu, 29 Feb 2024 00:00:00 GMT"),
            (1_798_732_800_000, "Thu, 31 Dec 2026 16:00:00 GMT"),
        ] as [(Int64, String)])
    func date(_ milliseconds: Int64, _ text: String) { #expect(Moment(milliseconds: milliseconds).httpDate == text) }

    @Test("each reply says when it was made, at both doors, and a path that is none gets one too")
    func dated() async throws {
        try await withDoor(PretendDesk()) { socket, loopback in
            for (door, path) in [(socket, "/v1/status"), (socket, "/nowhere"), (loopback, "/nowhere")] {
                let reply = try await door.get(path)
                #expect(reply.headers["date"] == "Sun, 06 Nov 1994 08:49:37 GMT")
            }
        }
    }
}
