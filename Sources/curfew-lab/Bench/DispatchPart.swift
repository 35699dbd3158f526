import ArgumentParser
import CurfewCommands
import Foundation

/// The dispatch measurement over one loaded ledger: each line dispatches a copy of it, between two halves of what the bare
/// loops make, so that a machine that has become slower or faster meanwhile tells on all of them.
struct DispatchPart {
    let folder: String
    let people: Int

    func measure(concurrency: Int, isTLS: Bool, sink given: String?) throws {
        let files = isTLS ? try BenchCertificate(folder: folder) : nil
        let own =
            given == nil
            ? try BenchChild.start(
                ["bench", "sink"] + (files.map { ["--certificate", $0.certificate, "--key", $0.key] } ?? [])) : nil
        defer { own?.end() }
        let address = try given ?? own?.line() ?? ""
        let authorities = files.map { ["--authorities", $0.certificate] } ?? []
        let copy = folder + "/dispatch"
        try copyLedger(to: copy)
        defer {
            do { try FileManager.default.removeItem(atPath: copy) } catch { Standard.complain("left behind: \(copy)") }
        }
        func bare(_ kind: [String]) throws -> BenchPlain.Figures {
            let requests = ["--requests", "\(max(1, people / 2))", "--concurrency", "\(concurrency)"]
            let said = try BenchChild.output(
                ["bench", "plain", "--sink", address] + requests + authorities + kind)
            return try JSONDecoder().decode(BenchPlain.Figures.self, from: Data(said.utf8))
        }
        let kinds = [[], ["--connect-only"]]
        let before = try kinds.map(bare)
        let said = try BenchChild.output(
            [
                "bench", "dispatch", "--folder", copy, "--sink", address, "--people", "\(people)", "--concurrency",
                "\(concurrency)",
            ] + authorities)
        let after = try kinds.map(bare)
        let figures = try JSONDecoder().decode(BenchDispatch.Figures.self, from: Data(said.utf8))
        Standard.say(
            figures.line(
                people: people, concurrency: concurrency, isTLS: isTLS, plain: Self.mean(before[0], after[0]),
                bare: Self.mean(before[1], after[1])))
    }

    /// Of the same number of posts each: times are added, not rates.
    private static func mean(_ one: BenchPlain.Figures, _ other: BenchPlain.Figures) -> BenchPlain.Figures {
        BenchPlain.Figures(
            perSecond: 2 / (1 / one.perSecond + 1 / other.perSecond),
            cpuMicroseconds: (one.cpuMicroseconds + other.cpuMicroseconds) / 2)
    }

    private func copyLedger(to copy: String) throws {
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasPrefix("ledger.db") {
            try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: "\(copy)/\(name)")
        }
    }
}

/// A certificate for the loopback address that vouches for itself.
struct BenchCertificate {
    let certificate: String
    let key: String

    init(folder: String) throws {
        certificate = folder + "/certificate.pem"
        key = folder + "/key.pem"
        let arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=bench", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
        ]
        _ = try BenchChild.output(arguments, program: "/usr/bin/openssl")
    }
}
