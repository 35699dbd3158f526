/// Something that people who never see a shell are told. The number is what the ledger stores; the code is what receivers
/// read.
package enum NoticeKind: Int, Sendable, Codable, CaseIterable {
    case inReview = 1
    case approved = 2
    case rejected = 3
    case started = 4
    case finished = 5
    /// Its time was over before everybody was written to.
    case expired = 6
    /// The machine paused it: its content was refused.
    case pausedByMachine = 7
    case accountStopped = 8
    case accountFrozen = 9
    case stoppedAll = 10
    case goesOn = 11
    /// Somebody tries a target.
    case test = 12
    case unknownAppeared = 20
    case willNotFit = 21
    case clockInDoubt = 22
    case diskNearlyFull = 23
    /// The ledger takes no writes. Told from memory: nothing can be kept.
    case ledgerTrouble = 24
    case webhookSilent = 25
    case backupOld = 26
    case manyOptOuts = 27
    case daySummary = 28

    package var code: String {
        switch self {
        case .inReview: "run.in_review"
        case .approved: "run.approved"
        case .rejected: "run.rejected"
        case .started: "run.started"
        case .finished: "run.finished"
        case .expired: "run.expired"
        case .pausedByMachine: "run.paused_by_machine"
        case .accountStopped: "account.stopped"
        case .accountFrozen: "account.frozen"
        case .stoppedAll: "all.stopped"
        case .goesOn: "all.going"
        case .test: "test"
        case .unknownAppeared: "unknown.appeared"
        case .willNotFit: "run.will_not_fit"
        case .clockInDoubt: "clock.in_doubt"
        case .diskNearlyFull: "disk.nearly_full"
        case .ledgerTrouble: "ledger.trouble"
        case .webhookSilent: "webhook.silent"
        case .backupOld: "backup.old"
        case .manyOptOuts: "people.opting_out"
        case .daySummary: "day.summary"
        }
    }

    /// Told at night as well.
    package var isPage: Bool {
        switch self {
        case .accountStopped, .accountFrozen, .stoppedAll, .clockInDoubt, .diskNearlyFull, .ledgerTrouble, .test: true
        case .inReview, .approved, .rejected, .started, .finished, .expired, .pausedByMachine, .goesOn,
            .unknownAppeared, .willNotFit, .webhookSilent, .backupOld, .manyOptOuts, .daySummary:
            false
        }
    }
}

/// One of them as the ledger keeps it. Names of the house, codes and counts; never who was written to, never a text.
package struct Notice: Sendable, Equatable {
    package var id: Int64
    package var at: Moment
    package var kind: NoticeKind
    package var run = ""
    package var account = ""
    /// One of ours, who acted.
    package var person = ""
    /// A reason's code.
    package var code = ""
    /// What a reviewer wrote, unless it names somebody who is written to.
    package var note = ""
    package var figures: [String: Int] = [:]
    package init(id: Int64, at: Moment, kind: NoticeKind) { (self.id, self.at, self.kind) = (id, at, kind) }
}

/// Where notices go, as the configuration says.
package struct NoticeTargetSettings: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case feishu, dingtalk, wecom
        /// Standard Webhooks.
        case webhook
        case mail
    }
    package enum Level: String, Sendable, CaseIterable { case all, page }

    package var name: String
    package var kind: Kind
    /// The whole address lies with the secrets: a robot's holds its key.
    package var address: SecretSource
    /// Two of a webhook while one is replaced; a mail server's password.
    package var secrets: [SecretSource]
    package var level: Level
    package var mailUser: String?
    package var mailFrom: String?
    package var mailTo: [String]

    package init(name: String, kind: Kind, address: SecretSource, secrets: [SecretSource] = [], level: Level = .all) {
        (self.name, self.kind, self.address, self.secrets, self.level) = (name, kind, address, secrets, level)
        mailTo = []
    }
}
