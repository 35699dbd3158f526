import Experiments
import Foundation
import Testing

/// GrowthBook's own published cases, all of those for hash, ranges, choice, namespaces and weights.
@Suite("An assignment is the one that any GrowthBook library makes")
struct GrowthBookCasesTests {
    private let cases: PublishedCases

    init() throws { cases = try PublishedCases.read() }

    @Test("every published hash comes out, and a version that nobody knows has none")
    func hashes() throws {
        #expect(cases.hash.count == 15)
        for published in cases.hash {
            let position = GrowthBookHash.Version(rawValue: published.version).map {
                GrowthBookHash.position(seed: published.seed, value: published.value, version: $0)
            }
            #expect(position == published.expected, "\(published)")
        }
    }

    @Test("every published range comes out: coverage is held to 0...1, weights that do not fit count as equal")
    func ranges() throws {
        #expect(cases.getBucketRange.count == 13)
        for published in cases.getBucketRange {
            let ranges = GrowthBookRanges.bucketRanges(
                count: published.count, coverage: published.coverage, weights: published.weights)
            let rounded = ranges.map { [$0.start, $0.end].map { ($0 * 1e6).rounded() / 1e6 } }
            #expect(rounded == published.expected, "\(published.name)")
        }
    }

    @Test("every published choice comes out: the first half-open range that holds the number wins")
    func choices() throws {
        #expect(cases.chooseVariation.count == 13)
        for published in cases.chooseVariation {
            let ranges = published.ranges.map { BucketRange(start: $0[0], end: $0[1]) }
            let chosen = GrowthBookRanges.chooseVariation(published.position, among: ranges)
            #expect((chosen ?? -1) == published.expected, "\(published.name)")
        }
    }

    @Test("every published namespace case comes out")
    func namespaces() throws {
        #expect(cases.inNamespace.count == 16)
        for published in cases.inNamespace {
            let isInside = GrowthBookRanges.inNamespace(
                published.user, namespace: published.namespace,
                slice: BucketRange(start: published.start, end: published.end))
            #expect(isInside == published.expected, "\(published.name)")
        }
    }

    @Test("every published set of equal weights comes out, none for no arms")
    func equalWeights() throws {
        #expect(cases.getEqualWeights.count == 6)
        for published in cases.getEqualWeights {
            let rounded = GrowthBookRanges.equalWeights(count: published.count).map { ($0 * 1e8).rounded() / 1e8 }
            #expect(rounded == published.expected, "\(published.count) arms")
        }
    }
}

/// The file's rows are arrays of mixed types; each is read by position.
private struct PublishedCases: Decodable {
    var hash: [Hash]
    var getBucketRange: [Range]
    var chooseVariation: [Choice]
    var inNamespace: [Namespace]
    var getEqualWeights: [EqualWeights]

    static func read() throws -> PublishedCases {
        let url = try #require(Bundle.module.url(forResource: "growthbook-cases", withExtension: "json"))
        return try JSONDecoder().decode(PublishedCases.self, from: Data(contentsOf: url))
    }

    struct Hash: Decodable {
        let seed: String, value: String, version: Int, expected: Double?
        init(from decoder: any Decoder) throws {
            var row = try decoder.unkeyedContainer()
            seed = try row.decode(String.self)
            value = try row.decode(String.self)
            version = try row.decode(Int.self)
            expected = try row.decodeIfPresent(Double.self)
        }
    }

    struct Range: Decodable {
        let name: String, count: Int, coverage: Double, weights: [Double]?, expected: [[Double]]
        init(from decoder: any Decoder) throws {
            var row = try decoder.unkeyedContainer()
            name = try row.decode(String.self)
            var asked = try row.nestedUnkeyedContainer()
            count = try asked.decode(Int.self)
            coverage = try asked.decode(Double.self)
            weights = try asked.decodeIfPresent([Double].self)
            expected = try row.decode([[Double]].self)
        }
    }

    struct Choice: Decodable {
        let name: String, position: Double, ranges: [[Double]], expected: Int
        init(from decoder: any Decoder) throws {
            var row = try decoder.unkeyedContainer()
            name = try row.decode(String.self)
            position = try row.decode(Double.self)
            ranges = try row.decode([[Double]].self)
            expected = try row.decode(Int.self)
        }
    }

    struct Namespace: Decodable {
        let name: String, user: String, namespace: String, start: Double, end: Double, expected: Bool
        init(from decoder: any Decoder) throws {
            var row = try decoder.unkeyedContainer()
            name = try row.decode(String.self)
            user = try row.decode(String.self)
            var slice = try row.nestedUnkeyedContainer()
            namespace = try slice.decode(String.self)
            start = try slice.decode(Double.self)
            end = try slice.decode(Double.self)
            expected = try row.decode(Bool.self)
        }
    }

    struct EqualWeights: Decodable {
        let count: Int, expected: [Double]
        init(from decoder: any Decoder) throws {
            var row = try decoder.unkeyedContainer()
            count = try row.decode(Int.self)
            expected = try row.decode([Double].self)
        }
    }
}
