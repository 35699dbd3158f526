/// What holds between keys, as the schema can say it. Sums, names that refer to each other and times that meet are left to
/// `curfew check`.
enum SchemaRules {
    typealias Rule = [String: Any]

    static func rules(of shape: String) -> [Rule] {
        switch shape {
        case "campaign": campaign
        case "audience": audience
        case "schedule": schedule
        case "trigger": trigger
        default: []
        }
    }

    private static func has(_ keys: String...) -> Rule { ["required": keys] }
    private static func not(_ rule: Rule) -> Rule { ["not": rule] }
    private static func value(_ key: String, _ words: [String]) -> Rule {
        ["required": [key], "properties": [key: ["enum": words]]]
    }
    private static func when(_ condition: Rule, _ then: Rule, otherwise: Rule? = nil) -> Rule {
        var rule: Rule = ["if": condition, "then": then]
        if let otherwise { rule["else"] = otherwise }
        return rule
    }

    private static var campaign: [Rule] {
        let isGroup = value("channel", ["group-message"])
        let cards = ["applet_card", "applet_coupon", "authorization_card"]
        func messages(_ rule: Rule) -> Rule {
            ["properties": ["variants": ["items": ["properties": ["messages": rule]]]]]
        }
        return [
            when(
                isGroup,
                [
                    "properties": [
                        "audience": not(value("source", ["authorized"])),
                        "variants": [
                            "items": [
                                "properties": [
                                    "messages": [
                                        "maxItems": 1,
                                        "items": not(["anyOf": [has("applet_coupon"), has("authorization_card")]]),
                                    ]
                                ]
                            ]
                        ],
                    ]
                ],
                otherwise: when(
                    ["required": ["trigger"], "properties": ["trigger": isAnswer]], messages(["maxItems": 1]),
                    otherwise: messages(["contains": ["anyOf": cards.map { has($0) }]]))),
            // What happens takes the place of a list and a start.
            when(
                has("trigger"),
                [
                    "required": ["until"],
                    "not": ["anyOf": [has("audience"), has("schedule"), has("experiment"), isGroup]],
                    "properties": ["fields": ["additionalProperties": ["type": "object", "required": ["default"]]]],
                ], otherwise: ["required": ["audience", "schedule"], "not": has("until")]),
            // A lone variant takes everything.
            when(
                ["properties": ["variants": ["maxItems": 1]]],
                [
                    "properties": [
                        "variants": [
                            "items": [
                                "properties": [
                                    "weight": ["enum": [100, "100", "100%", "100.0", "100.00", "100.0%", "100.00%"]]
                                ]
                            ]
                        ]
                    ]
                ],
                otherwise: ["properties": ["variants": ["items": ["required": ["weight"]]]]]),
            when(has("experiment"), ["properties": ["variants": ["minItems": 2]]]),
            when(
                ["required": ["experiment"], "properties": ["experiment": value("method", ["bandit"])]],
                ["properties": ["variants": ["minItems": 5]]]),
        ]
    }

    private static var isEnter: Rule {
        ["anyOf": [value("right", ["enter"]), ["allOf": [value("on", ["entered"]), not(has("right"))]]]]
    }
    private static var isReply: Rule {
        ["anyOf": [value("right", ["reply"]), ["allOf": [value("on", ["replied"]), not(has("right"))]]]]
    }
    private static var isAnswer: Rule { ["anyOf": [isEnter, isReply]] }

    private static var trigger: [Rule] {
        [
            when(has("keywords"), value("on", ["replied"])),
            when(
                ["required": ["where"], "properties": ["where": ["type": "object", "required": ["entered_from"]]]],
                value("on", ["entered"])),
            when(value("right", ["enter"]), value("on", ["entered"])),
            when(value("right", ["reply"]), value("on", ["replied"])),
            when(value("again", ["every"]), isReply),
            when(isEnter, ["properties": ["after": ["enum": ["0s"]]]]),
            when(isReply, ["properties": ["after": not(["pattern": " at "])]]),
        ]
    }

    private static var audience: [Rule] {
        [
            when(
                value("source", ["authorized"]),
                [
                    "not": has("files"),
                    "properties": ["where": ["propertyNames": ["enum": CampaignReader.authorizedColumns]]],
                ], otherwise: has("files"))
        ]
    }

    private static var schedule: [Rule] {
        let repeating = ["daily", "weekly", "monthly", "yearly"]
        let plain = ["repeat", "on", "day", "weekday", "every", "until"]
        return [
            when(has("rrule"), ["not": ["anyOf": plain.map { has($0) }]]),
            when(has("on"), value("repeat", ["weekly"])),
            when(["anyOf": [has("day"), has("weekday")]], value("repeat", ["monthly"])),
            when(["anyOf": [has("every"), has("until")]], value("repeat", repeating)),
            when(has("except"), ["anyOf": [value("repeat", repeating), has("rrule")]]),
            not(has("day", "weekday")),
        ]
    }
}
