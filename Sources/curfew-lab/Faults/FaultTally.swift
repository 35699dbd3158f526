import CurfewCommands
import Sandbox

/// What all parts together came to: the last line of `curfew faults --json`.
struct FaultTally {
    var kills = 0
    var duplicates = 0
    var lost = 0
    var overCap = 0
    var inQuietHours = 0
    var unknownMaxPerKill = 0
    var syscallPositions = 0
    var images = 0
    /// Messages to people: how many, how many came once more, and how many never.
    var notices = 0
    var noticesTwice = 0
    var noticesLost = 0
    /// Every broken promise, one sentence each; the counts above are among them.
    private(set) var violations: [String] = []
    private(set) var violationCount = 0

    /// More than these are counted and no longer kept.
    static let listedMax = 200

    mutating func violate(_ sentence: String) {
        violationCount += 1
        if violations.count < Self.listedMax { violations.append(sentence) }
        Standard.complain("  ✗ \(sentence)")
    }

    /// Takes in the platform's own audit.
    mutating func judge(_ audit: SandboxAudit, _ place: String) {
        for kind in audit.breachesByKind {
            switch kind.kind {
            case "duplicate", "second_contact", "second_contact_in_app": duplicates += kind.count
            case "users_cap", "messages_cap": overCap += kind.count
            case "quiet_hours": inQuietHours += kind.count
            default: break
            }
            for _ in 0..<kind.count { violate("\(place): the platform saw \(kind.kind)") }
        }
    }

    mutating func add(_ other: FaultTally) {
        kills += other.kills
        duplicates += other.duplicates
        lost += other.lost
        overCap += other.overCap
        inQuietHours += other.inQuietHours
        unknownMaxPerKill = max(unknownMaxPerKill, other.unknownMaxPerKill)
        syscallPositions += other.syscallPositions
        images += other.images
        notices += other.notices
        noticesTwice += other.noticesTwice
        noticesLost += other.noticesLost
        violationCount += other.violationCount
        violations = Array((violations + other.violations).prefix(Self.listedMax))
    }

    var json: String {
        """
        {"faults":{"kills":\(kills),"duplicates":\(duplicates),"lost":\(lost),"over_cap":\(overCap),\
        "in_quiet_hours":\(inQuietHours),"unknown_max_per_kill":\(unknownMaxPerKill),\
        "syscall_positions":\(syscallPositions),"images":\(images),"notices":\(notices),\
        "notices_twice":\(noticesTwice),"notices_lost":\(noticesLost),"violations":\(violationCount)}}
        """
    }
}
