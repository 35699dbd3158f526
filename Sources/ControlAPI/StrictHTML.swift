import Mustache

/// Escaping scalar by scalar: the only way text becomes a page. The library's own goes by character, and a quote that wears
/// a combining mark is another character to Swift and still a quote to a browser.
package struct StrictHTML: MustacheContentType {
    package static let name = "CURFEW_HTML"

    package func escapeText(_ text: String) -> String { Self.escaped(text) }

    /// Fit for an element's text and for an attribute in quotes.
    package static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
