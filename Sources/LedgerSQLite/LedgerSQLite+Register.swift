import CampaignModel
import Foundation
import Ports
import Store

extension LedgerSQLite {
    package func register(
        _ apps: [AppRegistration], at now: Moment, term: Term, told: (Renaming) -> Void
    ) throws -> [String: AccountRecord] {
        let renamings = try inWrite(term: term) { db, _ in
            var registering = Registering(db: db, now: now)
            for app in apps { try registering.know(app) }
            try registering.nameAccounts(of: apps)
            for app in apps {
                for account in app.accounts { try Self.describe(account, db) }
                try Self.registerProfiles(of: app, db)
            }
            for renaming in registering.renamings {
                try Self.audit(db, at: now, "curfew", "rename", renaming.subject, "\(renaming.from) → \(renaming.to)")
            }
            return registering.renamings
        }
        renamings.forEach(told)
        return Dictionary(uniqueKeysWithValues: try accounts().map { ($0.name, $0) })
    }

    /// What a start with these apps would rename; nothing is written. Registered in copies that last as long as the look,
    /// so that a check beside a running daemon is the very reading that the start would make.
    /// - Throws: `IdentityDoubt`, as `register` would.
    package func renamings(by apps: [AppRegistration], at now: Moment) throws -> [Renaming] {
        try store.rehearse(on: ["app", "account", "account_name"]) { db in
            var registering = Registering(db: db, now: now)
            for app in apps { try registering.know(app) }
            try registering.nameAccounts(of: apps)
            return registering.renamings
        }
    }

    /// What the configuration says of an account, beside whose it is.
    private static func describe(_ account: AccountRegistration, _ db: any Session) throws {
        let qualification = try account.qualification.map {
            String(decoding: try JSONEncoder().encode($0), as: UTF8.self)
        }
        try db.execute(
            sql: """
                UPDATE account SET kind = ?, role = ?, zone = ?, keeps_allow_list = ?, qualification = ? WHERE name = ?
                """,
            arguments: [
                account.kind.rawValue, account.role.rawValue, account.zone.identifier, account.keepsAllowList,
                qualification, account.name,
            ])
    }

    package func account(named name: String, at moment: Moment) throws -> AccountID? {
        try inRead { try Self.accountID(named: name, at: moment, $0) }
    }

    static func accountID(named name: String, at moment: Moment, _ db: any Session) throws -> AccountID? {
        try Int64.fetchOne(
            db.cachedStatement(
                sql: "SELECT account FROM account_name WHERE name = ? AND since <= ? ORDER BY since DESC LIMIT 1"),
            arguments: [name, moment.milliseconds]
        ).map { AccountID(rawValue: $0) }
    }
}

/// Finds each configured app and account in the ledger by what the platform calls it, and gives it the name that the
/// configuration has for it now. Lives inside one transaction: nothing is kept of a configuration that is refused.
private struct Registering {
    let db: any Session
    let now: Moment
    private(set) var renamings: [Renaming] = []

    init(db: any Session, now: Moment) {
        self.db = db
        self.now = now
    }

    // MARK: - Apps, by their client_key

    /// Known from before client keys were kept: by its name.
    mutating func know(_ app: AppRegistration) throws {
        let byName = try StoredRow.fetchOne(
            db.cachedStatement(sql: "SELECT id, client_key FROM app WHERE name = ?"), arguments: [app.name])
        guard let key = app.clientKey else { return try put(app, known: byName?["id"]) }
        let byKey = try StoredRow.fetchOne(
            db.cachedStatement(sql: "SELECT id, name FROM app WHERE client_key = ?"), arguments: [key])
        if let byKey {
            let old: String = byKey["name"]
            if old != app.name {
                // The id may be another app's that takes a new one in the same configuration.
                if let byName { try free(byName["id"], of: app.name) }
                renamings.append(Renaming(.app, id: byKey["id"], from: Self.written(old), to: app.name))
            }
            return try put(app, known: byKey["id"])
        }
        if let byName, let known = byName["client_key"] as String?, known != key {
            guard try !hasTraces(app: byName["id"]) else {
                throw IdentityDoubt.appNameTaken(app.name, knownAs: known, now: key)
            }
        }
        try put(app, known: byName?["id"])
    }

    private func put(_ app: AppRegistration, known: Int64?) throws {
        if let known {
            try db.execute(
                sql: "UPDATE app SET name = ?, in_trial = ?, client_key = coalesce(?, client_key) WHERE id = ?",
                arguments: [app.name, app.inTrial, app.clientKey, known])
        } else {
            try db.execute(
                sql: """
                    INSERT INTO app (name, in_trial, client_key, known_as) VALUES (?1, ?2, ?3,
                        CASE WHEN EXISTS (SELECT 1 FROM app WHERE known_as = ?1) THEN ?4 ELSE ?1 END)
                    """,
                // Another app began under this label: to tell the two apart, the platform's own word for it is added.
                arguments: [app.name, app.inTrial, app.clientKey, "\(app.name)\u{1F}\(app.clientKey ?? "")"])
        }
    }

    private func free(_ app: Int64, of name: String) throws {
        try db.execute(sql: "UPDATE app SET name = ? WHERE id = ?", arguments: [Self.aside(name, app), app])
    }

    private func hasTraces(app: Int64) throws -> Bool {
        try Int64.fetchAll(db, sql: "SELECT id FROM account WHERE app = ?", arguments: [app])
            .contains { try hasTraces(account: $0) }
    }

