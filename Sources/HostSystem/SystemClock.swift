import CampaignModel
import Glibc
import Ports

/// The machine's own clocks.
package struct SystemClock: Clock {
    /// What is assumed about a wall clock that nobody vouches for: the worst that an NTP client tolerates before it
    /// corrects by slewing is 128 ms; half a second leaves room for one that just started.
    package static let doubtDefault: Duration = .milliseconds(500)

    package let doubt: Duration

    package init(doubt: Duration = SystemClock.doubtDefault) { self.doubt = doubt }

    package func now() -> Moment { Moment(milliseconds: KernelTime.wallNanoseconds().flooredQuotient(by: 1_000_000)) }
    package func monotonic() -> Duration { KernelTime.monotonic() }
    package func awake() -> Duration { KernelTime.awake() }
    package func isSynchronised() -> Bool? { ClockSteering.isSynchronised() }
    package func speed() -> Double { 1 }
    package var isRehearsal: Bool { false }
}

/// The only lines of the house that ask the kernel for the time.
enum KernelTime {
    /// Nanoseconds since 1970 on the wall.
    static func wallNanoseconds() -> Int64 { read(CLOCK_REALTIME) }

    /// `CLOCK_BOOTTIME`, not `CLOCK_MONOTONIC`: a lease or a deadline also passes while the machine is suspended.
    static func monotonic() -> Duration { .nanoseconds(read(CLOCK_BOOTTIME)) }

    static func awake() -> Duration { .nanoseconds(read(CLOCK_MONOTONIC)) }

    private typealias Adjust = @convention(c) (UnsafeMutableRawPointer) -> CInt
    /// `adjtimex` is not among what Glibc shows to Swift, so it is asked for by its name.
    private static let adjust: Adjust? = dlsym(nil, "adjtimex").map { unsafeBitCast($0, to: Adjust.self) }
    /// `struct timex` of the 64-bit kernels is 208 bytes; `TIME_ERROR` says that nothing steers the clock.
    private static let timexBytes = 512
    private static let timeError: CInt = 5

    /// nil: the kernel does not let us ask.
    static func isSynchronised() -> Bool? {
        guard let adjust else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: timexBytes, alignment: 16) { buffer in
            // All zero: a mode of zero reads and changes nothing.
            buffer.initializeMemory(as: UInt8.self, repeating: 0)
            guard let base = buffer.baseAddress else { return nil }
            let state = adjust(base)
            return state < 0 ? nil : state != timeError
        }
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        let result = clock_gettime(clock, &time)
        precondition(result == 0, "the kernel has had this clock since 2.6.39")
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
