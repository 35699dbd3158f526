import Foundation

/// One HTTP request as a value. Channels make them, transports carry them out, the sandbox answers them.
package struct HTTPRequest: Sendable, Equatable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    package var method: Method
    /// Absolute, with its query: `https://open.douyin.com/im/send/msg/?open_id=…`.
    package var url: String
    /// In the order in which they are sent. Names are compared without case.
    package var headers: [HTTPHeader]
    package var body: [UInt8]
    /// A local socket to connect to instead of the URL's host: the daemon's control door.
    package var unixSocket: String?

    package init(
        method: Method, url: String, headers: [HTTPHeader] = [], body: [UInt8] = [], unixSocket: String? = nil
    ) {
        (self.method, self.url, self.headers, self.body, self.unixSocket) = (method, url, headers, body, unixSocket)
    }

    /// The part of the URL between the host and the query.
    package var path: String {
        let afterScheme = url.range(of: "://").map { url[$0.upperBound...] } ?? url[...]
        let fromPath = afterScheme.firstIndex(of: "/").map { afterScheme[$0...] } ?? "/"
        return String(fromPath.prefix { $0 != "?" && $0 != "#" })
    }

    /// The first header of that name, compared without case.
    package func header(_ name: String) -> String? { headers.value(of: name) }
}

package struct HTTPHeader: Sendable, Equatable {
    package let name: String
    package let value: String
    package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
}

/// One complete HTTP response. A response that was cut off is never one of these.
package struct HTTPResponse: Sendable, Equatable {
    package var status: Int
    package var headers: [HTTPHeader]
    package var body: [UInt8]

    package init(status: Int, headers: [HTTPHeader] = [], body: [UInt8] = []) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    package func header(_ name: String) -> String? { headers.value(of: name) }
}

extension [HTTPHeader] {
    func value(of name: String) -> String? {
        first { $0.name.utf8.count == name.utf8.count && $0.name.lowercased() == name.lowercased() }?.value
    }
}
