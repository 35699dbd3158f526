/// The configuration of one daemon, checked and complete: every default is filled in. Secrets are named, never held.
/// The keys with their defaults and prose are `Catalogue.settingKeys`; reading them is `HostSystem`'s.
package struct Settings: Sendable, Equatable {
    /// The directory of the ledger, its lock, and the key of erased people.
    package var state: String
    /// The drop folder. A relative path counts from the working directory.
    package var inbox: String
    package var language: Language
    /// Leave audience files in the drop folder after import, with the personal ids in them.
    package var keepAudienceFiles: Bool
    package var platform: PlatformSettings
    package var http: DoorSettings
    package var people: [PersonSettings]
    package var apps: [AppSettings]
    package var rules: RuleSettings
    package var limits: LimitSettings
    /// Accept `--as NAME` without a token. Only ever true with a loopback platform.
    package var trustAs: Bool
    package var review = ReviewSettings()
    package var events = EventSettings()
    package var holdout = HoldoutSettings()
    /// Whom a test-send may reach, by account.
    package var testPeople: [TestPeopleSettings] = []
    /// Who is told what happens.
    package var notify: [NoticeTargetSettings] = []
    /// A number that another text of the file does not have; 0: it came from no file.
    package var fingerprint = 0

    package init(
        state: String, inbox: String, language: Language, keepAudienceFiles: Bool, platform: PlatformSettings,
        http: DoorSettings, people: [PersonSettings], apps: [AppSettings], rules: RuleSettings,
        limits: LimitSettings, trustAs: Bool
    ) {
        (self.state, self.inbox, self.language, self.keepAudienceFiles) = (state, inbox, language, keepAudienceFiles)
        (self.platform, self.http, self.people, self.apps) = (platform, http, people, apps)
        (self.rules, self.limits, self.trustAs) = (rules, limits, trustAs)
    }

    /// The account of that name with its app. Names are unique over all apps.
    package func account(named name: String) -> (app: AppSettings, account: AccountSettings)? {
        for app in apps {
            if let account = app.accounts.first(where: { $0.name == name }) { return (app, account) }
        }
        return nil
    }
}

/// People of the house who look at a campaign on their own phones before it is approved (rule 33).
package struct TestPeopleSettings: Sendable, Equatable {
    package var account: String
    package var openIDs: [String]
    package init(account: String, openIDs: [String]) { (self.account, self.openIDs) = (account, openIDs) }
}

/// What comes in from outside.
package struct EventSettings: Sendable, Equatable {
    package struct Partner: Sendable, Equatable {
        package var name: String
        package var key: SecretSource
        package init(name: String, key: SecretSource) { (self.name, self.key) = (name, key) }
    }
    /// nil: the door stays closed.
    package var listen: (host: String, port: Int)? { host.isEmpty ? nil : (host, port) }
    package var host = ""
    package var port = 0
    /// Empty: only the words that come with the product.
    package var optOutWords = ""
    package var sendsPerAuthorization = 3
    package var partners: [Partner] = []
    package init() {}
}

/// The machine's half of dual review (rules 14 and 14a).
package struct ReviewSettings: Sendable, Equatable {
    /// Files with further words, one a line; empty: only those that come with the product.
    package var blockWords = ""
    package var reviewWords = ""
    /// An audience of this many asks for two persons.
    package var twoPeopleFrom = 10_000
    package init() {}
}

package struct PlatformSettings: Sendable, Equatable {
    /// Without a slash at its end: `https://open.douyin.com`. Plain `http` only to loopback.
    package var baseURL: String
    /// Of one whole exchange.
    package var timeout: Duration
    /// Requests on the wire at once, at most.
    package var concurrency: Int
    /// The address is this machine: needed for a rehearsal clock and for `trustAs`.
    package var isLoopback: Bool

    package init(baseURL: String, timeout: Duration, concurrency: Int, isLoopback: Bool) {
        (self.baseURL, self.timeout, self.concurrency, self.isLoopback) = (baseURL, timeout, concurrency, isLoopback)
    }
}

