import Digests
import Foundation
import Store

/// Who must not come back by an import: asked for every new id, and only when anybody was ever erased.
struct ErasedPeople: Sendable {
    /// What stands in an open_id's place. No id of the platform has a colon.
    static let prefix = "erased:"
    private static let digestBytes = 16

    private let key: [UInt8]
    private let digests: Set<String>

    /// Everybody at once, for a long list.
    init(_ db: any Session) throws {
        key = try LedgerSQLite.personKey(db)
        digests = try Set(String.fetchAll(db.cachedStatement(sql: "SELECT digest FROM erased")))
    }

    var count: Int { digests.count }

    func tombstone(for openID: some DataProtocol) -> String? {
        if digests.isEmpty { return nil }
        let digest = Self.digest(of: openID, key: key)
        return digests.contains(digest) ? Self.prefix + digest : nil
    }

    /// One person, without reading everybody else.
    static func tombstone(for openID: String, _ db: any Session) throws -> String? {
        let isAnybody = try Bool.fetchOne(db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM erased)")) ?? false
        guard isAnybody else { return nil }
        let digest = digest(of: Array(openID.utf8), key: try LedgerSQLite.personKey(db))
        let isErased = try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM erased WHERE digest = ?)"), arguments: [digest])
        return isErased ?? false ? prefix + digest : nil
    }

    static func digest(of openID: some DataProtocol, key: [UInt8]) -> String {
        KeyedDigest.of(Array("erased:".utf8) + openID, key: key).prefix(digestBytes).hexadecimal
    }
}

extension LedgerSQLite {
    /// Nobody takes an erased person off the deny list: there is nobody left to write to.
    static func isErased(_ recipient: Int64, _ db: any Session) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT open_id LIKE ? FROM recipient WHERE id = ?"),
            arguments: [ErasedPeople.prefix + "%", recipient]) ?? false
    }

    /// The integer behind an open_id, made when it is new. Of an erased person it is that of their digest.
    static func recipient(_ openID: String, app: Int64, _ db: any Session) throws -> Int64 {
        if let living = try living(openID, app: app, db) { return living }
        return try living(try ErasedPeople.tombstone(for: openID, db) ?? openID, app: app, db)!
    }

    /// The same; nil of whoever was erased, because nothing more is to be known of them.
    static func living(_ openID: String, app: Int64, _ db: any Session) throws -> Int64? {
        let found = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM recipient WHERE app = ? AND open_id = ?"),
            arguments: [app, openID])
        if let found { return found }
        if try ErasedPeople.tombstone(for: openID, db) != nil { return nil }
        try db.cachedStatement(sql: "INSERT INTO recipient (app, open_id) VALUES (?, ?)")
            .execute(arguments: [app, openID])
        return db.lastInsertedRowID
    }
}
