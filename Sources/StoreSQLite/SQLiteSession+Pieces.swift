import GRDBSQLite
import Ports
import Store

/// One long statement as a row of pieces: between them its pace is asked, so that it makes room for those who send, the
/// watchdog hears that it goes on, and a stop ends it.
extension SQLiteSession {
    /// Steps of SQLite's own machine a piece: some ten milliseconds.
    private static let steps: Int32 = 200_000

    private final class Asked {
        let pace: any WorkPace
        var error: (any Error)?
        init(_ pace: any WorkPace) { self.pace = pace }
    }

    func inPieces<Result>(_ pace: any WorkPace, _ body: () throws -> Result) throws -> Result {
        let asked = Asked(pace)
        sqlite3_progress_handler(
            connection, Self.steps,
            { context in
                guard let context else { return 0 }
                return Unmanaged<Asked>.fromOpaque(context)._withUnsafeGuaranteedRef { asked in
                    do { try asked.pace.between(wrote: false) } catch {
                        asked.error = error
                        return 1
                    }
                    return 0
                }
            }, Unmanaged.passUnretained(asked).toOpaque())
        defer { sqlite3_progress_handler(connection, 0, nil, nil) }
        return try withExtendedLifetime(asked) {
            do { return try body() } catch { throw asked.error ?? error }
        }
    }
}
