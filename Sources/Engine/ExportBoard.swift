import Ports
import Synchronization

/// Where the lists that were written down go on. A cursor is a word that anybody can write: only one that a page of ours gave to
/// this very person goes on with a list, once; with any other a list begins, and the audit has a row.
package final class ExportBoard: Sendable {
    private struct Place: Equatable {
        var person: String
        var cursor: ExportCursor
    }
    private static let placesMax = 256
    private let places = Mutex<[Place]>([])

    package init() {}

    /// - Returns: whether it goes on with a list.
    func takes(_ cursor: ExportCursor, of person: String) -> Bool {
        places.withLock { places in
            guard let index = places.firstIndex(of: Place(person: person, cursor: cursor)) else { return false }
            places.remove(at: index)
            return true
        }
    }

    func gave(_ cursor: ExportCursor, to person: String) {
        places.withLock { places in
            places.append(Place(person: person, cursor: cursor))
            places.removeFirst(max(0, places.count - Self.placesMax))
        }
    }
}
