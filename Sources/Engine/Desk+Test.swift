import Answers
import CampaignModel
import Ports
import SendingRules
import Words

extension Desk {
    /// Rule 33. It serves a person's review and so needs none, and it is no way around one: it reaches configured people
    /// only, some a day, and only with what the machine has not refused.
    package func testSend(_ request: TestSendRequest, as identity: Identity) throws -> ActReceipt {
        let person = try prove(identity, for: .testSend)
        guard (1...Catalogue.openIDLengthMax).contains(request.openID.count) else {
            throw DeskRefusal(.invalid, code: "bad_value", Catalogue.Desk.badOpenID)
        }
        let run = try reading.find(request.run, for: .testing)
        let revision = try setup.ledger.revision(run.revision)
        guard
            TestRule.mayTest(person: person.name, roles: person.roles, author: person.called(revision.campaign.author))
        else {
            throw DeskRefusal(.forbidden, code: "not_your_campaign", Catalogue.Desk.notYourCampaign(person.name))
        }
        if revision.campaign.trigger?.right.isAnswer == true {
            throw DeskRefusal(.conflict, code: "answers_need_an_event", Catalogue.Triggers.noTest)
        }
        // As it is called now: the file may have named it otherwise.
        let account = run.accountName
        guard setup.testPeople[account, default: []].contains(request.openID) else {
            throw DeskRefusal(.forbidden, code: "not_a_test_person", Catalogue.Desk.notATestPerson(account))
        }
        if try Reviewer.review(of: revision.id, setup, at: setup.clock.now()).isRefused {
            throw DeskRefusal(.conflict, code: "machine_refused", Catalogue.Review.machineRefused)
        }
        var variant = 0
        if let name = request.variant {
            guard let index = revision.campaign.variants.firstIndex(where: { $0.name == name }) else {
                throw DeskRefusal(.notFound, code: "unknown_variant", Catalogue.Desk.unknownVariant(name))
            }
            variant = index
        }
        let now = setup.clock.now()
        let test: RunRecord
        do {
            test = try setup.ledger.addTest(
                TestDemand(
                    now: now, term: setup.term, revision: revision.id,
                    openID: GroupIdentity.stored(request.openID, in: run.lane.channel), variant: variant,
                    validUntil: now + .days(1), person: person.name, perDayMax: TestRule.perDayMax))
        } catch is TestsUsedUp {
            var refusal = DeskRefusal(
                .conflict, code: "tests_of_the_day_used",
                Catalogue.Desk.testsUsed(account, perDay: TestRule.perDayMax))
            refusal.nextAllowed = PlatformDay(containing: now).next.start
            throw refusal
        }
        ringAll()
        return ActReceipt(act: "test-send", run: test.name, state: test.state.code, onTheWire: 0)
    }
}
