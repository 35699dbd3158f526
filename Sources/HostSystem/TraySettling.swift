import CampaignModel
import Ports

/// Decides which files of the drop folder are complete. A value: looks and events go in, a yes or no comes out, and the
/// time is whatever the caller says it is.
struct TraySettling {
    /// How long a closed file must stay as it is.
    static let quiet: Duration = .seconds(2)
    /// A file whose writer was seen to open it and not to close it counts after this long without a change: somebody
    /// linked it in, or its close was lost with an overflow of events.
    static let quietWithoutClose: Duration = .minutes(5)

    /// What a look shows of one file. Any difference means that somebody wrote.
    struct Looks: Hashable {
        var identity: FileIdentity
        var size: Int64
        var modifiedNanoseconds: Int64
        /// The inode's own time: it also moves when a copy program puts the old `mtime` back.
        var changedNanoseconds: Int64
    }

    enum Event: Hashable {
        /// Somebody creates it; a close should follow.
        case created
        case closed
        /// It came whole, by a rename.
        case renamedIn
        case gone
    }

    private struct Watched {
        var looks: Looks
        var unchangedSince: Duration
        var settled: Bool
    }

    private var watched: [String: Watched] = [:]
    private var beingWritten: Set<String> = []
    private var renamedIn: Set<String> = []

    mutating func note(_ event: Event, name: String) {
        switch event {
        case .created:
            beingWritten.insert(name)
        case .closed:
            beingWritten.remove(name)
        case .renamedIn:
            beingWritten.remove(name)
            renamedIn.insert(name)
        case .gone:
            beingWritten.remove(name)
            renamedIn.remove(name)
            watched[name] = nil
        }
    }

    /// Events were lost: nobody is known to be writing, and nothing to have been renamed in. Time decides.
    mutating func forgetEvents() {
        beingWritten = []
        renamedIn = []
    }

    /// - Parameter now: monotonic.
    mutating func look(at name: String, _ looks: Looks, now: Duration) -> Bool {
        let cameWhole = renamedIn.remove(name) != nil
        guard var file = watched[name], file.looks == looks else {
            watched[name] = Watched(looks: looks, unchangedSince: now, settled: cameWhole)
            return cameWhole
        }
        if !file.settled {
            let quiet = beingWritten.contains(name) ? Self.quietWithoutClose : Self.quiet
            file.settled = cameWhole || now - file.unchangedSince >= quiet
            watched[name] = file
        }
        return file.settled
    }

    /// Forgets every file that a look at the whole folder did not show.
    mutating func keepOnly(_ names: Set<String>) {
        watched = watched.filter { names.contains($0.key) }
        beingWritten.formIntersection(names)
        renamedIn.formIntersection(names)
    }
}