    // MARK: - Accounts, by app and open_id

    private struct Known {
        var id: Int64
        var name: String
        var openID: String
    }

    mutating func nameAccounts(of apps: [AppRegistration]) throws {
        try db.execute(sql: "UPDATE account SET configured = 0")
        var named: [(known: Known?, app: Int64, account: AccountRegistration)] = []
        for app in apps {
            let id = try Int64.fetchOne(db, sql: "SELECT id FROM app WHERE name = ?", arguments: [app.name])!
            for account in app.accounts {
                named.append((try find(account, app: id, apps), id, account))
            }
        }
        // Two that change names with each other are more likely two open_ids copied into each other's place, and every file
        // that names one would go out from the other. Whoever means it takes a name that is free, and the other start after.
        for (known, _, account) in named where known?.name != account.name {
            if let holder = try self.known("name = ?", [account.name]), try hasTraces(account: holder.id) {
                throw IdentityDoubt.accountNameTaken(account.name, knownAs: holder.openID, now: account.openID)
            }
        }
        // First every old name goes, then every new one comes.
        for (known, _, account) in named {
            guard let known, known.name != account.name else { continue }
            try db.execute(
                sql: "UPDATE account SET name = ? WHERE id = ?",
                arguments: [Self.aside(known.name, known.id), known.id])
        }
        for (known, app, account) in named {
            if let holder = try self.known("name = ?", [account.name]), holder.id != known?.id {
                try db.execute(
                    sql: "UPDATE account SET name = ? WHERE id = ?",
                    arguments: [Self.aside(holder.name, holder.id), holder.id])
            }
            if let known {
                try db.execute(
                    sql: "UPDATE account SET name = ?, open_id = ?, configured = 1 WHERE id = ?",
                    arguments: [account.name, account.openID, known.id])
                guard known.name != account.name else { continue }
                renamings.append(
                    Renaming(.account, id: known.id, from: Self.written(known.name), to: account.name))
                try note(account.name, known.id)
            } else {
                try db.execute(
                    sql: "INSERT INTO account (app, name, open_id, kind, role, zone) VALUES (?, ?, ?, ?, ?, ?)",
                    arguments: [
                        app, account.name, account.openID, account.kind.rawValue, account.role.rawValue,
                        account.zone.identifier,
                    ])
                try note(account.name, db.lastInsertedRowID)
            }
        }
    }

    /// nil: never seen.
    private func find(_ account: AccountRegistration, app: Int64, _ apps: [AppRegistration]) throws -> Known? {
        let same = try known(
            "app = ? AND open_id = ? ORDER BY name = ? DESC, id DESC", [app, account.openID, account.name])
        if let same { return same }
        let elsewhere = try StoredRow.fetchOne(
            db,
            sql: """
                SELECT a.id, a.name, p.name AS app FROM account a JOIN app p ON p.id = a.app
                WHERE a.open_id = ? AND a.app <> ?
                """, arguments: [account.openID, app])
        if let elsewhere, try hasTraces(account: elsewhere["id"]) {
            let name = apps.first { $0.accounts.contains { $0.name == account.name } }?.name ?? ""
            throw IdentityDoubt.accountMoved(account.name, openID: account.openID, from: elsewhere["app"], to: name)
        }
        // A name whose account has never done anything is corrected; any other stands for whom it stood for.
        guard let byName = try known("name = ?", [account.name]), try !hasTraces(account: byName.id),
            try Int64.fetchOne(db, sql: "SELECT app FROM account WHERE id = ?", arguments: [byName.id]) == app,
            !apps.contains(where: { $0.accounts.contains { $0.openID == byName.openID } })
        else { return nil }
        return byName
    }

    private func known(_ condition: String, _ arguments: Arguments) throws -> Known? {
        try StoredRow.fetchOne(
            db, sql: "SELECT id, name, open_id FROM account WHERE \(condition) LIMIT 1", arguments: arguments
        ).map { Known(id: $0["id"], name: $0["name"], openID: $0["open_id"]) }
    }

    private func note(_ name: String, _ account: Int64) throws {
        try db.execute(
            sql: """
                INSERT INTO account_name (name, since, account) VALUES (?, ?, ?)
                ON CONFLICT (name, since) DO UPDATE SET account = excluded.account
                """,
            arguments: [name, now.milliseconds, account])
    }

    /// Whether anything was ever done as this account, or is held against it or for it.
    private func hasTraces(account: Int64) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM run WHERE account = ?1) OR EXISTS (SELECT 1 FROM revision WHERE account = ?1)
                    OR EXISTS (SELECT 1 FROM consent WHERE account = ?1) OR EXISTS (SELECT 1 FROM listed WHERE account = ?1)
                    OR EXISTS (SELECT 1 FROM complaint WHERE account = ?1)
                    OR EXISTS (SELECT 1 FROM qualification WHERE account = ?1)
                    OR EXISTS (SELECT 1 FROM account WHERE id = ?1 AND (banned IS NOT NULL OR frozen IS NOT NULL
                        OR hold_reason IS NOT NULL OR bound = 0))
                """, arguments: [account])!
    }

    /// Aside stands what no configuration can say, so that a name is free while it changes hands.
    private static func aside(_ name: String, _ id: Int64) -> String { "\(written(name))\u{1F}\(id)" }
    private static func written(_ name: String) -> String {
        String(name.split(separator: "\u{1F}", omittingEmptySubsequences: false).first ?? "")
    }
}
