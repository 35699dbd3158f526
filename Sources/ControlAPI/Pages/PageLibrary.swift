import Mustache

/// All templates, compiled once. Every `{{…}}` is escaped by `StrictHTML`; the unescaped form is not used, and a test looks
/// for it.
struct PageLibrary: Sendable {
    private let library: MustacheLibrary

    /// - Throws: only when a template itself is broken, which the first test of this room would show.
    init() throws {
        MustacheContentTypes.register(StrictHTML(), named: StrictHTML.name)
        var library = MustacheLibrary()
        for (name, text) in Self.templates {
            try library.register("{{% CONTENT_TYPE: \(StrictHTML.name)}}" + text, named: name)
        }
        self.library = library
    }

    func render(_ view: some Sendable, _ template: String) -> String {
        guard let page = library.render(view, withTemplate: template) else {
            preconditionFailure("there is no template \(template)")
        }
        return page
    }

    static let templates: [String: String] = FrameTemplates.all.merging(StartTemplates.all) { _, _ in
        preconditionFailure("two templates with one name")
    }.merging(RunTemplates.all) { _, _ in preconditionFailure("two templates with one name") }
        .merging(PersonTemplates.all) { _, _ in preconditionFailure("two templates with one name") }
        .merging(ListTemplates.all) { _, _ in preconditionFailure("two templates with one name") }
        .merging(DropTemplates.all) { _, _ in preconditionFailure("two templates with one name") }
        .merging(OutlookTemplates.all) { _, _ in preconditionFailure("two templates with one name") }
}
