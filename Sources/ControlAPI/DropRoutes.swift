import Answers
import CampaignModel
import Foundation
import Hummingbird
import Logging
import Ports
import Words

/// The addresses of dropping by a page: give files, look at them, write one with a form, hand them in.
struct DropRoutes: Sendable {
    /// A form's files together; each has its own limit besides.
    static let uploadBytesMax: Int64 = (2 << 30) + (1 << 20)
    static let filesMax = 60

    let pages: PageRoutes
    private var line: DeskLine { pages.line }

    func add(to router: Router<BasicRequestContext>) {
        router.get("/drop") { request, _ in
            try await pages.page(request) { desk, visit in
                pages.library.render(
                    DropView(try desk.bench(as: visit.identity), visit, status: try desk.pageHead()), "drop")
            }
        }
        router.post("/drop") { request, context in try await give(request, context) }
        router.post("/drop/acts") { request, _ in try await act(request) }
        router.get("/drop/files/{file}") { request, context in try await look(request, context) }
        router.get("/drop/images/{file}") { request, context in
            let name = try ControlRoutes.pathWord("file", of: context)
            let identity = try await identity(request)
            let bytes = try await line.look { try $0.benchImage(name, as: identity) }
            return try PageRoutes.image(bytes)
        }
        router.get("/drop/bad-rows/{file}") { request, context in
            let name = try ControlRoutes.pathWord("file", of: context)
            let (identity, language) = (try await identity(request), try await pages.visit(request).speaker.language)
            let text = try await line.work { try $0.badRows(of: name, in: language, as: identity) }
            var response = DoorReply.text(text, type: "text/csv; charset=utf-8")
            response.headers[.contentDisposition] = "attachment; filename=\"bad-rows.csv\""
            return response
        }
        router.get("/drop/sent/{file}") { request, context in
            let name = try ControlRoutes.pathWord("file", of: context)
            return try await pages.page(request) { desk, visit in
                let sheet = try desk.handedIn(name, as: visit.identity)
                return pages.library.render(SentView(sheet, visit, status: try desk.pageHead()), "sent")
            }
        }
        router.get("/compose") { request, _ in
            try await pages.page(request) { desk, visit in
                pages.library.render(
                    ComposeView(try desk.bench(as: visit.identity), visit, status: try desk.pageHead()), "compose")
            }
        }
        router.post("/compose") { request, context in try await compose(request, context) }
    }

    private func identity(_ request: Request) async throws -> Identity {
        let visit = try await pages.visit(request)
        guard visit.sheet != nil else {
            throw DoorRefusal(.unauthorized, code: "unproved", Catalogue.Pages.loginNeeded)
        }
        return visit.identity
    }

    /// The verdict on a file. A list of millions takes its time, on a thread of its own.
    private func look(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let name = try ControlRoutes.pathWord("file", of: context)
        let visit = try await pages.visit(request)
        guard visit.sheet != nil else {
            return pages.login(visit, back: PagePath.local(visit.path), status: .unauthorized, wrong: nil)
        }
        do {
            let sheet = try await line.work {
                try $0.examine(name, in: visit.speaker.language, as: visit.identity)
            }
            let status = try await line.look { try $0.pageHead() }
            return pages.html(
                pages.library.render(VerdictView(sheet, visit, status: status), "verdict"), visit, request)
        } catch let refusal as DeskRefusal {
            return pages.message(DoorRefusal(refusal), visit, back: "/drop")
        }
    }

