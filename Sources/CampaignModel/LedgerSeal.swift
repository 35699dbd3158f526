/// `17:9f2c…`: the number of rows in the audit and the digest of the last. An empty one is `0:` and 64 zeros.
package struct AuditHead: Sendable, Equatable {
    package var seq: Int64
    package var digest: String
    package init(seq: Int64, digest: String) { (self.seq, self.digest) = (seq, digest) }

    package static let empty = AuditHead(seq: 0, digest: String(repeating: "0", count: 64))

    package init?(text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let seq = Int64(parts[0]), seq >= 0, parts[1].count == 64,
            parts[1].allSatisfy({ $0.isHexDigit })
        else { return nil }
        self.init(seq: seq, digest: parts[1].lowercased())
    }

    package var text: String { "\(seq):\(digest)" }
}

/// What a ledger says of itself.
package struct LedgerMark: Sendable, Equatable {
    /// Chance, drawn when the ledger was made; lower-case hex.
    package var ledger: String
    /// It has been in use under a seal; without one it is not where it belongs.
    package var isSealed: Bool
    package var term: Int64
    /// Rises while the daemon works.
    package var beat: Int64
    /// What happened later than this, the ledger may not know.
    package var knownUntil: Moment
    /// Only in a copy that `curfew backup` made: when.
    package var copiedAt: Moment?
    package var audit: AuditHead
    package init(
        ledger: String, isSealed: Bool, term: Int64, beat: Int64, knownUntil: Moment, copiedAt: Moment?,
        audit: AuditHead
    ) {
        (self.ledger, self.isSealed, self.term, self.beat) = (ledger, isSealed, term, beat)
        (self.knownUntil, self.copiedAt, self.audit) = (knownUntil, copiedAt, audit)
    }
}

/// Where a ledger's file is: a copy is another file, and another machine is another machine.
package struct SealPlace: Sendable, Equatable {
    /// `/etc/machine-id`; empty where there is none, and then it proves nothing.
    package var machine: String
    /// The file's number in its file system. A rename keeps it, a copy has another.
    package var file: UInt64
    package init(machine: String, file: UInt64) { (self.machine, self.file) = (machine, file) }
}

/// What was last noted outside of the database, beside it.
package struct LedgerSeal: Sendable, Equatable {
    package var ledger: String
    package var place: SealPlace
    package var term: Int64
    package var beat: Int64
    package var at: Moment
    package var audit: AuditHead
    package init(ledger: String, place: SealPlace, term: Int64, beat: Int64, at: Moment, audit: AuditHead) {
        (self.ledger, self.place, self.term, self.beat, self.at, self.audit) = (ledger, place, term, beat, at, audit)
    }

    package init(_ mark: LedgerMark, place: SealPlace, at now: Moment) {
        self.init(
            ledger: mark.ledger, place: place, term: mark.term, beat: mark.beat, at: now, audit: mark.audit)
    }
}

/// Why a ledger may not be the one that was last here. While there is a doubt, nothing is sent.
package enum LedgerDoubt: Error, Sendable, Equatable {
    /// A copy that `curfew backup` made: what was sent after it is not in it.
    case isBackup(madeAt: Moment)
    /// It was in use elsewhere: the seal that belongs to it is not here.
    case sealMissing
    /// The seal here belongs to another ledger: this one was put, or newly made, in its place.
    case otherLedger
    case otherMachine
    /// The file and its seal are both copies.
    case otherFile
    /// The seal has seen a later state of this very ledger.
    case older(knownUntil: Moment, sealedAt: Moment)
}
