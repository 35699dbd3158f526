import CampaignModel

/// Whether the ledger that lies in the state directory is the one that was last in use there.
///
/// A copy would write to the same people from two places, and an older state would write to them again. Neither can be
/// seen in the database itself, so it is held against what was noted beside it.
package enum SealRule {
    package enum Verdict: Sendable, Equatable {
        /// A ledger that was never in use: it is sealed here.
        case first
        case same
        case refused(LedgerDoubt)
    }

    package static func judge(_ mark: LedgerMark, against seal: LedgerSeal?, in place: SealPlace) -> Verdict {
        if let madeAt = mark.copiedAt { return .refused(.isBackup(madeAt: madeAt)) }
        guard let seal else { return mark.isSealed ? .refused(.sealMissing) : .first }
        guard seal.ledger == mark.ledger else { return .refused(.otherLedger) }
        if !seal.place.machine.isEmpty, !place.machine.isEmpty, seal.place.machine != place.machine {
            return .refused(.otherMachine)
        }
        guard seal.place.file == place.file else { return .refused(.otherFile) }
        // The ledger is flushed before the seal is written, so it may be ahead by a crash, and never behind.
        guard mark.term >= seal.term, mark.beat >= seal.beat, mark.audit.seq >= seal.audit.seq else {
            return .refused(.older(knownUntil: mark.knownUntil, sealedAt: seal.at))
        }
        return .same
    }
}
