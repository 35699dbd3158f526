import Hummingbird

/// What a request must be like before anybody asks what it wants: read in one way only, by whatever stands before us and by
/// us.
enum RequestForm {
    /// nil: it is well-formed.
    static func fault(of request: Request) -> HTTPResponse.Status? {
        // The first `Host` became the authority; another one is still among the fields.
        if request.headers[.hostField] != nil { return .badRequest }
        if let coding = request.headers[.transferEncoding] {
            // Two ways to say where the body ends, or one that nobody knows.
            guard coding.lowercased() == "chunked", request.headers[.contentLength] == nil else { return .badRequest }
        }
        if let length = request.headers[.contentLength] {
            guard Int(length) != nil, length.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return .badRequest }
        }
        return nil
    }
}

extension HeaderName {
    fileprivate static var hostField: Self { .init("Host")! }
}
