import CampaignModel
import Words

/// What a control file orders. Files can only make things stop: approving, resuming and starting need a proved person.
package enum ControlOrder: String, Sendable, CaseIterable {
    case pause, cancel
    /// Every campaign, not only the one the file is named after.
    case stopAll = "stop-all"
}

package struct ControlReading: Sendable {
    package let fileName: String
    /// nil when there is any error.
    package let order: ControlOrder?
    package let problems: [Problem]
}

/// `NAME.control.yaml` with `do: pause | cancel | stop-all`.
package enum ControlReader {
    package static func parse(bytes: [UInt8], fileName: String) -> ControlReading {
        let findings = Findings()
        var order: ControlOrder?
        if let document = YamlDocument.compose(bytes, findings: findings) {
            let reader = MappingReader(document, named: "do", shape: .control, findings: findings)
            order = reader?.choice("do")
        }
        if findings.hasErrors {
            findings.error(at: .start, "control_not_understood", Catalogue.Files.controlNotUnderstood)
        }
        return ControlReading(
            fileName: fileName, order: findings.hasErrors ? nil : order, problems: findings.inOrder)
    }
}