    private func act(_ request: Request) async throws -> Response {
        let form = try await FormBody(request)
        let visit = try await pages.visit(request)
        guard visit.sheet != nil else { return pages.login(visit, back: "/drop", status: .unauthorized, wrong: nil) }
        guard let file = form.value("file") else { throw Self.missing("file") }
        do {
            switch form.value("act") {
            case "hand-in":
                let done = try await line.act { try $0.handIn(file, as: visit.identity) }
                return moved(
                    to: "/drop/sent/" + PagePath.encoded(file), Catalogue.Drop.handedIn(done.files.count), visit)
            case "discard":
                try await line.act { try $0.discard(file, as: visit.identity) }
                return moved(to: "/drop", Catalogue.Drop.removed, visit)
            default: throw Self.missing("act")
            }
        } catch let refusal as DeskRefusal {
            return pages.message(DoorRefusal(refusal), visit, back: "/drop")
        }
    }

    private func moved(to path: String, _ said: Sentence, _ visit: Visit) -> Response {
        var response = PageRoutes.moved(to: path)
        let text = PagePath.encoded(String(visit.speaker.say(said).prefix(120)))
        response.set(cookie: visit.cookies.line(Cookies.said, text, lasts: 60))
        return response
    }

    private static func missing(_ name: String) -> DoorRefusal {
        DoorRefusal(.badRequest, code: "bad_body", Catalogue.Door.badBody(name))
    }

    // MARK: - Files on their way in

    private func give(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let visit = try await pages.visit(request)
        guard visit.sheet != nil else { return pages.login(visit, back: "/drop", status: .unauthorized, wrong: nil) }
        do {
            let received = try await receive(request, visit)
            if let partly = received.refusal { throw partly }
            let names = received.files
            guard !names.isEmpty else { throw DoorRefusal(.badRequest, code: "no_files", Catalogue.Pages.noFiles) }
            let campaigns = try await given(names, visit).filter { $0.kind == .campaign }.map(\.name)
            let next = campaigns.count == 1 ? "/drop/files/" + PagePath.encoded(campaigns[0]) : "/drop"
            return moved(to: next, Catalogue.Drop.received(names.count), visit)
        } catch let refusal as DeskRefusal {
            return pages.message(DoorRefusal(refusal), visit, back: "/drop")
        } catch let refusal as DoorRefusal {
            return pages.message(refusal, visit, back: "/drop")
        }
    }

    private func compose(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let visit = try await pages.visit(request)
        guard visit.sheet != nil else { return pages.login(visit, back: "/compose", status: .unauthorized, wrong: nil) }
        do {
            let received = try await receive(request, visit)
            if let partly = received.refusal { throw partly }
            let draft = CampaignDraft(form: received.fields, given: try await given(received.files, visit))
            let file = try await line.act { try $0.compose(draft, as: visit.identity) }
            return PageRoutes.moved(to: "/drop/files/" + PagePath.encoded(file))
        } catch let refusal as DeskRefusal {
            return pages.message(DoorRefusal(refusal), visit, back: "/compose")
        } catch let refusal as DoorRefusal {
            return pages.message(refusal, visit, back: "/compose")
        }
    }

    /// What of these now lies on the person's bench, with what it is, in the order in which it came.
    private func given(_ names: [String], _ visit: Visit) async throws -> [BenchSheet.Line] {
        let lying = try await line.look { try $0.bench(as: visit.identity).lines }
        return names.compactMap { name in lying.first { $0.name == name } }
    }

    /// A form as it came in: one file that is refused takes none of the others with it.
    private struct Received {
        var fields: [(name: String, value: String)] = []
        /// What now lies on the bench.
        var files: [String] = []
        var refused: [DoorRefusal] = []
        /// The file that is being written.
        var current: (name: String, file: any BenchFile)?

        /// nil: everything was kept. Otherwise what was kept stands beside what was not, each by its name.
        var refusal: DoorRefusal? {
            guard let first = refused.first, refused.count > 1 || !files.isEmpty else { return refused.first }
            return DoorRefusal(
                first.status, code: first.code, Catalogue.Drop.partly(kept: files, refused.map(\.sentence)))
        }
    }

