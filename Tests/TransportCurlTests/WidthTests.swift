import CampaignModel
import Glibc
import Ports
import Testing
import TransportCurl

@Suite("What is configured is on the wire at once, and never more", .timeLimit(.minutes(1)))
struct WidthTests {
    /// Both ends of every connection are in this process.
    private static func raiseDescriptors(to wanted: rlim_t) -> Bool {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return false }
        guard limit.rlim_cur < wanted else { return true }
        limit.rlim_cur = min(wanted, limit.rlim_max)
        return setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 && limit.rlim_cur == wanted
    }

    @Test("of more exchanges than connections exactly so many are open until one is answered", arguments: [513, 1024])
    func width(_ width: Int) async throws {
        try #require(Self.raiseDescriptors(to: 4096), "this test needs 4096 descriptors")
        let together = Gate()
        let gateway = try HostileGateway { connection in
            while let body = connection.readRequest() {
                together.waitBlocking()
                connection.reply(body)
            }
        }
        defer { gateway.stop() }
        let caller = try Caller(TransportSettings(concurrencyMax: width))
        let all = width + 40
        caller.mailbox.submit((0..<UInt64(all)).map { .posting("\($0)", to: gateway.url(), id: $0) })
        await gateway.body(number: width)
        #expect(gateway.connectionsOpened == width)
        together.open()
        let ends = await caller.ends(all)
        #expect(ends.count == all && ends.allSatisfy { $0.result.seen == "200 \($0.id)" })
        #expect(gateway.connectionsOpened == width, "those that waited took the connections of the first")
        #expect(caller.transport.onTheWire == 0)
    }
}
