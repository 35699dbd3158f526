import CZlib

/// Tables of others that are built in. Their notices are in `Deploy/NOTICES`.
package struct ShippedTable: Sendable {
    package let name: String
    /// Where it is from, and which edition.
    package let origin: String
    package let entries: Int

    package static var all: [ShippedTable] {
        [
            ShippedTable(
                name: "traditional characters", origin: "OpenCC TSCharacters and JPVariants, as of 2026-11",
                entries: TraditionalCharacters.count),
            ShippedTable(
                name: "look-alike characters", origin: "Unicode confusables, UTS #39 revision 15, and own additions",
                entries: LookAlikes.count),
            ShippedTable(
                name: "top-level domains", origin: "public suffix list, as of 2026-11", entries: TopLevelDomains.count),
        ]
    }
}

/// The library that unpacks workbooks.
package enum CampaignFilesLibrary {
    package static var version: String { String(cString: zlibVersion()) }
}
