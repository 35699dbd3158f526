import CampaignModel

/// From blocks that were read without a problem to the settings themselves. Each line names one row of
/// `Catalogue.settingKeys`; a name or type that the table does not have is a defect and stops at once.
extension Settings {
    init(_ root: SettingsBlock) {
        let platform = root.block("platform")
        let door = root.block("http")
        let (baseURL, isLoopback) = platform.baseURL("base_url")
        let (host, port) = door.listenAddress("listen")
        self.init(
            state: root.text("state"), inbox: root.text("inbox"), language: root.word("language"),
            keepAudienceFiles: root.boolean("keep_audience_files"),
            platform: PlatformSettings(
                baseURL: baseURL, timeout: platform.duration("timeout"), concurrency: platform.integer("concurrency"),
                isLoopback: isLoopback),
            http: DoorSettings(host: host, port: port, socket: door.text("socket")),
            people: root.list("people").map(PersonSettings.init),
            apps: root.list("apps").map(AppSettings.init),
            rules: RuleSettings(root.block("rules")),
            limits: LimitSettings(root.block("limits")),
            trustAs: root.boolean("trust_as"))
        review = ReviewSettings(root.block("review"))
        events = EventSettings(root.block("events"))
        http.socketGroup = door.optionalText("socket_group")
        http.origin = door.optionalBaseURL("origin")
        http.tlsCertificate = door.optionalText("tls_certificate")
        http.tlsKey = door.optionalSecret("tls_key")
        http.proxyUser = door.optionalText("proxy_user")
        http.proxyHeader = door.text("proxy_header")
        testPeople = root.list("test_people").map {
            TestPeopleSettings(account: $0.text("account"), openIDs: $0.texts("open_ids"))
        }
        notify = root.block("notify").list("targets").map(NoticeTargetSettings.init)
        holdout.name = root.block("holdout").text("name")
        holdout.share = Share(tenThousandths: root.block("holdout").integer("percent") * 100)
    }
}

extension EventSettings {
    fileprivate init(_ block: SettingsBlock) {
        self.init()
        if case .listenAddress(let host, let port) = block.values["listen"] { (self.host, self.port) = (host, port) }
        optOutWords = block.text("opt_out_words") == "none" ? "" : block.text("opt_out_words")
        sendsPerAuthorization = block.integer("sends_per_authorization")
        partners = block.list("partners").map { Partner(name: $0.text("name"), key: $0.secret("key")) }
    }
}

extension NoticeTargetSettings {
    fileprivate init(_ block: SettingsBlock) {
        self.init(
            name: block.text("name"), kind: block.word("kind"), address: block.secret("address"),
            secrets: block.optionalSecrets("secrets"), level: block.word("level"))
        mailUser = block.optionalText("user")
        mailFrom = block.optionalText("from")
        mailTo = block.optionalTexts("to")
    }
}

extension ReviewSettings {
    fileprivate init(_ block: SettingsBlock) {
        self.init()
        blockWords = block.text("block_words") == "none" ? "" : block.text("block_words")
        reviewWords = block.text("review_words") == "none" ? "" : block.text("review_words")
        twoPeopleFrom = block.integer("two_people_from")
    }
}

extension PersonSettings {
    fileprivate init(_ block: SettingsBlock) {
        self.init(
            name: block.text("name"), roles: block.texts("roles").compactMap(PersonRole.init(rawValue:)),
            token: block.optionalSecret("token"))
        if case .moment(let end) = block.values["expires"] { tokenExpires = end }
        unixUser = block.optionalText("unix_user")
    }
}

extension AppSettings {
    fileprivate init(_ block: SettingsBlock) {
        self.init(
            id: block.text("id"), clientKey: block.text("client_key"), clientSecret: block.secret("client_secret"),
            webhookSecrets: block.secrets("webhook_secrets"), credit: block.integer("credit"),
            inTrial: block.boolean("in_trial"), accounts: block.list("accounts").map(AccountSettings.init))
    }
}

extension AccountSettings {
    fileprivate init(_ block: SettingsBlock) {
        self.init(
            name: block.text("name"), openID: block.text("open_id"), kind: block.word("kind"), role: block.word("role"),
            pace: block.pace("pace"), zone: block.zone("zone"),
            qualification: block.blocks["qualification"].map(Qualification.init),
            allowListOnly: block.boolean("allow_list_only"))
    }
}