    /// Streams a form: its files to the person's bench, a piece at a time, its fields into memory.
    private func receive(_ request: Request, _ visit: Visit) async throws -> Received {
        guard var reader = MultipartReader(contentType: request.headers[.contentType]) else {
            throw DoorRefusal(.unsupportedMediaType, code: "not_a_form", Catalogue.Drop.notAnUpload)
        }
        var received = Received()
        var total: Int64 = 0
        do {
            for try await buffer in request.body {
                total += Int64(buffer.readableBytes)
                guard total <= Self.uploadBytesMax else {
                    received.refused.append(
                        DoorRefusal(
                            .contentTooLarge, code: "too_large",
                            Catalogue.Pages.uploadTooLarge(Int(Self.uploadBytesMax >> 20))))
                    return received
                }
                var events: [MultipartReader.Event] = []
                try reader.take(Array(buffer.readableBytesView)) { events.append($0) }
                for event in events {
                    try await take(event, visit, &received)
                }
            }
            try reader.finish()
        } catch is MultipartReader.Fault {
            received.refused.append(DoorRefusal(.badRequest, code: "cut_off", Catalogue.Drop.cutOff))
        }
        return received
    }

    private func take(_ event: MultipartReader.Event, _ visit: Visit, _ received: inout Received) async throws {
        var name = received.current?.name
        do {
            switch event {
            case .field(let name, let value): received.fields.append((name, value))
            case .file(_, let fileName):
                received.current = nil
                name = fileName
                // A place for a file that was left empty.
                guard !fileName.isEmpty else { return }
                guard received.files.count + received.refused.count < Self.filesMax else {
                    let sentence = Catalogue.Drop.beyond(fileName, filesMax: Self.filesMax)
                    return received.refused.append(
                        DoorRefusal(.badRequest, code: "too_many_files", sentence))
                }
                let file = try await line.store { try $0.receive(fileName, as: visit.identity) }
                received.current = (fileName, file)
            case .bytes(let bytes):
                guard let (name, file) = received.current else { return }
                try await line.store { _ in try DeskRefusal.telling(name) { try file.write(bytes) } }
            case .fileEnd:
                guard let (name, file) = received.current else { return }
                received.current = nil
                try await line.store { _ in try DeskRefusal.telling(name) { try file.keep() } }
                received.files.append(name)
            case .end: break
            }
        } catch let refusal as DeskRefusal {
            // Whoever may not give anything may not give the rest either.
            if refusal.kind == .unproved || refusal.kind == .forbidden || refusal.code == "no_bench" { throw refusal }
            received.current = nil
            received.refused.append(
                DoorRefusal(
                    DoorRefusal.status(of: refusal.kind), code: refusal.code,
                    Catalogue.Drop.naming(name ?? "", refusal.sentence)))
        }
    }
}

extension CampaignDraft {
    /// - Parameter given: what came with the form itself.
    init(form fields: [(name: String, value: String)], given: [BenchSheet.Line]) {
        self.init()
        func value(_ name: String) -> String {
            (fields.first { $0.name == name }?.value ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        }
        id = value("id")
        title = value("title")
        account = value("account")
        lists = fields.filter { $0.name == "list" && !$0.value.isEmpty }.map(\.value)
        // A new list takes the place of what was chosen before.
        let newLists = given.filter { $0.kind == .list }.map(\.name)
        if !newLists.isEmpty { lists = newLists }
        start = value("start")
        window = value("window")
        validUntil = value("valid_until")
        holdout = value("holdout")
        fallback = value("fallback")
        for number in 1...ComposeView.variantsMax {
            variants.append(
                Variant(
                    weight: value("weight\(number)"), text: value("text\(number)"), image: value("image\(number)"),
                    template: value("template\(number)"), path: value("path\(number)")))
        }
        if let picture = given.first(where: { $0.kind == .image }),
            let last = variants.lastIndex(where: { !$0.isEmpty }),
            variants[last].image.isEmpty
        {
            variants[last].image = picture.name
        }
    }
}