/// Where the daemon itself can be spoken to.
package struct DoorSettings: Sendable, Equatable {
    package var host: String
    /// 0: any free one.
    package var port: Int
    /// The local socket that commands use.
    package var socket: String
    /// Who may use the socket beside the service's own user; nil: nobody.
    package var socketGroup: String?
    /// What browsers see behind a proxy that speaks TLS: scheme, host, and port where it is not the scheme's own.
    package var origin: String?
    /// The name in it, without scheme and port.
    package var originHost: String? {
        guard let origin, let rest = origin.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first
        else { return nil }
        if rest.first == "[" { return String(rest.dropFirst().prefix { $0 != "]" }) }
        return String(rest.prefix { $0 != ":" })
    }
    /// With what the port proves itself to browsers, PEM; both or none. Only then it may leave this machine.
    package var tlsCertificate: String?
    package var tlsKey: SecretSource?
    /// The system user of a proxy that may name people on the socket; nil: none may.
    package var proxyUser: String?
    /// In which header it names them.
    package var proxyHeader = "X-Forwarded-User"

    package init(host: String, port: Int, socket: String) { (self.host, self.port, self.socket) = (host, port, socket) }
}

package enum PersonRole: String, Sendable, CaseIterable {
    /// May look at everything in a browser, and change nothing.
    case viewer
    /// May drop campaigns under this name.
    case author
    /// May approve what others wrote.
    case reviewer
    /// May pause, resume, cancel, settle unknowns, and tend accounts and lists.
    case `operator`
}

package struct PersonSettings: Sendable, Equatable {
    package var name: String
    package var roles: [PersonRole]
    /// What proves the person; nil: the name can be written into files and nothing else.
    package var token: SecretSource?
    /// From when on the token proves nobody any more; nil: it has no end.
    package var tokenExpires: Moment?
    /// Whose dropped files are this person's; nil: nobody's in particular.
    package var unixUser: String?

    package init(name: String, roles: [PersonRole], token: SecretSource?) {
        (self.name, self.roles, self.token) = (name, roles, token)
    }
}

/// A mini-program on the platform.
package struct AppSettings: Sendable, Equatable {
    /// The platform's id of it: `tt…`.
    package var id: String
    package var clientKey: String
    package var clientSecret: SecretSource
    /// Any of them signs; two while one is being replaced.
    package var webhookSecrets: [SecretSource]
    /// The app's credit score as last read by a person.
    package var credit: Int
    /// Still in the platform's trial: nothing can be sent (rule 28).
    package var inTrial: Bool
    package var accounts: [AccountSettings]

    package init(
        id: String, clientKey: String, clientSecret: SecretSource, webhookSecrets: [SecretSource], credit: Int,
        inTrial: Bool, accounts: [AccountSettings]
    ) {
        (self.id, self.clientKey, self.clientSecret) = (id, clientKey, clientSecret)
        (self.webhookSecrets, self.credit) = (webhookSecrets, credit)
        (self.inTrial, self.accounts) = (inTrial, accounts)
    }
}

package struct AccountSettings: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable { case personal, enterprise }
    /// A brand account may ask for authorisation on behalf of a staff account (rule 11).
    package enum Role: String, Sendable, CaseIterable { case brand, staff }

    /// What campaign files call it; unique over all apps.
    package var name: String
    package var openID: String
    package var kind: Kind
    package var role: Role
    package var pace: PaceSpec
    /// Can only narrow what Shanghai's quiet hours leave.
    package var zone: Zone
    package var qualification: Qualification?
    /// Only people who were put on the account's allow list may be written to (rule 20).
    package var allowListOnly: Bool
    /// Rule 16: messages an hour of an enterprise account that is slowed: half of its pace, and at least one a second. A
    /// personal one has its own figure.
    package var slowedPerHour: Int { max(Int(pace.perSecond * 1800), 3600) }

    package init(
        name: String, openID: String, kind: Kind, role: Role, pace: PaceSpec, zone: Zone,
        qualification: Qualification?, allowListOnly: Bool
    ) {
        (self.name, self.openID, self.kind, self.role) = (name, openID, kind, role)
        (self.pace, self.zone, self.qualification, self.allowListOnly) = (pace, zone, qualification, allowListOnly)
    }

    /// Lifts rule 3 to its own number while it is valid; never rule 2 (rule 3a).
    package struct Qualification: Sendable, Equatable {
        package var id: String
        package var messagesPerDay: Int
        package var validFrom: Moment
        /// Exclusive.
        package var validTo: Moment

        package init(id: String, messagesPerDay: Int, validFrom: Moment, validTo: Moment) {
            (self.id, self.messagesPerDay, self.validFrom, self.validTo) = (id, messagesPerDay, validFrom, validTo)
        }
    }
}

