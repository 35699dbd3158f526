import CampaignModel
import Foundation
import Glibc
import Ports

/// The seal of the ledger in a state directory: `curfew.seal` beside it, written aside, flushed and renamed.
package struct SealFile: SealStore {
    package static let fileName = "curfew.seal"
    /// First line of the file; another form gets another number.
    private static let heading = "curfew seal 1"
    private static let bytesMax = 4096

    private let state: String
    private let ledger: String

    /// - Parameters:
    ///   - state: the state directory.
    ///   - ledger: the database's file.
    package init(state: String, ledger: String) { (self.state, self.ledger) = (state, ledger) }

    private var path: String { (state as NSString).appendingPathComponent(Self.fileName) }

    package func read() throws -> LedgerSeal? {
        guard let bytes = PlainFile.read(path, bytesMax: Self.bytesMax) else {
            if errno == ENOENT { return nil }
            throw SealFileError(path: path, errno: errno)
        }
        guard let seal = Self.parse(String(decoding: bytes, as: UTF8.self)) else {
            throw SealFileError(path: path, errno: EILSEQ)
        }
        return seal
    }

    package func write(_ seal: LedgerSeal) throws {
        let folder = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw SealFileError(path: state, errno: errno) }
        defer { close(folder) }
        guard let aside = AsideFile.create(in: folder, Self.fileName) else {
            throw SealFileError(path: path, errno: errno)
        }
        defer { close(aside.descriptor) }
        guard aside.write(Array(Self.text(of: seal).utf8)), fsync(aside.descriptor) == 0,
            renameat(folder, aside.name, folder, Self.fileName) == 0, fsync(folder) == 0
        else { throw SealFileError(path: path, errno: errno) }
    }

    package func place() throws -> SealPlace {
        var status = stat()
        guard stat(ledger, &status) == 0 else { throw SealFileError(path: ledger, errno: errno) }
        let machine = FileManager.default.contents(atPath: "/etc/machine-id").map {
            String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
        return SealPlace(machine: machine ?? "", file: UInt64(status.st_ino))
    }

    // MARK: - The form

    private static func text(of seal: LedgerSeal) -> String {
        """
        \(heading)
        ledger \(seal.ledger)
        machine \(seal.place.machine)
        file \(seal.place.file)
        term \(seal.term)
        beat \(seal.beat)
        at \(seal.at.milliseconds)
        audit \(seal.audit.text)

        """
    }

    static func parse(_ text: String) -> LedgerSeal? {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: true)
        guard !lines.isEmpty, lines.removeFirst() == heading else { return nil }
        var values: [Substring: String] = [:]
        for line in lines {
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            values[parts[0]] = String(parts[1])
        }
        guard let ledger = values["ledger"], let machine = values["machine"],
            let file = values["file"].flatMap({ UInt64($0) }), let term = values["term"].flatMap({ Int64($0) }),
            let beat = values["beat"].flatMap({ Int64($0) }), let at = values["at"].flatMap({ Int64($0) }),
            let audit = values["audit"].flatMap({ AuditHead(text: $0) })
        else { return nil }
        return LedgerSeal(
            ledger: ledger, place: SealPlace(machine: machine, file: file), term: term, beat: beat,
            at: Moment(milliseconds: at), audit: audit)
    }
}

/// The state directory's seal cannot be read or written: without it nobody knows whether this ledger is the right one.
package struct SealFileError: Error, Sendable, Equatable {
    package let path: String
    package let errno: Int32
    package init(path: String, errno: Int32) { (self.path, self.errno) = (path, errno) }
}
