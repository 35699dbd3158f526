import CampaignModel
import Experiments
import Testing

@Suite("Everybody has one arm, for good, and being held out says nothing about it")
struct AssignmentTests {
    /// Shaped like the platform's ids: ASCII, `_000` and a mixed tail.
    private static let openIDs: [String] = (0..<40_000).map { number in
        "_000" + String(number &* 2_654_435_761 % 4_294_967_296, radix: 36) + "x\(number)"
    }

    private func shares(_ tenThousandths: [Int]) -> [Share] { tenThousandths.map { Share(tenThousandths: $0) } }

    @Test("the arm is GrowthBook's choice for seed campaign:test and value open_id")
    func armIsGrowthBooksChoice() {
        let weights = [4000, 3500, 2500]
        let assignment = Assignment(campaign: "spring-sale", test: "tone", weights: shares(weights))
        let ranges = GrowthBookRanges.bucketRanges(
            count: 3, coverage: 1, weights: weights.map { Double($0) / 10_000 })
        for openID in Self.openIDs.prefix(5000) {
            let position = GrowthBookHash.position(seed: "spring-sale:tone", value: openID, version: .two)
            #expect(assignment.arm(of: openID) == GrowthBookRanges.chooseVariation(position, among: ranges))
        }
    }

    @Test(
        "bytes, a slice of bytes and text of one id fall into one bucket, ASCII or not",
        arguments: [
            "", "a", "_000abcXYZ", "用户一", "emoji 👍🏽 tail", "é", "e\u{301}", "𠮷野家",
        ])
    func bytesAndTextAgree(openID: String) {
        let salt = Salt("spring-sale:split")
        let bytes = Array(openID.utf8)
        let framed = [0x78] + bytes + [0x79]
        #expect(salt.bucket(of: openID) == salt.bucket(of: bytes))
        #expect(salt.bucket(of: openID) == salt.bucket(of: framed[1..<(framed.count - 1)]))
        // A collection that cannot lend its storage takes the slower path to the same bucket.
        #expect(salt.bucket(of: openID) == salt.bucket(of: AnyCollection(bytes)))
        #expect(salt.bucket(of: openID) == GrowthBookHash.bucket(seed: "spring-sale:split", value: openID))
    }

    @Test("text beyond ASCII is hashed by UTF-16 units, as JavaScript does")
    func beyondASCIIByUTF16Units() {
        // Computed by the definition, unit by unit, apart from the code under test.
        func reference(_ text: String) -> Int {
            func fnv(_ units: [UInt16]) -> UInt32 {
                units.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
            }
            return Int(fnv(Array(String(fnv(Array(text.utf16))).utf16)) % 10_000)
        }
        for value in ["用户一", "👍🏽", "é", "plain"] {
            #expect(GrowthBookHash.bucket(seed: "春:split", value: value) == reference("春:split" + value))
        }
    }

    @Test(
        "weights of one ten-thousandth, of nothing and of everything are kept exactly",
        arguments: [
            [10_000], [0, 10_000], [10_000, 0], [1, 9999], [3333, 3333, 3334], [5000, 0, 5000],
        ])
    func weightsAreExact(weights: [Int]) {
        let assignment = Assignment(campaign: "c", weights: shares(weights))
        let salt = Salt("c:\(Assignment.defaultTest)")
        for openID in Self.openIDs.prefix(4000) {
            let bucket = salt.bucket(of: openID)
            let arm = assignment.arm(of: openID)
            let start = weights[..<arm].reduce(0, +)
            #expect(bucket >= start && bucket < start + weights[arm])
        }
    }

    @Test("every one of the ten thousand buckets belongs to exactly the arm whose weights cover it")
    func noGapBetweenArms() {
        var met = Set<Int>()
        let assignment = Assignment(campaign: "c", weights: shares([1, 1, 9997, 1]))
        var counts = [0, 0, 0, 0]
        let salt = Salt("c:\(Assignment.defaultTest)")
        for number in 0..<250_000 {
            let openID = "u\(number)"
            let bucket = salt.bucket(of: openID)
            guard met.insert(bucket).inserted else { continue }
            counts[assignment.arm(of: openID)] += 1
        }
        #expect(met.count == GrowthBookHash.bucketCount)
        #expect(counts == [1, 1, 9997, 1])
    }