/// What of `rules.md` a configuration may set. Narrower always; wider only where the rule itself says so.
package struct RuleSettings: Sendable, Equatable {
    package enum StockModel: String, Sendable, CaseIterable {
        /// Renewed every day while authorised: the current platform.
        case daily
        /// A number of sends per authorisation: the earlier one.
        case counted
    }
    package enum PromptModel: String, Sendable, CaseIterable {
        /// At most three cards a day: the current platform.
        case threeADay = "three-a-day"
        /// Two refusals, then seven days without: the earlier one.
        case twoRefusals = "two-refusals"
    }

    /// Rule 1, on Shanghai's wall. Always holds 22:00–08:00.
    package var quietHours: DayWindow
    /// Rule 2, at most 5000.
    package var dailyUsersCap: Int
    /// Rule 3, at most 500.
    package var dailyBatchCap: Int
    /// Rule 4, at most 500.
    package var batchSize: Int
    /// Rule 5, across accounts of one app; the one cap that may be raised.
    package var contactsPerAppPerDay: Int
    /// Count the caps of a day over any 24 hours as well as over the platform's day.
    package var rollingDay: Bool
    /// Rule 7: evidence of consent older than this is asked for again; at most a day.
    package var consentAgeMax: Duration
    /// Rule 8.
    package var stock: StockModel
    /// Rule 12.
    package var prompts = PromptModel.threeADay
    /// Rule 16, at most `riskMessagesPerHourMax`, which is also what it is without a word about it.
    package var riskMessagesPerHour = riskMessagesPerHourMax
    package static let riskMessagesPerHourMax = 50
    /// Rule 19, at least 80.
    package var creditMin = 80
    /// Rule 29; 0: more than three are only warned of.
    package var contactsPerWeek = 0

    package init(
        quietHours: DayWindow, dailyUsersCap: Int, dailyBatchCap: Int, batchSize: Int, contactsPerAppPerDay: Int,
        rollingDay: Bool, consentAgeMax: Duration, stock: StockModel
    ) {
        (self.quietHours, self.dailyUsersCap, self.dailyBatchCap) = (quietHours, dailyUsersCap, dailyBatchCap)
        (self.batchSize, self.contactsPerAppPerDay, self.rollingDay) = (batchSize, contactsPerAppPerDay, rollingDay)
        (self.consentAgeMax, self.stock) = (consentAgeMax, stock)
    }
}

package struct LimitSettings: Sendable, Equatable {
    /// After a request to stop: how long requests on the wire are waited for before they become `unknown`.
    package var stopTimeout: Duration
    /// A step that takes longer is stuck, and the watchdog is no longer fed.
    package var stepTimeout: Duration
    /// By how much the machine's wall clock may be wrong.
    package var clockDoubt: Duration
    /// How long contents and records are kept (rule 24).
    package var keep: RetentionPeriods
    /// How long a report stays beside its file after the run has ended; then it goes to the folder of its month.
    package var reportsBeside: Duration = .days(7)

    package init(
        stopTimeout: Duration, stepTimeout: Duration, clockDoubt: Duration, keep: RetentionPeriods = RetentionPeriods()
    ) {
        (self.keep, self.stopTimeout, self.stepTimeout, self.clockDoubt) = (keep, stopTimeout, stepTimeout, clockDoubt)
    }
}
