import Answers
import CampaignModel
import Ports
import Synchronization
import Words

/// What intake last saw in the drop folder, for whoever asks how it stands. Intake and the report writers tell it, the
/// desk reads it.
package final class InboxBoard: Sendable {
    struct State {
        var line = InboxLine()
        /// Files of events that lie there and cannot be taken.
        var events: [InboxLine.Untaken] = []
        /// Whose report could not be written when it was last tried.
        var unwritten: Set<String> = []
    }
    private let state = Mutex(State())

    package init() {}

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    package func line(in language: Language) -> InboxLine {
        state.withLock { state in
            var line = state.line
            line.untaken = Array((line.untaken + state.events).sorted { $0.file < $1.file }.prefix(InboxLine.namesMax))
            line.untakenTotal += state.events.count
            if line.trouble == nil, let name = state.unwritten.min() {
                line.tell(Catalogue.Inbox.reportTrouble(name), in: language)
            }
            return line
        }
    }
}
