import ArgumentParser
import CampaignModel
import Foundation
import Glibc
import HostSystem
import Ports
import Synchronization
import Testing
import Words

@testable import CurfewCommands

@Suite("A start waits for room on the disk, and refuses what it cannot hold")
struct StartConditionTests {
    /// Passes at once, so often, and is then woken by a stop.
    private final class QuickPause: Pause {
        private let waits = Atomic(0)
        private let stopsAfter: Int
        init(stopsAfter: Int = .max) { self.stopsAfter = stopsAfter }
        var count: Int { waits.load(ordering: .relaxed) }
        func wait(atMost limit: Duration?, for waker: Waker) async -> Bool {
            waits.add(1, ordering: .relaxed)
            return count >= stopsAfter
        }
    }
    private struct Other: Error {}

    @Test("a disk that is full at the start is waited for, and each thing that it says is told once")
    func waits() async throws {
        let pause = QuickPause()
        var answers: [(any Error)?] = [
            LedgerError.storage("database or disk is full"), LedgerError.storage("database or disk is full"),
            LedgerLockError.unusable(path: "/state/lock", errno: ENOSPC), nil,
        ]
        var told: [String] = []
        let begun = try await DiskWait(.en).begun(
            pause: pause, stop: Waker(), told: { why, isNew in if isNew { told.append(why) } },
            attempt: {
                if let error = answers.removeFirst() { throw error }
                return "begun"
            })
        #expect(begun == "begun" && pause.count == 3)
        #expect(told == ["database or disk is full", "No space left on device"])
    }

    @Test("a stop during the wait is a clean end")
    func stopped() async throws {
        let pause = QuickPause(stopsAfter: 2)
        await #expect(throws: ExitCode.success) {
            try await DiskWait(.en).begun(pause: pause, stop: Waker(), told: { _, _ in }) {
                throw LedgerError.storage("database or disk is full")
            }
        }
        #expect(pause.count == 2)
    }

    @Test("what room would not mend ends the start at once")
    func other() async throws {
        let pause = QuickPause()
        await #expect(throws: Other.self) {
            try await DiskWait(.en).begun(pause: pause, stop: Waker(), told: { _, _ in }) { throw Other() }
        }
        #expect(pause.count == 0)
    }

    @Test(
        "what is lack of room, and what is not",
        arguments: [
            (LedgerError.storage("database or disk is full"), true), (LedgerError.storage("disk I/O error"), false),
            (LedgerError.corrupt("disk I/O error"), false),
            (LedgerLockError.unusable(path: "/state/lock", errno: ENOSPC), true),
            (LedgerLockError.unusable(path: "/state/lock", errno: EACCES), false),
            (TrayError.folder(path: "/inbox", errno: EDQUOT), true),
            (TrayError.notWritten(name: "a", errno: ENOSPC), true),
            (TrayError.notWritten(name: "a", errno: EROFS), false), (CocoaError(.fileWriteOutOfSpace), true),
            (CocoaError(.fileWriteNoPermission), false), (Other(), false),
        ] as [(any Error, Bool)])
    func room(_ error: any Error, _ isRoom: Bool) {
        #expect((DiskWait.lackOfRoom(error) != nil) == isRoom)
    }

    @Test(
        "every request on the wire has a descriptor, or the start is refused",
        arguments: [
            // requests, soft, hard; what is set: nil leaves it, and a refusal is -1.
            (64, 1024, 4096, nil), (768, 1024, 4096, nil), (769, 1024, 4096, 1025), (1024, 1024, 4096, 1280),
            (1024, 1280, 1280, nil), (1024, 1024, 1280, 1280), (1024, 1024, 1279, -1), (513, 256, 512, -1),
        ] as [(Int, UInt, UInt, Int?)])
    func descriptors(_ requests: Int, _ soft: UInt, _ hard: UInt, _ set: Int?) throws {
        func wanted() throws -> Int? {
            try DescriptorLimit.wanted(requests: requests, soft: rlim_t(soft), hard: rlim_t(hard)).map { Int($0) }
        }
        if set == -1 {
            let refusal = try #require(throws: DescriptorLimit.TooLow.self) { try wanted() }
            let text = refusal.sentence.text(in: .en)
            #expect(text.contains("\(requests)") && text.contains("\(requests + 256)"), "\(text)")
        } else {
            #expect(try wanted() == set)
        }
    }
}
