import Glibc

/// Who says whether the machine's wall is steered: the kernel, which hears it from every kind of NTP client; where a sandbox
/// forbids asking it, the marks that clients leave.
package struct ClockSteering: Sendable {
    /// systemd-timesyncd keeps its folder while it runs, and touches the file when it has set the wall.
    package static let timesyncFolder = "/run/systemd/timesync"
    private static let timesyncMark = "synchronized"

    private let kernel: @Sendable () -> Bool?
    private let folder: String

    /// - Parameter kernel: nil where it does not answer.
    package init(kernel: @escaping @Sendable () -> Bool?, timesyncFolder: String = ClockSteering.timesyncFolder) {
        self.kernel = kernel
        folder = timesyncFolder
    }

    /// nil: nobody says.
    package func isSynchronised() -> Bool? {
        if let word = kernel() { return word }
        if Self.exists("\(folder)/\(Self.timesyncMark)") { return true }
        // It runs and has not set the wall yet.
        return Self.exists(folder) ? false : nil
    }

    package static func isSynchronised() -> Bool? { machine.isSynchronised() }

    private static let machine = ClockSteering(kernel: { KernelTime.isSynchronised() })

    private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
