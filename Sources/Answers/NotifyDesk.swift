import CampaignModel
import Words

/// Who is told what happens, and whether it gets through.
package protocol NotifyDesk: Sendable {
    func noticeTargets() throws -> [NoticeTargetLine]
    /// Leaves a notice for one target, which is tried at once. The targets' lines say what became of it.
    func testNotice(_ request: TestNoticeRequest, as identity: Identity) throws -> TestNoticeReceipt
}

extension NotifyDesk {
    package func noticeTargets() throws -> [NoticeTargetLine] { [] }
    package func testNotice(_ request: TestNoticeRequest, as identity: Identity) throws -> TestNoticeReceipt {
        throw DeskRefusal(.notFound, code: "no_target", Catalogue.Notify.unknownTarget(request.target))
    }
}

package struct NoticeTargetLine: Sendable, Codable, Equatable {
    package var target: String
    package var kind: String
    /// Without the key that an address holds.
    package var host: String
    package var level: String
    package var waiting: Int
    package var oldestWaiting: String?
    package var lastTold: String?
    package var lastFailure: String?
    package var failure: String?
    /// Of the message under way, tries that failed; 0 once it is told.
    package var tries: Int
    /// It failed more than now and then.
    package var failing: Bool
    /// Every page up to this one was told: what `TestNoticeReceipt.notice` is compared with.
    package var toldPages: Int64
    /// Messages that were taken, and tries that were not, over all times.
    package var toldTotal: Int
    package var failedTotal: Int
    package init(
        target: String, kind: String, host: String, level: String, waiting: Int, tries: Int, failing: Bool,
        toldPages: Int64, toldTotal: Int, failedTotal: Int
    ) {
        (self.target, self.kind, self.host, self.level) = (target, kind, host, level)
        (self.waiting, self.tries, self.failing) = (waiting, tries, failing)
        (self.toldPages, self.toldTotal, self.failedTotal) = (toldPages, toldTotal, failedTotal)
    }
}

package struct TestNoticeRequest: Sendable, Codable {
    package var target: String
    package init(target: String) { self.target = target }
}

package struct TestNoticeReceipt: Sendable, Codable, Equatable {
    package var target: String
    package var notice: Int64
    /// Failures before this moment are none of its.
    package var asked: String
    package init(target: String, notice: Int64, asked: String) {
        (self.target, self.notice, self.asked) = (target, notice, asked)
    }
}
