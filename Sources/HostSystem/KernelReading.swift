import Foundation
import Glibc
import Ports

/// What the kernel has counted of this process, and what lies beside the ledger.
package struct KernelReading: Sendable {
    private let ledger: String
    private let sink: LogSink?

    /// - Parameters:
    ///   - ledger: the ledger's file.
    ///   - sink: whose lost lines are counted.
    package init(ledger: String, sink: LogSink?) { (self.ledger, self.sink) = (ledger, sink) }

    package func read() -> HostFigures {
        var figures = HostFigures()
        var usage = rusage()
        if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            figures.cpuSeconds = Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
        }
        if let pages = Self.text("/proc/self/statm")?.split(separator: " ").compactMap({ Int($0) }), pages.count > 1 {
            let page = sysconf(Int32(_SC_PAGESIZE))
            figures.virtualBytes = pages[0] * page
            figures.residentBytes = pages[1] * page
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            figures.descriptorsMax = Int(clamping: limit.rlim_cur)
        }
        figures.openDescriptors = Self.entries("/proc/self/fd")
        figures.threads = Self.entries("/proc/self/task")
        figures.startSeconds = Self.start
        var disk = statvfs()
        if statvfs((ledger as NSString).deletingLastPathComponent, &disk) == 0 {
            figures.diskFreeBytes = Int(clamping: UInt64(disk.f_bavail) * UInt64(disk.f_frsize))
        }
        figures.ledgerBytes = PathStatus(ledger)?.bytes
        figures.logBytes = PathStatus(ledger + "-wal")?.bytes ?? 0
        figures.backedUp = BackupMark.read(beside: ledger)
        figures.logLinesLost = sink?.linesLost
        return figures
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }

    private static func entries(_ path: String) -> Int? {
        // Safe because what the kernel does not tell is left out.
        (try? FileManager.default.contentsOfDirectory(atPath: path))?.count
    }

    private static func text(_ path: String) -> String? {
        // Safe because what the kernel does not tell is left out.
        try? String(contentsOfFile: path, encoding: .utf8)
    }

    /// Boot time and the process's own ticks since then.
    private static let start: Double? = {
        guard let stat = text("/proc/self/stat")?.split(separator: ")").last?.split(separator: " "), stat.count > 19,
            let ticks = Double(stat[19]),
            let boot = text("/proc/stat")?.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }),
            let booted = Double(boot.dropFirst("btime ".count))
        else { return nil }
        return booted + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }()
}

/// Beside the ledger: when a backup of it was last made and found sound. For figures alone; nobody decides by it.
package enum BackupMark {
    private static func path(beside ledger: String) -> String { ledger + ".backed-up" }

    package static func write(_ milliseconds: Int64, beside ledger: String) throws {
        let text = "\(milliseconds)\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(beside: ledger)), options: .atomic)
        // Whoever makes the backup may be another user than the daemon, which tells of it.
        chmod(path(beside: ledger), 0o644)
    }

    /// Seconds since 1970.
    package static func read(beside ledger: String) -> Double? {
        // Safe because without a mark there is no figure.
        let text = try? String(contentsOfFile: path(beside: ledger), encoding: .utf8)
        return text.flatMap { Int64($0.filter { $0 != "\n" }) }.map { Double($0) / 1000 }
    }
}
