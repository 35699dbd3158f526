import Foundation
import Testing

@testable import HostSystem

@Suite("Who listens at a port")
struct ListenerOwnerTests {
    /// Port 9470 is 24FE. The connection (state 01) of user 1002 and the other port do not count.
    private static let table = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:24FE 00000000:0000 0A 00000000:00000000 00:00000000 00000000   998        0 30711 1 0000000 100 0 0 10 0
           1: 0100007F:24FE 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1002        0 30712 1 0000000 20 4 30 10 -1
           2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000    33        0 12 1 0000000 100 0 0 10 0
           3: cut
        """

    @Test("the kernel's table names the users that listen, by the number of the port")
    func table() {
        #expect(ListenerOwner.users(port: 9470, in: Self.table) == [998])
        #expect(ListenerOwner.users(port: 80, in: Self.table) == [33])
        #expect(ListenerOwner.users(port: 9471, in: Self.table) == [])
        let six = "  sl\n   0: 00000000000000000000000001000000:24FE 0:0 0A 0:0 00:0 0  1003        0 1\n"
        #expect(ListenerOwner.users(port: 9470, in: six) == [1003])
    }

    @Test("a socket that cannot be seen belongs to whom its folder belongs")
    func folder() {
        let folder = NSTemporaryDirectory()
        let owner = PathStatus(folder)?.owner
        #expect(owner != nil)
        #expect(ListenerOwner.owner(ofSocket: folder + "/none.sock") == owner)
        #expect(ListenerOwner.owner(ofSocket: "/nowhere/at/all.sock") == nil)
    }
}
