import CampaignModel

@testable import Engine

/// Twenty campaigns of several marketers on four accounts: lists that overlap, windows, priorities, one to three
/// messages, held out people, and every way to send. A function of the seed.
enum GeneratedDay {
    struct Drop {
        var id: String
        var yaml: String
        var list: String
    }

    /// One campaign with nothing to it.
    static func plain(_ id: String, account: String, people: Range<Int>, start: String) -> Drop {
        let yaml = """
            campaign: \(id)
            author: marketing
            account: \(account)
            title: \(id)
            audience:
              files: [\(id).csv]
            schedule:
              start: \(start)
              valid_until: end-of-day
            variants:
              - name: a
                messages:
                  - applet_card: {template: card-001, path: pages/index, query: {from: \(id)}}

            """
        return Drop(id: id, yaml: yaml, list: "open_id,nickname\n" + people.map { "g\($0),n\n" }.joined())
    }

    static func campaigns(
        _ count: Int = 20, among spread: Int = 300, seed: UInt64, on day: String, repeatingUntil end: String? = nil
    ) -> [Drop] {
        var chance = SeededGenerator(seed: seed)
        func below(_ bound: Int) -> Int { Int(chance.next() % UInt64(bound)) }
        return (1...count).map { number in
            let account = RehearsedWorld.accounts[below(4)].name
            let first = below(spread)
            let people = (first..<first + 20 + below(account == "kiosk" ? 30 : 80)).map { "g\($0)" }
            let hour = 8 + below(11)
            let window = below(3) == 0 ? "  window: \(hour < 10 ? "0" : "")\(hour):00-21:00\n" : ""
            let sendTime = ["soon", "soon", "spread", "best"][below(4)]
            let texts = (0..<below(3)).map { "      - text: \"第\(number)场,第\($0)条\"\n" }.joined()
            let minutes = ["00", "15", "30", "45"][below(4)]
            let yaml = """
                campaign: generated-\(number)
                author: marketing
                account: \(account)
                title: 第\(number)场
                priority: \(1 + below(9))
                audience:
                  files: [generated-\(number).csv]
                  order: \(below(2) == 0 ? "shuffled" : "listed")
                schedule:
                  start: \(day) \(hour < 10 ? "0" : "")\(hour):\(minutes)
                \(window)  send_time: \(sendTime)
                \(end.map { "  repeat: daily\n  until: \($0)\n" } ?? "")  valid_until: \(below(3) == 0 && end == nil ? "+1d" : "end-of-day")
                holdout: \(below(2) == 0 ? "5%" : "0%")
                variants:
                  - name: a
                    weight: 50
                    messages:
                \(texts)      - applet_card: {template: card-001, path: pages/index, query: {from: g\(number)}}
                  - name: b
                    weight: 50
                    messages:
                      - applet_card: {template: card-001, path: pages/other, query: {from: g\(number)}}

                """
            return Drop(
                id: "generated-\(number)", yaml: yaml,
                list: "open_id,nickname\n" + people.map { "\($0),n\n" }.joined())
        }
    }
}
