import CampaignModel
import Foundation

extension Campaign {
    /// The campaign as JSON with sorted keys: equal campaigns give equal bytes on every machine, and any difference in
    /// meaning gives different ones. Comments, spaces and the order of keys in the file do not change them, so saving a
    /// file again is no new campaign. An approval binds to a digest that begins with these.
    package func canonicalBytes() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(self))
    }
}