extension AccountSettings.Qualification {
    fileprivate init(_ block: SettingsBlock) {
        self.init(
            id: block.text("id"), messagesPerDay: block.integer("messages_per_day"),
            validFrom: block.moment("valid_from"), validTo: block.moment("valid_to"))
    }
}

extension RuleSettings {
    fileprivate init(_ block: SettingsBlock) {
        self.init(
            quietHours: block.dayWindow("quiet_hours"), dailyUsersCap: block.integer("daily_users_cap"),
            dailyBatchCap: block.integer("daily_batch_cap"), batchSize: block.integer("batch_size"),
            contactsPerAppPerDay: block.integer("contacts_per_app_per_day"), rollingDay: block.boolean("rolling_day"),
            consentAgeMax: block.duration("consent_age_max"), stock: block.word("stock"))
        prompts = block.word("prompts")
        riskMessagesPerHour = block.integer("risk_messages_per_hour")
        creditMin = block.integer("credit_min")
        contactsPerWeek = block.integer("contacts_per_week")
    }
}

extension LimitSettings {
    fileprivate init(_ block: SettingsBlock) {
        self.init(
            stopTimeout: block.duration("stop_timeout"), stepTimeout: block.duration("step_timeout"),
            clockDoubt: block.duration("clock_doubt"),
            keep: RetentionPeriods(contents: block.duration("keep_contents"), records: block.duration("keep_records")))
        reportsBeside = block.duration("reports_beside")
    }
}

extension SettingsBlock {
    func block(_ name: String) -> SettingsBlock { found(blocks[name], name) }
    func list(_ name: String) -> [SettingsBlock] { found(lists[name], name) }
    func text(_ name: String) -> String { if case .text(let value) = values[name] { value } else { found(nil, name) } }
    func optionalText(_ name: String) -> String? {
        if case .text(let value) = values[name] { value } else { nil }
    }
    func texts(_ name: String) -> [String] {
        if case .texts(let value) = values[name] { value } else { found(nil, name) }
    }
    /// One of an enum's words; the reader has compared them.
    func word<Word: RawRepresentable<String>>(_ name: String) -> Word { found(Word(rawValue: text(name)), name) }
    func integer(_ name: String) -> Int {
        if case .integer(let value) = values[name] { value } else { found(nil, name) }
    }
    func boolean(_ name: String) -> Bool {
        if case .boolean(let value) = values[name] { value } else { found(nil, name) }
    }
    func duration(_ name: String) -> Duration {
        if case .duration(let value) = values[name] { value } else { found(nil, name) }
    }
    func secret(_ name: String) -> SecretSource { found(optionalSecret(name), name) }
    func optionalSecret(_ name: String) -> SecretSource? {
        if case .secret(let value) = values[name] { value } else { nil }
    }
    func secrets(_ name: String) -> [SecretSource] {
        if case .secrets(let value) = values[name] { value } else { found(nil, name) }
    }
    func optionalSecrets(_ name: String) -> [SecretSource] {
        if case .secrets(let value) = values[name] { value } else { [] }
    }
    func optionalTexts(_ name: String) -> [String] {
        if case .texts(let value) = values[name] { value } else { [] }
    }
    func pace(_ name: String) -> PaceSpec {
        if case .pace(let value) = values[name] { value } else { found(nil, name) }
    }
    func dayWindow(_ name: String) -> DayWindow {
        if case .dayWindow(let value) = values[name] { value } else { found(nil, name) }
    }
    func zone(_ name: String) -> Zone { if case .zone(let value) = values[name] { value } else { found(nil, name) } }
    func moment(_ name: String) -> Moment {
        if case .moment(let value) = values[name] { value } else { found(nil, name) }
    }
    func baseURL(_ name: String) -> (text: String, isLoopback: Bool) {
        if case .baseURL(let text, let isLoopback) = values[name] { (text, isLoopback) } else { found(nil, name) }
    }
    func optionalBaseURL(_ name: String) -> String? {
        if case .baseURL(let text, _) = values[name] { text } else { nil }
    }
    func listenAddress(_ name: String) -> (host: String, port: Int) {
        if case .listenAddress(let host, let port) = values[name] { (host, port) } else { found(nil, name) }
    }

    private func found<Value>(_ value: Value?, _ name: String) -> Value {
        guard let value else { preconditionFailure("the table of settings has no such \(name)") }
        return value
    }
}
