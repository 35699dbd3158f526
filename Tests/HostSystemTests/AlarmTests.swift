import CampaignModel
import Synchronization
import Testing

@testable import HostSystem

@Suite struct AlarmTests {
    private final class Rung: Sendable {
        let names = Mutex<[String]>([])
        func ring(_ name: String) -> @Sendable () -> Void { { [self] in names.withLock { $0.append(name) } } }
    }

    private static func names(_ due: [@Sendable () -> Void], _ rung: Rung) -> [String] {
        rung.names.withLock { $0 = [] }
        for ring in due { ring() }
        return rung.names.withLock { $0 }
    }

    @Test("a short wait ends to the millisecond, long ones end together and never early")
    func grains() {
        let rung = Rung()
        var list = AlarmList()
        // 499 ms are exact; from half a second on the end is rounded up to a twentieth of a second.
        _ = list.add(after: .milliseconds(499), at: .milliseconds(10_001), rung.ring("pace"))
        _ = list.add(after: .milliseconds(1000), at: .milliseconds(10_001), rung.ring("planner"))
        _ = list.add(after: .milliseconds(1000), at: .milliseconds(10_049), rung.ring("judge"))
        _ = list.add(after: .milliseconds(1000), at: .milliseconds(10_051), rung.ring("reports"))
        #expect(list.rest(at: .milliseconds(10_001)) == .milliseconds(499))
        #expect(Self.names(list.takeDue(at: .milliseconds(10_499)), rung) == [])
        #expect(Self.names(list.takeDue(at: .milliseconds(10_500)), rung) == ["pace"])
        #expect(list.rest(at: .milliseconds(10_500)) == .milliseconds(550))
        #expect(Self.names(list.takeDue(at: .milliseconds(11_049)), rung) == [])
        #expect(Set(Self.names(list.takeDue(at: .milliseconds(11_050)), rung)) == ["planner", "judge"])
        #expect(Self.names(list.takeDue(at: .milliseconds(11_100)), rung) == ["reports"])
        #expect(list.rest(at: .milliseconds(11_100)) == nil)
    }

    @Test("the thread is told of an earlier end and of no later one; whoever was woken before is not rung")
    func told() {
        let rung = Rung()
        var list = AlarmList()
        let first = list.add(after: .seconds(60), at: .zero, rung.ring("first"))
        #expect(first.isNext)
        #expect(!list.add(after: .seconds(61), at: .zero, rung.ring("second")).isNext)
        #expect(list.add(after: .milliseconds(2), at: .zero, rung.ring("third")).isNext)
        list.remove(first.entry)
        #expect(Self.names(list.takeDue(at: .seconds(3600)), rung) == ["third", "second"])
    }

    @Test("a wait whose time is over ends without a wake, and a wake after it is kept for the next wait")
    func over() async {
        let waker = Waker()
        #expect(await !waker.waitForWake(atMost: .milliseconds(1)))
        waker.wake()
        #expect(await waker.waitForWake(atMost: .milliseconds(1)))
    }
}
