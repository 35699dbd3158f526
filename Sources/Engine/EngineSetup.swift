import Answers
import CampaignFiles
import CampaignModel
import Channels
import Digests
import Experiments
import Logging
import Ports
import SendingRules
import Words

/// What every service of the engine is composed with.
package struct EngineSetup: Sendable {
    package var ledger: any Ledger
    package var transport: any Transport
    package var clock: any Clock
    package var term: Term
    package var limits: RuleLimits
    /// Requests on the wire at once, at most.
    package var concurrency: Int
    package var accounts: [AccountSetup] { didSet { places = Self.places(of: accounts) } }
    /// Asked for with each lane of each step: of hundreds, nobody looks through all.
    private var places: [AccountID: Int]
    package var people: [PersonSetup]
    /// Their tokens, as the configuration's files have them now.
    package var roll = TokenRoll()
    package var apps: [AppSetup]
    package var address: PlatformAddress
    package var language: Language
    /// A name without a token is taken at its word: only ever with a platform on loopback.
    package var trustNames: Bool
    /// Audience files stay in the drop folder after their import.
    package var keepAudienceFiles: Bool
    package var board: DepartureBoard
    /// Rule 27. Believes the wall until the composition gives it eyes.
    package var watch: ClockWatch
    package var shelf: TokenShelf
    package var lanes = LaneBoard()
    package var images = ImageBoard()
    /// What would become of the runs in review.
    package var foretold = ForecastShelf()
    package var bells: Bells
    package var logger: Logger
    package var review = ReviewTerms()
    /// How long a report stays beside its file after the run has ended.
    package var reportsBeside: Duration = .days(7)
    /// How the drop folder stands.
    package var inbox = InboxBoard()
    /// The files around the ledger in which an erased person's id may stand; nil where there are none.
    package var traces: (any TraceStore)?
    /// Rule 33: whom a test-send may reach, by the account's name.
    package var testPeople: [String: Set<String>] = [:]
    /// Rule 20: replies that mean *do not write to me*.
    package var optOut = OptOutWords()
    /// Who may tell events over HTTP.
    package var partners: [PartnerSetup] = []
    package var exports = ExportBoard()
    /// Who is told what happens.
    package var noticeTargets: [NoticeTarget] = []
    /// What the door for events did not take.
    package var inbound = InboundTally()
    /// The counted model of rule 8: what one authorisation is worth; nil: the daily model.
    package var stockPerAuthorization: Int?
    /// Whom no campaign of the house writes to.
    package var holdout = GlobalHoldout(HoldoutSettings())
    /// 32 bytes that nobody can guess: what a browser shows after a login.
    package var freshSecret: @Sendable () -> [UInt8] = { preconditionFailure("no source of secrets was given") }
    package var meters = Meters()
    let triggers = TriggerBook()
    package var probe = WriteProbe()
    /// nil from a machine that nobody asks.
    package var host: @Sendable () -> HostFigures = { HostFigures() }
    /// What was built, as labels; and a number that another configuration does not have.
    package var build: [(String, String)] = []
    package var configurationHash = 0
    /// Where pages put what somebody gives them; nil: pages take nothing.
    package var bench: (any DropBench)?
    /// The daemon's own system user; nil where files have none.
    package var ownUser: UInt32?
    /// What `check`, `preview` and `forecast` say of a campaign file, by its path.
    package var examine: (@Sendable (_ path: String, Language, Moment) throws -> DropSheet)?
    /// The configuration in force, for whoever looks at it.
    package var settingLines: [SettingsSheet.Line] = []
    /// Told at the moments between which a process can die; the fault tests stop it there. Nothing otherwise.
    /// Asked between two pieces of long work.
    package var pace: any WorkPace = Unhurried()
    package var checkpoint: @Sendable (Checkpoint) -> Void = { _ in }

    package init(
        ledger: any Ledger, transport: any Transport, clock: any Clock, term: Term, limits: RuleLimits,
        concurrency: Int, accounts: [AccountSetup], people: [PersonSetup], apps: [AppSetup],
        address: PlatformAddress, language: Language, trustNames: Bool, keepAudienceFiles: Bool, bells: Bells,
        logger: Logger
    ) {
        self.ledger = ledger
        self.transport = transport
        self.clock = clock
        self.term = term
        self.limits = limits
        self.concurrency = concurrency
        self.accounts = accounts
        places = Self.places(of: accounts)
        self.people = people
        self.apps = apps
        self.address = address
        self.language = language
        self.trustNames = trustNames
        self.keepAudienceFiles = keepAudienceFiles
        self.bells = bells
        self.logger = logger
        watch = ClockWatch(clock: clock, watches: false)
        board = DepartureBoard(clock: clock, limits: limits)
        shelf = TokenShelf(bell: bells.tokens)
    }

    private static func places(of accounts: [AccountSetup]) -> [AccountID: Int] {
        Dictionary(
            accounts.enumerated().map { ($0.element.record.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    func account(_ id: AccountID) -> AccountSetup? { places[id].map { accounts[$0] } }
    func account(named name: String) -> AccountSetup? { accounts.first { $0.record.name == name } }
    /// The wire first, the ledger second: a stop must not let another message out while it waits for the disk. A ledger that
    /// takes no writes keeps nobody from stopping either: the stop holds in memory, is told as what it is, and the
    /// dispatcher writes it down as soon as there is room. Refused: taking it back, because whoever stops has a reason.
    /// - Returns: how many attempts are on the wire; nil: the stop is not written down yet.
    func stopEverything(by person: String, at now: Moment) throws -> Int? {
        board.stopAll(true)
        do { return try ledger.setStop(true, person: person, at: now, term: term) } catch LedgerError.storage(let why) {
            board.owe(stopBy: person)
            bells.dispatcher.ring()
            logger.critical(
                "everything is stopped, and the ledger cannot take it down: after a restart it would go on",
                metadata: ["person": "\(person)", "why": "\(why)"])
            return nil
        }
    }

    /// Whom a line of events means: a partner's system may go on telling the label by which it was set up. Whoever bears a
    /// label now comes before whoever bore it first.
    func account(toldAs name: String) -> AccountSetup? {
        account(named: name) ?? accounts.first { $0.record.knownAs == name }
    }
    /// The same of an app, which is also told by its client_key.
    func app(toldAs name: String) -> AppSetup? {
        apps.first { $0.name == name || $0.clientKey == name } ?? apps.first { knownName(of: $0) == name }
    }
    /// As what events know an app, whatever the configuration calls it now.
    func knownName(of app: AppSetup) -> String {
        accounts.first { $0.record.app == app.id }?.record.appKnownAs ?? app.name
    }
    func app(_ id: AppID) -> AppSetup? { apps.first { $0.id == id } }

    /// The moment on the wall at which so much real time has passed: on a rehearsal a virtual second is no time to work in.
    package func wall(in real: Duration, after now: Moment) -> Moment {
        // A moment is cut to its millisecond: without one more it would come before the time is over.
        now + .milliseconds(Int64((Double(real.wholeMilliseconds + 1) * max(clock.speed(), 1)).rounded(.up)))
    }

    var gate: Gate {
        Gate(limits: limits, clock: ClockFacts(doubt: clock.doubt, speed: clock.speed(), distrust: watch.look()))
    }
}

/// What the machine's half of dual review goes by (rules 14 and 14a).
package struct ReviewTerms: Sendable {
    package let words: SensitiveWords
    /// An audience of this many asks for two persons.
    package let twoPeopleFrom: Int
    /// All of it as a digest: a review holds for the terms that it was made under.
    package let terms: String
    package init(words: SensitiveWords = .shipped, twoPeopleFrom: Int = 10_000) {
        self.words = words
        self.twoPeopleFrom = twoPeopleFrom
        terms = Digest.of("\(twoPeopleFrom)\n\(words.listing)".utf8).hexadecimal
    }
}

/// The moments of a delivery between which a process can die.
package enum Checkpoint: String, Sendable, CaseIterable {
    /// Attempts are durable, nothing has been handed to the wire.
    case afterStart = "after-start"
    /// The same, for a batch that holds a second attempt at somebody.
    case afterRetryStart = "after-retry-start"
    /// Requests are with the transport.
    case afterDeparture = "after-departure"
    /// Replies were read, their ends are not durable.
    case afterReply = "after-reply"
    /// Ends are durable.
    case afterSettle = "after-settle"
}

package struct AccountSetup: Sendable {
    package var record: AccountRecord
    package var pace: PaceSpec
    package init(record: AccountRecord, pace: PaceSpec) {
        self.record = record
        self.pace = pace
    }
    var tokenOwner: TokenOwner { .account(openID: record.openID) }
}

package struct AppSetup: Sendable {
    package var id: AppID
    /// The platform's id: `tt…`.
    package var name: String
    package var clientKey: String
    package var clientSecret: Secret
    /// The first signs token requests; all of them are accepted on events.
    package var webhookSecrets: [Secret]
    /// For business tokens, comma separated.
    package var scope: String
    package init(
        id: AppID, name: String, clientKey: String, clientSecret: Secret, webhookSecrets: [Secret],
        scope: String = "im.direct_message"
    ) {
        self.id = id
        self.name = name
        self.clientKey = clientKey
        self.clientSecret = clientSecret
        self.webhookSecrets = webhookSecrets
        self.scope = scope
    }
}

package struct PersonSetup: Sendable {
    package var name: String
    package var roles: [PersonRole]
    package var token: Secret?
    package var tokenExpires: Moment?
    /// The system user whose dropped files are theirs; nil: nobody's in particular.
    package var unixUser: UInt32?
    /// What the holder of this token was called before: what was done under these names was by the same person.
    package var formerNames: Set<String> = []
    package init(name: String, roles: [PersonRole], token: Secret?) {
        self.name = name
        self.roles = roles
        self.token = token
    }

    /// Whom a name that was written then means now.
    func called(_ name: String) -> String { formerNames.contains(name) ? self.name : name }
}

extension [PersonSetup] {
    /// Of the approvals of what is still in review, those that count: of people who may approve today. What was approved
    /// while they might stays approved.
    func standing(_ approvals: [String]) -> [String] {
        approvals.filter { name in
            contains { $0.called(name) == $0.name && RoleRule.mayDo(.approve, roles: $0.roles) }
        }
    }
}

/// Another daemon reigns over the ledger now. Going on would risk a second contact.
package struct ReignLost: Error {
    package let current: Term
}

/// The ledger is damaged. Whoever goes on writing makes it worse.
package struct LedgerUnusable: Error {
    package let why: String
}

extension EngineSetup {
    /// Runs a ledger verb and turns what must end the daemon into the errors that do.
    package func reigning<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch LedgerError.fenced(let current) {
            throw ReignLost(current: current)
        } catch LedgerError.corrupt(let why) {
            throw LedgerUnusable(why: why)
        }
    }
}
