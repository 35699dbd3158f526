import CampaignModel
import Ports

/// Stored values back as what they mean. One that no version of this program wrote is never taken for a harmless one: a
/// paused run, a personal account or a missing consent is a decision, and nobody made it.
enum Stored {
    /// - Parameter column: `table.column`, for whoever has to look.
    static func value<Value: RawRepresentable>(
        _ raw: Value.RawValue, _ column: String, as type: Value.Type = Value.self
    ) throws -> Value {
        guard let value = Value(rawValue: raw) else { throw LedgerError.corrupt(column: column, value: "\(raw)") }
        return value
    }

    static func zone(_ name: String, _ column: String) throws -> Zone {
        guard let zone = Zone(identifier: name) else { throw LedgerError.corrupt(column: column, value: name) }
        return zone
    }
}

/// Numbers of stored states, where SQL needs them. The words are exactly those of the partial indexes.
enum Fragment {
    /// Of a run that is not over.
    static let isLive = "state <= 4"
    /// Of an attempt after which nothing is tried again.
    static let isFinal = "outcome IN (1, 2, 5)"
}

extension LedgerError {
    static func corrupt(column: String, value: String) -> LedgerError {
        .corrupt("\(column) holds \(value), which this program never writes")
    }
}
