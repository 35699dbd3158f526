/// What may stand for a person: the platform's ids are short and printable, whatever else they hold.
package enum PersonID {
    package static let bytesMax = 128
    /// What stands in the place of whoever was erased; no id of the platform begins with it.
    private static let erased = "erased:"

    package static func isUsable(_ openID: String) -> Bool {
        (1...bytesMax).contains(openID.utf8.count) && openID.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            && !openID.hasPrefix(erased)
    }
}
