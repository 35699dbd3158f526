import ArgumentParser
import CampaignModel
import Engine
import Foundation
import Glibc
import HostSystem
import Logging
import Ports
import UnixSignals
import Words

/// A disk that is full when the daemon starts is waited for. Whoever ended instead would be started again a few times by
/// systemd and then stay down, when all it takes is some room.
struct DiskWait {
    private static let pause: Duration = .seconds(5)

    private let language: Language

    init(_ language: Language) { self.language = language }

    func start(
        _ settings: Settings, _ clock: any Clock, _ logger: Logger,
        _ checkpoint: @escaping @Sendable (Checkpoint) -> Void
    ) async throws -> Daemon {
        let notifier = SystemdNotifier()
        // Nobody else hears a stop yet: the daemon's own services come with the daemon.
        let stop = Waker()
        var listening: Task<Void, Never>?
        defer { listening?.cancel() }
        return try await begun(
            pause: RealPause(), stop: stop,
            told: { why, isNew in
                let sentence = Catalogue.Damage.storageTrouble(why).text(in: language)
                if isNew { logger.critical("the disk is full: waiting for room", metadata: ["why": "\(why)"]) }
                notifier?.status(sentence)
                // Longer than a pause and the attempt after it.
                notifier?.extendStart(.seconds(60))
                listening =
                    listening
                    ?? Task {
                        for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) { stop.wake() }
                    }
            },
            attempt: { try Daemon(settings, clock: clock, logger: logger, checkpoint: checkpoint) })
    }

    /// Tries again until there is room.
    /// - Parameters:
    ///   - told: gets what the disk says, and whether it says it for the first time.
    ///   - stop: ends the wait, as a stop does.
    func begun<Begun>(
        pause: any Pause, stop: Waker, told: (String, _ isNew: Bool) -> Void, attempt: () throws -> Begun
    ) async throws -> Begun {
        var last: String?
        while true {
            do { return try attempt() } catch {
                guard let why = Self.lackOfRoom(error) else { throw error }
                told(why, last != why)
                last = why
                if await pause.wait(atMost: Self.pause, for: stop) { throw ExitCode.success }
            }
        }
    }

    /// What the disk says when all that is missing is room; nil for everything else.
    static func lackOfRoom(_ error: any Error) -> String? {
        func words(_ code: Int32) -> String? {
            code == ENOSPC || code == EDQUOT ? String(cString: strerror(code)) : nil
        }
        switch error {
        case LedgerError.storage(let why): return why.contains("full") ? why : nil
        case let error as SealFileError: return words(error.errno)
        case LedgerLockError.unusable(_, let code): return words(code)
        case TrayError.folder(_, let code), TrayError.notWritten(_, let code): return words(code)
        case let error as CocoaError where error.code == .fileWriteOutOfSpace: return words(ENOSPC)
        default: return nil
        }
    }
}
