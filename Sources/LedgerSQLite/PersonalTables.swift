/// The tables that name a person, and what becomes of their rows when the person is erased and when they are older than
/// they may be (rule 24). A test reads the schema and fails for a table with a person in it that does not stand here.
struct PersonalTable: Sendable {
    enum Erasure: Sendable {
        /// A place in a sum: the row stays, and its integer leads to a digest.
        case stays
        /// Stays without what it tells: `LedgerSQLite.empty`.
        case emptied
        /// Goes, by this condition on the recipient `?1`; it names the table's key from its beginning, so that nobody else's
        /// row is read.
        case goes(String)
    }

    enum Retention: Sendable {
        /// As long as the person may be sent to or must be left alone: who they are, what they allowed, what they forbade.
        case lasting
        /// With the contents of the revisions that use the list.
        case list
        /// With the records of the run `?1`.
        case run(String)
        /// The same, day by day: there is no index by run.
        case runByDay
        /// Older than this platform day, or than this moment in milliseconds.
        case age(@Sendable (_ day: Int32, _ moment: Int64) -> String)
    }

    let name: String
    let key: String
    let erasure: Erasure
    let retention: Retention

    private init(_ name: String, key: String, _ erasure: Erasure, _ retention: Retention) {
        self.name = name
        self.key = key
        self.erasure = erasure
        self.retention = retention
    }

    private static let ofAccount = "account IN (SELECT id FROM account) AND recipient = ?1"

    static let all: [PersonalTable] = [
        PersonalTable("recipient", key: "id", .emptied, .lasting),
        PersonalTable("consent", key: "account, recipient", .goes(ofAccount), .lasting),
        PersonalTable("listed", key: "recipient, list, account", .emptied, .lasting),
        PersonalTable("person_window", key: "recipient", .goes("recipient = ?1"), .lasting),
        PersonalTable("member", key: "audience, recipient", .emptied, .list),
        PersonalTable(
            "plan", key: "segment, position", .stays, .run("segment IN (SELECT id FROM segment WHERE run = ?1)")),
        PersonalTable("undecided", key: "run, position", .stays, .run("run = ?1")),
        PersonalTable("holdout", key: "run, recipient", .stays, .run("run = ?1")),
        PersonalTable("waiting", key: "run, recipient", .emptied, .run("run = ?1")),
        PersonalTable("skipped", key: "run, recipient", .stays, .run("run = ?1")),
        PersonalTable("occasion", key: "id", .emptied, .run("run = ?1")),
        PersonalTable("attempt", key: "day, recipient, account, number", .emptied, .runByDay),
        PersonalTable("unknown_attempt", key: "day, recipient, account, number", .stays, .runByDay),
        PersonalTable("recall", key: "run, recipient, message_id", .emptied, .run("run = ?1")),
        // What somebody did is counted in `result` and stays there; the row that says that they did it goes.
        PersonalTable(
            "credit", key: "run, recipient, conversion", .goes("run IN (SELECT id FROM run) AND recipient = ?1"),
            .run("run = ?1")),
        PersonalTable(
            "event", key: "id", .goes("recipient = ?1 AND recipient > 0"),
            .age { _, moment in
                """
                account IN (SELECT 0 UNION ALL SELECT id FROM account) AND kind IN (1,2,3,4,5,6,7,8,9,10,11,12)
                    AND at < \(moment) AND recipient > 0
                """
            }),
        PersonalTable(
            "order_change_ahead", key: "recipient, identity", .goes("recipient = ?1"),
            .age { _, moment in "recipient > 0 AND at < \(moment)" }),
        PersonalTable(
            "activity", key: "account, recipient, slot", .goes(ofAccount + " AND recipient > 0"),
            .age { _, moment in "recipient > 0 AND last < \(moment)" }),
        PersonalTable(
            "prompt", key: "account, recipient, day", .goes(ofAccount), .age { day, _ in "day < \(day)" }),
        PersonalTable(
            "acquaintance", key: "account, recipient", .goes(ofAccount),
            .age { _, moment in "max(said, coalesce(replied, 0)) < \(moment)" }),
        PersonalTable(
            "echo", key: "day, recipient, account, message_id",
            .goes("day IN (SELECT day FROM counter) AND recipient = ?1"), .age { day, _ in "day < \(day)" }),
    ]

    static let names = Set(all.map(\.name))

    /// Columns that name a person. `person` is not among them: it is one of ours, who acted.
    static let columns: Set<String> = ["recipient", "open_id", "member", "recipients"]

    /// Tables without anybody's id: names, figures, texts of campaigns, and what is kept as it was written. No erasure
    /// reaches them, whatever word somebody gives.
    static let withoutPeople: Set<String> = [
        "account", "account_activity", "account_name", "app", "audience", "audit", "campaign",
        "card_template", "consent_count", "contest",
        "counter", "erased", "image", "image_content", "instance", "kept_answer", "lane_minute", "look", "notice",
        "notice_condition", "notice_target", "order_change", "person_name", "person_token", "qualification", "reign",
        "result", "revision", "revision_audience", "rollup", "run", "run_forecast", "segment", "session", "strategy",
        "tally", "total", "undecided_rest",
    ]
}

/// A column of another table whose text may name a person, and how they are taken out of it.
struct PersonalColumn: Sendable {
    enum Form: Sendable {
        /// What came in and nobody has read yet: it is not read any more.
        case unread
        /// A machine's review: its samples are ids.
        case review
        /// What an operator wrote in their own words: an id that cannot be an ordinary word is taken out of it.
        case remark
    }
    let table: String
    /// What a row of it is found by.
    let keys: [String]
    let name: String
    let form: Form

    static let all = [
        PersonalColumn(table: "arrival", keys: ["id"], name: "body", form: .unread),
        PersonalColumn(table: "machine_review", keys: ["revision"], name: "review", form: .review),
        PersonalColumn(table: "complaint", keys: ["id"], name: "note", form: .remark),
        PersonalColumn(table: "approval", keys: ["revision", "person"], name: "note", form: .remark),
    ]
    static let tables = Set(all.map(\.table))
}
