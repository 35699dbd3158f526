import CampaignModel
import Ports

/// What people may ask of the service and do to it. The HTTP door and the commands speak to this, and only to this; it
/// is where a person is proved and where every act becomes durable.
///
/// Answers are values that print as JSON as they stand; the same values are made from a ledger opened read-only when no
/// daemon answers.
package protocol ReadingDesk: AccountReadingDesk {
    func status() throws -> StatusReport
    /// - Throws: `DeskRefusal` for a cursor that is none.
    func runs(_ question: RunsQuestion) throws -> RunsPage
    /// By its name or a campaign's id; of several, the one that `act` would mean.
    func run(_ name: String, for act: ActRequest.Act?) throws -> RunSummary
    func report(run: String) throws -> RunReport
    func explain(_ question: ExplainQuestion) throws -> Explanation
    func unknowns() throws -> [AttemptLine]
}

extension ReadingDesk {
    package func run(_ name: String, for act: ActRequest.Act?) throws -> RunSummary { try report(run: name).summary }

    /// Page by page.
    package func runs(includingEnded: Bool) throws -> [RunSummary] {
        var question = RunsQuestion(includingEnded: includingEnded)
        var runs: [RunSummary] = []
        repeat {
            let page = try self.runs(question)
            runs += page.runs
            question.after = page.next
        } while question.after != nil
        return runs
    }
}

package struct RunsQuestion: Sendable, Equatable {
    package static let limitMax = 200
    package var includingEnded: Bool
    /// `RunsPage.next` of the page before; nil: from the beginning.
    package var after: String?
    package var limit: Int
    package init(includingEnded: Bool, after: String? = nil, limit: Int = Self.limitMax) {
        (self.includingEnded, self.after, self.limit) = (includingEnded, after, limit)
    }
}

/// Some runs in the order of their starts.
package struct RunsPage: Sendable, Codable {
    package var runs: [RunSummary]
    /// Where the next page begins; nil: there is none.
    package var next: String?
    package init(runs: [RunSummary], next: String? = nil) { (self.runs, self.next) = (runs, next) }
}

package protocol ControlDesk: ReadingDesk, AccountDesk, ExportDesk, SessionDesk, PagesDesk, DropDesk, MetricsDesk,
    OutlookDesk, RepeatDesk, NotifyDesk, TokenDesk
{
    /// - Throws: `DeskRefusal`, which says whose fault it is and what to do.
    func act(_ request: ActRequest, as identity: Identity) throws -> ActReceipt
    func testSend(_ request: TestSendRequest, as identity: Identity) throws -> ActReceipt
    /// Takes in what partners wrote down. Bad lines are named and never stop the good ones.
    func takeEvents(_ request: EventsRequest, as identity: Identity) throws -> EventsReceipt
}

/// How a caller proves who they are. A name alone proves nothing, except on a rehearsal that allows it.
package enum Identity: Sendable {
    case token(String)
    case name(String)
    /// What a browser was given when somebody logged in.
    case session(String)
    /// Somebody whom a trusted proxy has proved and names.
    case vouched(String)
    case nobody
}

package struct ActRequest: Sendable, Codable {
    package enum Act: String, Sendable, Codable, CaseIterable {
        case approve, reject, pause, resume, cancel, stopAll = "stop-all", go
        case resolveAccepted = "resolve-accepted", resolveNotSent = "resolve-not-sent"
        case deny, undeny = "un-deny"
        /// Opens an account that the platform or a person closed, after somebody has dealt with the cause.
        case release
        /// Takes back what the platform still lets us take back.
        case recall
        /// Takes a person out of everything, for good.
        case erase
    }
    package var act: Act
    package var run: String?
    package var openID: String?
    /// For `approve`: the digest the person saw. Without it the run's full name says which revision is meant.
    package var digest: String?
    package var account: String?
    /// For `erase`: the id once more, as a second proof that it is meant.
    package var again: String?
    /// For `reject`: what the author reads beside the file.
    package var note: String?
    package init(act: Act, run: String? = nil, openID: String? = nil, digest: String? = nil, account: String? = nil) {
        (self.act, self.run, self.openID, self.digest, self.account) = (act, run, openID, digest, account)
    }
}

package struct TestSendRequest: Sendable, Codable {
    package var run: String
    package var openID: String
    package var variant: String?
    package init(run: String, openID: String, variant: String? = nil) {
        (self.run, self.openID, self.variant) = (run, openID, variant)
    }
}

