import CampaignModel

/// What people are to be told, and how far each target has been told. What acts leave to tell is written in their own
/// transaction; a message's bounds are written before it leaves, so that it goes out again as the same after a crash.
///
/// A target has two rows: pages overtake everything else.
package protocol NoticeLedger: Sendable {
    /// From now on these are told, a new one from now on; who is not among them is forgotten. Old notices are dropped.
    func setTargets(_ demand: NoticeTargetsDemand) throws
    func noticeTargets() throws -> [NoticeTargetRecord]
    /// What `NoticeWatch` looks at and the ledger knows.
    func noticeFacts(at now: Moment) throws -> NoticeFacts
    /// Writes down which conditions hold; new and worse ones become notices.
    /// - Returns: how many did.
    func note(_ demand: ConditionsDemand) throws -> Int
    /// A notice for one target alone, which is tried at once.
    func addTestNotice(_ demand: TestNoticeDemand) throws -> Int64
    /// The message under way, or else the next one, whose bounds are written; nil: nobody has to be told anything.
    func claim(_ claim: NoticeClaim) throws -> NoticeBatch?
    func settle(_ end: NoticeEnd) throws
}

package struct NoticeTargetsDemand: Sendable {
    package var now: Moment
    package var term: Term
    /// By name: whether it is told everything, or pages alone.
    package var targets: [(name: String, isTaken: [Bool])]
    package var dropBefore: Moment
    package init(now: Moment, term: Term, targets: [(name: String, isTaken: [Bool])], dropBefore: Moment) {
        (self.now, self.term, self.targets, self.dropBefore) = (now, term, targets, dropBefore)
    }
}

package struct NoticeTargetRecord: Sendable, Equatable {
    package var name: String
    package var isPage: Bool
    /// Every notice of its kind up to this one was told.
    package var told: Int64 = 0
    /// Of the message that is under way.
    package var tries = 0
    package var notBefore: Moment?
    package var lastTry: Moment?
    package var lastTold: Moment?
    package var lastFailure: Moment?
    package var failure = ""
    /// Messages, over all times.
    package var toldTotal = 0
    package var failedTotal = 0
    package var waiting = 0
    package var oldestWaiting: Moment?
    package init(name: String, isPage: Bool) { (self.name, self.isPage) = (name, isPage) }
}

package struct NoticeFacts: Sendable {
    package var unknown = 0
    package var unfit: [(run: String, people: Int)] = []
    package var lastArrival: Moment?
    package var contactsInSilence = 0
    /// Counted since the ledger began; the difference of two looks is what happened between them.
    package var optOutsTotal = 0
    package var contactsTotal = 0
    package var yesterday = (day: PlatformDay(number: 0), people: 0, messages: 0)
    package init() {}
}

package struct ConditionsDemand: Sendable {
    package struct Condition: Sendable {
        package var name: String
        package var kind: NoticeKind
        package var value: Int
        package var run = ""
        package var code = ""
        package var figures: [String: Int] = [:]
        package init(name: String, kind: NoticeKind, value: Int) {
            (self.name, self.kind, self.value) = (name, kind, value)
        }
    }
    package var now: Moment
    package var term: Term
    package var conditions: [Condition]
    /// One that comes back sooner than this is not told again.
    package var calm: Duration
    package init(now: Moment, term: Term, conditions: [Condition], calm: Duration) {
        (self.now, self.term, self.conditions, self.calm) = (now, term, conditions, calm)
    }
}

package struct TestNoticeDemand: Sendable {
    package var now: Moment
    package var term: Term
    package var target: String
    package var person: String
    package init(now: Moment, term: Term, target: String, person: String) {
        (self.now, self.term, self.target, self.person) = (now, term, target, person)
    }
}

package struct NoticeClaim: Sendable {
    package var now: Moment
    package var term: Term
    package var target: String
    package var isPage: Bool
    /// At most.
    package var limit: Int
    /// How many of them, from the first, go into one message.
    package var fits: @Sendable ([Notice]) -> Int
    package init(
        now: Moment, term: Term, target: String, isPage: Bool, limit: Int, fits: @escaping @Sendable ([Notice]) -> Int
    ) {
        (self.now, self.term, self.target) = (now, term, target)
        (self.isPage, self.limit, self.fits) = (isPage, limit, fits)
    }
}

package struct NoticeBatch: Sendable {
    package var target: String
    package var isPage: Bool
    /// The same for every try, and for no other message: receivers know by it what they had.
    package var id: String
    package var last: Int64
    /// This one included.
    package var tries: Int
    package var notices: [Notice]
    package init(target: String, isPage: Bool, id: String, last: Int64, tries: Int, notices: [Notice]) {
        (self.target, self.isPage, self.id) = (target, isPage, id)
        (self.last, self.tries, self.notices) = (last, tries, notices)
    }
}

package struct NoticeEnd: Sendable {
    package var now: Moment
    package var term: Term
    package var target: String
    package var isPage: Bool
    package var last: Int64
    /// nil: told.
    package var failure: (why: String, notBefore: Moment)?
    package init(now: Moment, term: Term, batch: NoticeBatch, failure: (why: String, notBefore: Moment)? = nil) {
        (self.now, self.term) = (now, term)
        target = batch.target
        isPage = batch.isPage
        last = batch.last
        self.failure = failure
    }
}
