import CampaignFiles
import Ports

extension Intake {
    /// What became of a file when it was last looked at.
    struct Look: Equatable {
        var item: TrayItem
        var firstSeen: Duration
        var isRefused: Bool
        /// Nobody let us read it. Rights change without a trace in what a listing tells: it is tried at every look.
        var isClosed = false
        /// What it names and waits for.
        var missing: [String] = []
    }

    /// What a campaign file names, as far as it was read.
    struct Wants {
        var item: TrayItem
        var names: [String]
    }

    /// Read before its turn.
    struct Ahead {
        var item: TrayItem
        var bytes: [UInt8]
        var reading: CampaignReading
    }
}
