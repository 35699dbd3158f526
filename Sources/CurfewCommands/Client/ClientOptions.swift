import ArgumentParser
import CampaignModel
import Words

extension Language: ExpressibleByArgument {}

/// What every command that speaks to the daemon takes.
struct ClientOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "The configuration file.", discussion: "Else /etc/curfew/curfew.yaml, else ./curfew.yaml.",
            valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("The daemon's local socket, instead of the configured one.", valueName: "path"))
    var socket: String?

    @Option(help: ArgumentHelp("zh or en; else the configured language, else LANG.", valueName: "language"))
    var lang: Language?

    @Flag(help: "Print JSON, one object with sorted keys, instead of text.")
    var json = false
}

/// How the person at the keyboard proves who they are.
protocol IdentityProof: ParsableArguments {
    var tokenFile: String? { get }
    var name: String? { get }
}

struct IdentityOptions: IdentityProof, Sendable {
    @Option(help: ArgumentHelp("A file with your token, readable by you alone.", valueName: "file"))
    var tokenFile: String?

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("A name without proof; only a rehearsal accepts it.", valueName: "name"))
    var name: String?

    func validate() throws {
        try Self.oneOf(tokenFile, name, flag: "--as")
    }

    static func oneOf(_ tokenFile: String?, _ name: String?, flag: String) throws {
        if (tokenFile == nil) == (name == nil) {
            throw ValidationError(Catalogue.Usage.oneIdentity(flag))
        }
    }
}

/// The same for `resolve`, whose own `--as` says what became of the message.
struct ResolverOptions: IdentityProof, Sendable {
    @Option(help: ArgumentHelp("A file with your token, readable by you alone.", valueName: "file"))
    var tokenFile: String?

    @Option(
        name: .customLong("by"),
        help: ArgumentHelp("A name without proof; only a rehearsal accepts it.", valueName: "name"))
    var name: String?

    func validate() throws {
        try IdentityOptions.oneOf(tokenFile, name, flag: "--by")
    }
}

/// Which language a command speaks: what was asked for, then what the daemon is configured to speak, then the shell's.
/// The configuration goes before `LANG`, because servers are installed in English for people who read Chinese.
enum ClientLanguage {
    static func choose(asked: Language?, configured: Language?, environment: [String: String]) -> Language {
        if let asked = asked ?? configured { return asked }
        for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
            guard let value = environment[name], !value.isEmpty else { continue }
            if let language = Language(rawValue: String(value.prefix(2)).lowercased()) { return language }
        }
        return .zh
    }
}
