import CampaignModel

/// Where files lie that somebody gave to a page, until they hand them in: a place of their own for each person, out of the
/// drop folder's sight. Handing in is a rename into the folder, so that its readers see whole files only.
package protocol DropBench: Sendable {
    /// Begins a file. Nothing bears its name before `keep`.
    /// - Throws: `BenchFault`.
    func receive(_ name: String, from person: String, bytesMax: Int64) throws -> any BenchFile
    /// In the order of their names.
    func items(of person: String) throws -> [BenchItem]
    func read(_ name: String, of person: String, bytesMax: Int) throws -> [UInt8]
    /// For readers that take paths. Never of a name that leads out of the person's place.
    func path(of name: String, from person: String) throws -> String
    func open(_ name: String, of person: String) throws -> any TrayFile
    func remove(_ name: String, of person: String) throws
    /// Moves files into the drop folder, in the order given; when one cannot be, none is.
    /// - Parameters:
    ///   - mayReplace: asked about a file of ours that bears the name there already.
    ///   - onReady: told when nothing stands in the way any more, before the first file is moved.
    func handIn(
        _ names: [String], of person: String, mayReplace: (String, any TrayFile) throws -> Bool,
        onReady: () throws -> Void
    ) throws
    /// What lies beside a dropped file as our own report; nil: nothing.
    func report(beside name: String) throws -> String?
    func isInFolder(_ name: String) -> Bool
}

/// One file on its way in.
package protocol BenchFile: AnyObject, Sendable {
    func write(_ bytes: [UInt8]) throws
    /// Makes it whole under its name. Without this nothing stays of it.
    func keep() throws
}

package struct BenchItem: Hashable, Sendable {
    package var name: String
    package var size: Int64
    package var modified: Moment
    package init(name: String, size: Int64, modified: Moment) {
        (self.name, self.size, self.modified) = (name, size, modified)
    }
}

package enum BenchFault: Error, Hashable, Sendable {
    case badName
    case tooLarge(bytesMax: Int64)
    /// One person's place is full.
    case full(bytesMax: Int64, filesMax: Int)
    case missing(String)
    /// Somebody else's file, or a link, bears the name in the drop folder.
    case taken(String)
    case notWritten(errno: Int32)
}
