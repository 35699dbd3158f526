import Answers
import Hummingbird

/// The addresses of accounts, strategies and what is known of people. Rows of people are taken over either door: they
/// name nobody in the answer.
struct AccountRoutes: Sendable {
    let line: DeskLine
    let rules: DoorRules

    func add(to router: Router<BasicRequestContext>) {
        router.get("/v1/accounts/{account}") { _, context in
            let name = try ControlRoutes.pathWord("account", of: context)
            return try DoorReply.json(try await line.read { try $0.account(name) })
        }
        router.get("/v1/accounts/{account}/strategies") { _, context in
            let name = try ControlRoutes.pathWord("account", of: context)
            return try DoorReply.json(try await line.read { try $0.strategies(account: name) })
        }
        router.post("/v1/accounts") { request, _ in
            let identity = ControlRoutes.identity(of: request)
            let demand = try await ControlRoutes.body(AccountRequest.self, of: request)
            return try DoorReply.json(try await line.act { try $0.tend(demand, as: identity) })
        }
        router.post("/v1/strategies") { request, _ in
            let identity = ControlRoutes.identity(of: request)
            let demand = try await ControlRoutes.body(StrategyRequest.self, of: request)
            return try DoorReply.json(try await line.act { try $0.set(demand, as: identity) })
        }
        router.post("/v1/export") { request, _ in
            if let objection = rules.personObjection() { throw objection }
            let identity = ControlRoutes.identity(of: request)
            let demand = try await ControlRoutes.body(ExportRequest.self, of: request)
            return try DoorReply.json(try await line.act { try $0.export(demand, as: identity) })
        }
        router.post("/v1/people") { request, _ in
            let identity = ControlRoutes.identity(of: request)
            let demand = try await ControlRoutes.body(PeopleRequest.self, of: request)
            return try DoorReply.json(try await line.act { try $0.learn(demand, as: identity) })
        }
    }
}