    @Test("arm and holdout are independent, and both keep to their shares: chi-square over 40,000 people")
    func armAndHoldoutAreIndependent() {
        let assignment = Assignment(
            campaign: "spring-sale", weights: shares([3000, 3000, 4000]), holdoutShare: Share(tenThousandths: 1000))
        var counts = Array(repeating: [0.0, 0.0], count: 3)
        for openID in Self.openIDs { counts[assignment.arm(of: openID)][assignment.isHeldOut(openID) ? 1 : 0] += 1 }
        let total = Double(Self.openIDs.count)
        var independence = 0.0
        var fit = 0.0
        for (arm, share) in [0.3, 0.3, 0.4].enumerated() {
            for (column, columnShare) in [0.9, 0.1].enumerated() {
                let rowSum = counts[arm][0] + counts[arm][1]
                let columnSum = counts.reduce(0) { $0 + $1[column] }
                let expected = rowSum * columnSum / total
                independence += (counts[arm][column] - expected) * (counts[arm][column] - expected) / expected
                let planned = total * share * columnShare
                fit += (counts[arm][column] - planned) * (counts[arm][column] - planned) / planned
            }
        }
        // The 99.9 % points of chi-square with 2 and with 5 degrees of freedom. Nothing here is random: it holds or not.
        #expect(independence < 13.82, "arms and holdout depend on each other")
        #expect(fit < 20.52, "a share is not kept")
    }

    @Test("two tests of one campaign, and two campaigns with one test, draw independently")
    func seedsDrawIndependently() {
        func chiSquare(_ left: Assignment, _ right: Assignment) -> Double {
            var counts = [[0.0, 0.0], [0.0, 0.0]]
            for openID in Self.openIDs { counts[left.arm(of: openID)][right.arm(of: openID)] += 1 }
            let total = Double(Self.openIDs.count)
            return (0..<4).reduce(0) { sum, cell in
                let (row, column) = (cell / 2, cell % 2)
                let expected =
                    (counts[row][0] + counts[row][1]) * (counts[0][column] + counts[1][column]) / total
                return sum + (counts[row][column] - expected) * (counts[row][column] - expected) / expected
            }
        }
        let even = shares([5000, 5000])
        let tone = Assignment(campaign: "spring-sale", test: "tone", weights: even)
        #expect(chiSquare(tone, Assignment(campaign: "spring-sale", test: "length", weights: even)) < 10.83)
        #expect(chiSquare(tone, Assignment(campaign: "autumn-sale", test: "tone", weights: even)) < 10.83)
    }

    @Test("a wider holdout only adds people, and moves nobody between arms")
    func wideningTheHoldoutMovesNobody() {
        let weights = shares([5000, 5000])
        let narrow = Assignment(campaign: "c", weights: weights, holdoutShare: Share(tenThousandths: 500))
        let wide = Assignment(campaign: "c", weights: weights, holdoutShare: Share(tenThousandths: 1500))
        var added = 0
        for openID in Self.openIDs {
            #expect(narrow.arm(of: openID) == wide.arm(of: openID))
            if narrow.isHeldOut(openID) { #expect(wide.isHeldOut(openID)) }
            if wide.isHeldOut(openID) && !narrow.isHeldOut(openID) { added += 1 }
        }
        #expect(added > 3600 && added < 4400)
    }

    @Test("without a holdout nobody is held out, with a whole one everybody is")
    func holdoutOfNothingAndOfEverything() {
        let nobody = Assignment(campaign: "c", weights: [.whole])
        let everybody = Assignment(campaign: "c", weights: [.whole], holdoutShare: .whole)
        for openID in Self.openIDs.prefix(2000) {
            #expect(!nobody.isHeldOut(openID))
            #expect(everybody.isHeldOut(openID))
        }
    }

    @Test("a campaign's weights and holdout are read from its file")
    func readsTheCampaign() {
        var campaign = Campaign(
            id: "spring-sale", author: "lin", account: "shop", title: "Spring", audience: .init(source: .files),
            schedule: Schedule(start: Moment(seconds: 1_800_000_000)), holdout: Share(tenThousandths: 500),
            variants: [
                Variant(name: "a", weight: Share(tenThousandths: 2000), messages: []),
                Variant(name: "b", weight: Share(tenThousandths: 8000), messages: []),
            ])
        let fromFile = Assignment(campaign)
        let byHand = Assignment(
            campaign: "spring-sale", weights: shares([2000, 8000]), holdoutShare: Share(tenThousandths: 500))
        campaign.priority = 1
        for openID in Self.openIDs.prefix(2000) {
            #expect(fromFile.arm(of: openID) == byHand.arm(of: openID))
            #expect(fromFile.isHeldOut(openID) == byHand.isHeldOut(openID))
            #expect(Assignment(campaign).arm(of: openID) == fromFile.arm(of: openID))
        }
    }
}
