import CampaignModel
import Ports
import SendingRules
import Words

/// Why a set is refused although its campaign file reads well.
package struct IntakeFault: Error {
    package let code: String
    package let sentence: Sentence
}

// MARK: - What only the ledger knows

extension IntakeFault {
    /// All that the ledger has against a file of this house, for whoever looks before it is dropped: whatever is said here is
    /// what intake will say.
    package static func known(
        against campaign: Campaign, in ledger: any LedgerReading
    ) throws -> [IntakeFault] {
        var faults: [IntakeFault] = []
        if let account = try ledger.accounts().first(where: { $0.name == campaign.account }) {
            faults += try [template(of: campaign, account.id, ledger)].compactMap { $0 }
        }
        if let first = try ledger.runs(ofCampaign: campaign.id).first {
            let author = try ledger.revisionRecord(first.revision).campaign.author
            if author != campaign.author { faults.append(idTaken(author: author)) }
        }
        return faults
    }

    /// Rule 28: a card whose template the platform has not approved is refused before anybody reads it.
    static func template(
        of campaign: Campaign, _ account: AccountID, _ ledger: any AccountReading
    ) throws -> IntakeFault? {
        let known = try ledger.accountFile(account, history: 0).templates
            .map { CardTemplate(id: $0.id, isApproved: $0.approved) }
        guard let refused = TemplateRule.refused(of: campaign.cardTemplates, known: known) else { return nil }
        return IntakeFault(
            code: Reason.templateNotApproved.code, sentence: Catalogue.Account.templateRefused(refused))
    }

    static func idTaken(author: String) -> IntakeFault {
        IntakeFault(code: "campaign_id_taken", sentence: Catalogue.Intake.idTaken(author: author))
    }
}
