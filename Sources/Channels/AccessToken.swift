/// A token of the platform. Opaque: nothing is read from it but its kind, and only that is ever printed.
package struct AccessToken: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The token itself, for the `access-token` header.
    package let revealed: String

    /// Longer strings are no tokens.
    package static let bytesMax = 4096

    /// `nil` unless it can stand in a header: printable ASCII without spaces, not empty, at most `bytesMax`.
    /// A token arrives in a reply, and a line break in it would write headers of its own.
    package init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= Self.bytesMax, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else { return nil }
        revealed = text
    }

    /// The kind and nothing else: `bus_act.…`, or `…` for a token of no known kind.
    package var description: String {
        let kinds = ["bus_act.", "bus_rft.", "clt.", "act.", "rft."]
        return (kinds.first { revealed.hasPrefix($0) } ?? "") + "…"
    }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