package struct ActReceipt: Sendable, Codable {
    package var act: String
    package var run: String?
    package var state: String?
    /// Attempts that were on the wire when the act became durable, and will still end.
    package var onTheWire: Int
    /// For `approve`: how many more persons have to; nil: none.
    package var approvalsMissing: Int?
    /// For `recall`: how many messages the platform is asked to take back.
    package var recalling: Int?
    /// For `erase`: files that were rewritten or removed, and files that still hold the id and are not ours.
    package var rewritten: [String]?
    package var left: [String]?
    /// What else there is to say of an act that was carried out.
    package var note: Note?

    package enum Note: String, Sendable, Codable {
        /// It was so already: nothing was changed.
        case unchanged
        /// Held in review: an approval alone starts nothing.
        case held
        /// The id stands in no list, event or authorisation so far.
        case unknownID = "unknown_id"
    }

    package init(act: String, run: String?, state: String?, onTheWire: Int) {
        (self.act, self.run, self.state, self.onTheWire) = (act, run, state, onTheWire)
    }
}

package struct DeskRefusal: Error, Sendable, Equatable {
    package enum Kind: String, Sendable {
        /// 401: the caller did not prove who they are.
        case unproved
        /// 403: proved, and may not do this.
        case forbidden
        /// 404
        case notFound
        /// 409: makes no sense now.
        case conflict
        /// 422: what came before under the same name was something else.
        case mismatch
        /// 400
        case invalid
    }
    /// The code of a question about rows that are gone because of their age: no failure of anybody, and no zero either.
    package static let erasedByAge = "erased_by_age"
    package var kind: Kind
    package var code: String
    package var sentence: Sentence
    /// From when on the same would not be refused for this; nil: time alone changes nothing.
    package var nextAllowed: Moment?
    /// What is wrong with a file, at its places.
    package var lines: [Line] = []
    package init(_ kind: Kind, code: String, _ sentence: Sentence) {
        (self.kind, self.code, self.sentence) = (kind, code, sentence)
    }

    package struct Line: Sendable, Equatable {
        package var line: Int
        package var column: Int
        package var code: String
        package var message: Sentence
        package var hint: Sentence?
        package init(line: Int, column: Int, code: String, message: Sentence, hint: Sentence?) {
            (self.line, self.column, self.code, self.message, self.hint) = (line, column, code, message, hint)
        }
    }
}

// MARK: - Answers

package struct StatusReport: Sendable, Codable {
    package struct LaneLine: Sendable, Codable {
        package var account: String
        package var channel: String
        /// open, or the code of the first rule that closes it.
        package var state: String
        package var sentence: String
        package var nextAllowed: String?
        package var peopleToday: Int
        package var peopleCap: Int
        package var messagesToday: Int
        package var messagesCap: Int?
        /// While a busy platform slows the lane: per cent of its set pace, and a sentence; nil: it goes at its own.
        package var pacePercent: Int?
        package var slowed: String?
        package init(
            account: String, channel: String, state: String, sentence: String, nextAllowed: String?,
            peopleToday: Int, peopleCap: Int, messagesToday: Int, messagesCap: Int?
        ) {
            (self.account, self.channel, self.state) = (account, channel, state)
            (self.sentence, self.nextAllowed, self.peopleToday) = (sentence, nextAllowed, peopleToday)
            (self.peopleCap, self.messagesToday, self.messagesCap) = (peopleCap, messagesToday, messagesCap)
        }
    }
    package var now: String
    package var rehearsal: Bool
    package var stopped: Bool
    package var daemon: Bool
    package var lanes: [LaneLine]
    /// At most `runsMax`, those that only wait for their start behind all others.
    package var runs: [RunSummary]
    /// Living runs beside those in `runs`; nil: none.
    package var moreRuns: Int?
    /// What one answer shows: it must come at once however many there are.
    package static let runsMax = 50
    package var unknown: Int
    /// Why the ledger takes no writes for now, in a sentence; nil while it does. Nothing is started meanwhile.
    package var trouble: String?
    /// nil from a ledger without its daemon, which alone has tokens.
    package var tokens: [TokenLine]?
    /// nil from a ledger without its daemon, which alone looks into the folder.
    package var inbox: InboxLine?
    /// What the platform told and how far the work on it is.
    package var inbound: InboundLine?
    /// Targets that notices do not get through to, a sentence each; nil: none.
    package var notices: [String]?
    package init(
        now: String, rehearsal: Bool, stopped: Bool, daemon: Bool, lanes: [LaneLine], runs: [RunSummary],
        unknown: Int, trouble: String? = nil
    ) {
        (self.now, self.rehearsal, self.stopped, self.daemon) = (now, rehearsal, stopped, daemon)
        (self.lanes, self.runs, self.unknown, self.trouble) = (lanes, runs, unknown, trouble)
    }
}

