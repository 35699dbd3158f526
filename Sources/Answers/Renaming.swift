import CampaignModel
import Ports
import Words

extension Renaming {
    package var sentence: Sentence {
        switch kind {
        case .app: Catalogue.Stand.appRenamed(from: from, to: to)
        case .account: Catalogue.Stand.accountRenamed(from: from, to: to)
        }
    }
}

extension IdentityDoubt {
    package var sentence: Sentence {
        switch self {
        case .accountNameTaken(let name, let known, let now):
            Catalogue.Stand.accountNameTaken(name, knownAs: known, now: now)
        case .accountMoved(let name, let openID, let old, let new):
            Catalogue.Stand.accountMoved(name, openID: openID, from: old, to: new)
        case .appNameTaken(let name, let known, let now): Catalogue.Stand.appNameTaken(name, knownAs: known, now: now)
        }
    }
}
