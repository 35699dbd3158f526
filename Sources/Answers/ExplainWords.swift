import CampaignModel
import Ports
import Words

extension Catalogue.Explain {
    /// What the ledger cannot know about another moment than now.
    package static func gap(_ gap: FactGap) -> Sentence {
        switch gap {
        case .future: gapAhead
        case .notPlannedYet(let until): gapNotPlannedYet(until: until.minuteText())
        case .lanePeopleBetween(let low, let high): gapBetween(low, high)
        case .givenBack(let people): gapGivenBack(people)
        case .consentBefore(let moment): gapConsentBefore(moment.minuteText())
        case .waitingThen: gapWaiting
        case .minuteOfLane: gapMinute
        case .settingsOfToday: gapSettings
        }
    }
}
