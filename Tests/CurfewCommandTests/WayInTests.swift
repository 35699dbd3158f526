import CampaignModel
import Foundation
import Ports
import Testing
import Wire

@testable import CurfewCommands

@Suite("The way in for somebody who is not the service's user")
struct WayInTests {
    @Test(
        "a missing right leads to the port; whatever else is wrong with the socket is found out by trying",
        arguments: [
            (nil, 9470, ControlClient.Place.socket("/run/s")), (ENOENT, 9470, .socket("/run/s")),
            (ECONNREFUSED, 9470, .socket("/run/s")), (EACCES, 9470, .loopback(host: "127.0.0.1", port: 9470)),
            (EPERM, 9471, .loopback(host: "127.0.0.1", port: 9471)),
        ])
    func place(errno: Int32?, port: Int, place: ControlClient.Place) throws {
        #expect(try ControlClient.Place(socket: "/run/s", errno: errno, port: ("127.0.0.1", port)) == place)
    }

    @Test("where there is no port either, the right is what is missing, and is said")
    func forbidden() throws {
        #expect(throws: ClientFailure.forbidden(socket: "/run/s")) {
            try ControlClient.Place(socket: "/run/s", errno: EACCES, port: ("127.0.0.1", 0))
        }
        let told = Trouble(ClientFailure.forbidden(socket: "/run/s")).sentence
        #expect(told.en.contains("no right to use /run/s") && told.en.contains("http.socket_group"))
    }
}