package struct RunSummary: Sendable, Codable {
    package var run: String
    package var campaign: String
    package var title: String
    package var author: String
    package var account: String
    package var state: String
    package var start: String
    package var validUntil: String
    package var approvedBy: [String]
    package var digest: String
    package var sum: SumLine
    /// The machine's review, without anybody's id; nil: not done yet.
    package var review: MachineReview?
    /// Who refused it, when, and why; nil: nobody did.
    package var rejection: Rejection?
    /// Who refused a later text of its campaign, so that this one goes on; said in a report.
    package var changeRejected: Rejection?
    /// nil: nobody has asked for a recall.
    package var recall: RecallCounts?
    /// How the run's test stands; nil: it has none, or nobody has looked yet.
    package var test: TestLine?
    /// When its people's records, and its texts, were erased by age: empty when nobody wrote that down, nil: they are kept.
    package var peopleErased: String?
    package var textsErased: String?
    /// Why it does not go on, or never began; nil: nothing keeps it but its turn.
    package var why: WhyLine?
    /// In review, and somebody asked for a pause: approving it sends nothing before it is resumed. nil: not held.
    package var held: Bool?
    /// Who stands on its lists, while its plan is not written and its sum has nobody; nil once it is.
    package var listed: Int?
    /// Whether the run's people have been written down.
    package var isPlanned: Bool { sum.audience > 0 || state == RunState.running.code }
    /// In review, or approved and asked again since the words or limits of the review have changed.
    package var awaitsApproval: Bool {
        state == RunState.inReview.code
            || state == RunState.paused.code && why?.reason == Reason.awaitingReview.code
    }
    package init(
        run: String, campaign: String, title: String, author: String, account: String, state: String, start: String,
        validUntil: String, approvedBy: [String], digest: String, sum: SumLine, review: MachineReview? = nil
    ) {
        (self.review, self.run, self.campaign, self.title) = (review, run, campaign, title)
        (self.author, self.account, self.state, self.start) = (author, account, state, start)
        (self.validUntil, self.approvedBy, self.digest, self.sum) = (validUntil, approvedBy, digest, sum)
    }
}

package struct RunReport: Sendable, Codable {
    package struct VariantLine: Sendable, Codable {
        package var name: String
        package var weight: Double
        package var sum: SumLine
        package init(name: String, weight: Double, sum: SumLine) {
            (self.name, self.weight, self.sum) = (name, weight, sum)
        }
    }
    package var summary: RunSummary
    package var rehearsal: Bool
    package var rowsRead: Int
    package var bad: Int
    package var duplicates: Int
    package var excluded: Int
    package var beyondMax: Int
    package var variants: [VariantLine]
    /// nil: no forecast was kept when the run was approved.
    package var forecast: ForecastComparison?
    /// Slots and people that went to runs that come first. Sentences.
    package var sharing: [RevisionNote]?
    /// Of a campaign with several: each by itself, the oldest first; what stands beside it is their total.
    package var occurrences: [RunReport]?
    package init(
        summary: RunSummary, rehearsal: Bool, rowsRead: Int, bad: Int, duplicates: Int, excluded: Int,
        beyondMax: Int, variants: [VariantLine]
    ) {
        (self.summary, self.rehearsal, self.rowsRead, self.bad) = (summary, rehearsal, rowsRead, bad)
        (self.duplicates, self.excluded, self.beyondMax, self.variants) = (duplicates, excluded, beyondMax, variants)
    }

    package var rows: RowSum {
        RowSum(
            read: rowsRead, bad: bad, duplicates: duplicates, excluded: excluded, beyondMax: beyondMax,
            audience: summary.sum.audience)
    }
    /// The same for people; nil while it says nothing: before the plan is written nobody of the rows stands anywhere, and
    /// an audience that came from the platform has no rows to account for.
    package var toldRows: RowSum? { summary.isPlanned && rowsRead > 0 ? rows : nil }
}
