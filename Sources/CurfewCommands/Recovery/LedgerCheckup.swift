import CampaignModel
import Engine
import Foundation
import Glibc
import HostSystem
import LedgerSQLite
import Ports
import SendingRules
import Words

/// What `doctor` asks the ledger's file, opened read-only.
struct LedgerCheckup {
    typealias Words = Catalogue.Doctor
    let settings: Settings
    let full: Bool
    let now: Moment

    func findings() -> [Finding] {
        let path = Paths.ledger(in: settings.state)
        guard access(path, F_OK) == 0 || errno != EACCES else {
            return [Finding("ledger", .fail, .operator, Words.notSeen(path, String(cString: strerror(EACCES))))]
        }
        guard access(path, F_OK) == 0 else { return [Finding("ledger", .warn, .operator, Words.noLedger)] }
        var options = LedgerSQLite.Options()
        options.readOnly = true
        do {
            let ledger = try LedgerSQLite(path: path, options: options)
            let damage = try ledger.damage(full: full)
            guard damage.isEmpty else { return [Finding("ledger", .fail, .machine, Words.damaged(damage[0]))] }
            var found = [Finding("ledger", .ok, Words.sound(full: full))]
            let schema = try ledger.schema()
            guard schema.isCurrent else {
                return found + [Finding("schema", .warn, .operator, Words.schemaOld(schema.latest))]
            }
            found.append(Finding("schema", .ok, Words.schema(schema.latest)))
            found.append(try sums(ledger))
            found += try seal(ledger, path)
            found += try lanes(ledger)
            return found + replaced()
        } catch LedgerError.newerSchema {
            return [Finding("schema", .fail, .operator, Words.newer)]
        } catch {
            return [Finding("ledger", .fail, .machine, Words.unreadable(PlainWords.of(error)))]
        }
    }

    private func sums(_ ledger: LedgerSQLite) throws -> Finding {
        let violations = try ledger.violations()
        guard let first = violations.first else { return Finding("sums", .ok, Words.sumsHold) }
        return Finding("sums", .fail, .program, Words.sumsBroken(violations.count, first))
    }

    private func seal(_ ledger: LedgerSQLite, _ path: String) throws -> [Finding] {
        let seals = SealFile(state: settings.state, ledger: path)
        let seal: LedgerSeal?
        do { seal = try seals.read() } catch let error as SealFileError {
            let why = String(cString: strerror(error.errno))
            return [Finding("seal", .fail, .operator, Words.stateMissing(error.path, why))]
        }
        var found: [Finding] = []
        switch SealRule.judge(try ledger.mark(), against: seal, in: try seals.place()) {
        case .same: found.append(Finding("seal", .ok, Words.sealGood))
        case .first: found.append(Finding("seal", .ok, Words.sealFirst))
        case .refused(let doubt):
            let (why, hint) = (Catalogue.Recovery.doubt(doubt), Words.acceptInShort)
            found.append(
                Finding("seal", .fail, .operator, Sentence(zh: why.zh + hint.zh, en: why.en + " " + hint.en)))
        }
        switch try ledger.verifyAudit(noted: seal?.audit) {
        case .whole(let head): found.append(Finding("audit", .ok, Words.auditGood(head.text)))
        case .broken(let seq): found.append(Finding("audit", .fail, .operator, Catalogue.Audit.broken(seq)))
        case .notTheNoted(let noted, let head):
            found.append(
                Finding("audit", .fail, .operator, Catalogue.Audit.notTheNoted(noted: noted.text, found: head.text)))
        }
        return found
    }

    private func lanes(_ ledger: LedgerSQLite) throws -> [Finding] {
        var found: [Finding] = []
        if try ledger.isStopped() { found.append(Finding("stop", .warn, .operator, Words.stopped)) }
        let live = try ledger.liveRuns()
        for account in try ledger.accounts() {
            let runs = live.count { $0.lane.account == account.id }
            if !account.isConfigured {
                if runs > 0 {
                    let words = Catalogue.Stand.removedAccount(account.name, runs: runs)
                    found.append(Finding("account", .warn, .operator, words))
                }
                continue
            }
            guard let hold = account.hold, hold.until.map({ $0 > now }) ?? true else { continue }
            let words = Words.held(account.name, Catalogue.reason(hold.reason), until: hold.until)
            found.append(Finding("account", .warn, hold.until == nil ? .operator : .platform, words))
        }
        if found.isEmpty { found.append(Finding("account", .ok, Words.lanesOpen)) }
        let old = try ledger.unknowns(olderThan: now - .days(1))
        found.append(
            old == 0
                ? Finding("unknown", .ok, Words.noUnknowns) : Finding("unknown", .warn, .operator, Words.unknowns(old)))
        return found
    }

    private func replaced() -> [Finding] {
        // Safe because a folder that cannot be listed is already a finding of its own.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: settings.state)) ?? []
        let left = names.filter { $0.hasPrefix("ledger.replaced-") && $0.hasSuffix(".db") }.sorted()
        if left.isEmpty { return [] }
        return [Finding("replaced", .warn, .operator, Words.replaced(left.joined(separator: ", ")))]
    }
}
