import Testing

@testable import curfew_lab

@Suite("What the fault rehearsal counts")
struct FaultFiguresTests {
    @Test("the last line has the keys that scripts read, in their order")
    func figures() {
        var tally = FaultTally()
        tally.kills = 1000
        tally.unknownMaxPerKill = 4
        var part = FaultTally()
        part.syscallPositions = 7
        part.images = 9
        part.unknownMaxPerKill = 2
        part.violate("a part found something")
        tally.add(part)
        #expect(
            tally.json == """
                {"faults":{"kills":1000,"duplicates":0,"lost":0,"over_cap":0,"in_quiet_hours":0,\
                "unknown_max_per_kill":4,"syscall_positions":7,"images":9,"notices":0,"notices_twice":0,\
                "notices_lost":0,"violations":1}}
                """)
    }

    /// As `strace -f -y -xx` writes it: every text and every path in hexadecimal.
    private static func hex(_ text: String) -> String {
        text.utf8.map { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test("a recording is read in the order that is worst: writes count from their beginning, syncs from their end")
    func recordings() {
        let log = Self.hex("/s/ledger.db-wal")
        let trace = """
            11 pwrite64(7<\(log)>, "\(Self.hex("ab, (c)"))", 7, 32) = 7
            12 fdatasync(7<\(log)> <unfinished ...>
            11 pwrite64(7<\(log)>, "\(Self.hex("z"))", 1, 39 <unfinished ...>
            12 <... fdatasync resumed>)          = 0
            11 <... pwrite64 resumed>)           = 1
            13 sendto(9<\(Self.hex("socket:[4]"))>, "\(Self.hex(#"{"to_user_id":"u-1"}"#))", 20, MSG_NOSIGNAL, NULL, 0) = 20
            13 sendto(9<\(Self.hex("socket:[4]"))>, "\(Self.hex("GET /"))", 5, MSG_NOSIGNAL, NULL, 0) = 5
            11 fdatasync(7<\(log)>) = -1 EIO (Input/output error)
            11 ftruncate(7<\(log)>, 0) = 0
            11 unlink("\(log)") = 0
            11 pwrite64(8<\(Self.hex("/s/stage-1.tmp"))>, "\(Self.hex("q"))", 1, 0) = 1
            """
        #expect(
            FaultDiskEvent.parse(trace: trace, ledger: "/s/ledger.db") == [
                .write(file: "ledger.db-wal", offset: 32, bytes: Array("ab, (c)".utf8)),
                .write(file: "ledger.db-wal", offset: 39, bytes: Array("z".utf8)),
                .synced(file: "ledger.db-wal"), .sent("u-1"), .truncated(file: "ledger.db-wal", size: 0),
                .removed(file: "ledger.db-wal"),
            ])
    }

    @Test("a torn write keeps whole sectors, and a small one its first half")
    func tornWrites() {
        func kept(_ count: Int) -> Int? {
            let write = FaultDiskEvent.write(file: "f", offset: 0, bytes: [UInt8](repeating: 1, count: count))
            guard case .write(_, _, let bytes) = write.torn else { return nil }
            return bytes.count
        }
        #expect([4096, 1200, 24, 1].map(kept) == [2048, 512, 12, 0])
    }

    @Test("a kill point is a point, a count and perhaps a stop")
    func killPoints() {
        for text in ["after-start:1", "after-reply:20", "after-settle:3:stop"] {
            #expect(throws: Never.self) { try KillPoint(text) }
        }
        for text in ["", "after-start", "after-start:0", "never:1", "after-start:1:go", "after-start:1:stop:x"] {
            #expect(throws: (any Error).self) { try KillPoint(text) }
        }
    }
}
